"""Programs as users have them, run unchanged in processes of their own; and every example of the client's README."""

import ast
import os
import re
import subprocess
import sys
import tempfile
import unittest

from support.client_path import CLIENT_DIRECTORY
from support.passwords import control_user
from support.server import Server

HERE = os.path.dirname(os.path.abspath(__file__))
README = os.path.join(CLIENT_DIRECTORY, "README.md")


class ProgramCase(unittest.TestCase):
    stores = ("tools",)
    config = {}

    def setUp(self):
        self.server = Server(self.stores, self.config, fixed_ports=True)
        self.addCleanup(self.server.remove)
        self.server.start()

    def run_program(self, path):
        """Its output, in lines; it must succeed and say nothing on standard error."""
        ports = {9001: self.server.socket[1], 9002: self.server.http[1], 8090: self.server.control[1]}
        finished = subprocess.run(
            [sys.executable, os.path.join(HERE, "support", "run_program.py"), path,
             *(f"{default}={actual}" for default, actual in ports.items())],
            capture_output=True, text=True, timeout=60, env={**os.environ, "PYTHONPATH": CLIENT_DIRECTORY})
        self.assertEqual((finished.returncode, finished.stderr), (0, ""), finished.stdout)
        return finished.stdout.splitlines()


class Programs(ProgramCase):
    def program(self, name):
        return self.run_program(os.path.join(HERE, "programs", name))

    def test_data(self):
        made, found, counted, records, *changes = self.program("data.py")
        self.assertRegex(made, "^[A-Za-z0-9]{16}$")
        self.assertEqual(ast.literal_eval(found), {"_id": "saw_7", "name": "Hand Saw", "price": 24.5})
        self.assertEqual(counted, f"1 ['{made}']")
        self.assertCountEqual(ast.literal_eval(records), [{"_id": "saw_7", "name": "Hand Saw", "price": 24.5},
                                              {"_id": made, "name": "Pocket Saw", "price": 9.75}])
        # The program closes right after the delete: its event may or may not have been printed.
        for change in changes:
            self.assertRegex(change, "^Change: .*saw_7.*delete")

    def test_errors(self):
        self.assertEqual(self.program("errors.py"),
                         ["a record", "b store", "c query", "d auth", "e auth", "f server", "g connection"])

    def test_control(self):
        role, before, after, status, stopped, started = self.program("control.py")
        self.assertEqual((role, sorted(ast.literal_eval(before)), ast.literal_eval(after)),
                         ("admin", ["invoices", "tools"], ["invoices"]))
        self.assertEqual(ast.literal_eval(status), {"control": True, "socket": True, "http": True})
        self.assertEqual((stopped, started), ("False", "True"))


class ReadmeOfTheClient(ProgramCase):
    stores = ("library",)
    config = {"control_users": {"admin": control_user("admin", "change-me", "admin")}}

    def test_every_example_runs(self):
        with open(README, encoding="utf-8") as file:
            examples = re.findall(r"^```python\n(.*?)^```$", file.read(), re.DOTALL | re.MULTILINE)
        self.assertGreaterEqual(len(examples), 8)
        for number, example in enumerate(examples, 1):
            with self.subTest(example=number), tempfile.NamedTemporaryFile("w", suffix=".py", encoding="utf-8") as file:
                file.write(example)
                file.flush()
                output = self.run_program(file.name)
                self.assertEqual(len(output) > 0, "print" in example, output)
