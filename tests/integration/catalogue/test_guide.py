"""Every command and program of the guide, run as it stands; what it says they print is compared."""

import os
import re
import shutil
import subprocess
import tempfile
import unittest

import example
from support.server import CONTROL_USERS, Server, binary

SOURCE = os.path.normpath(os.path.join(example.EXAMPLE, "../../.."))
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```\n(?:```text\n(.*?)^```\n)?", re.MULTILINE | re.DOTALL)
BLOCK_SECONDS = 120


def blocks():
    """(language, code, what it prints or None) in the order of the page."""
    with open(example.GUIDE, encoding="utf-8") as file:
        return [(language, code, output or None) for language, code, output in BLOCK.findall(file.read())]


class GuideTest(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.server = Server()
        self.addCleanup(self.server.remove)
        work = tempfile.TemporaryDirectory(prefix="mkdb-guide-")
        self.addCleanup(work.cleanup)
        # As deep as in the repository, so that the relative paths of the page lead where they lead there.
        self.directory = os.path.join(work.name, "docs/examples/debian-catalogue")
        shutil.copytree(example.EXAMPLE, self.directory)
        for name in ("web", "reference-server"):
            os.symlink(os.path.join(SOURCE, name), os.path.join(work.name, name))
        os.symlink(self.server.directory, os.path.join(self.directory, "packages-db"))
        programs = os.path.join(work.name, "programs")
        os.mkdir(programs)
        os.symlink(os.path.abspath(binary()), os.path.join(programs, "mkdb"))
        self.environment = {
            **os.environ,
            "PATH": f"{programs}:{os.environ['PATH']}",
            "PYTHONPATH": "../../../reference-server/clients/python",
            "MKDB_ADMIN_PASSWORD": CONTROL_USERS["admin"],
        }

    def test_the_page_says_what_happens(self):
        # The test makes and starts the database itself: on free ports, with an administrator whose password it knows.
        instead = {"mkdb init packages-db": lambda: None, "mkdb serve packages-db": self.server.start}
        for language, code, printed in blocks():
            stand_in = instead.pop(code.strip(), None)
            if stand_in:
                stand_in()
            elif not self.lacks_something_for(language, code):
                self.run_block(language, code, printed)
        self.assertEqual(instead, {}, "commands that the page no longer has")
        self.server.stop()

    def lacks_something_for(self, language, code):
        """True on a machine without Node.js, or without a package catalogue, for what needs it."""
        if language == "js":
            return shutil.which("node") is None
        return "catalogue.py" in code and example.convert().returncode != 0

    def run_block(self, language, code, printed):
        commands = {"sh": ["sh", "-e", "-c"], "python": ["python3", "-c"], "js": ["node", "--input-type=module", "-e"]}
        done = subprocess.run([*commands[language], self.on_this_server(code)], cwd=self.directory, env=self.environment,
                              capture_output=True, text=True, timeout=BLOCK_SECONDS)
        self.assertEqual(done.returncode, 0, f"{code}\n{done.stdout}\n{done.stderr}")
        if printed is not None:
            self.assertEqual(done.stdout, printed, code)

    def on_this_server(self, code):
        if self.server.ready is None:
            return code
        for usual, (_, port) in ((9001, self.server.socket), (9002, self.server.http), (8090, self.server.control)):
            code = code.replace(f"127.0.0.1:{usual}", f"127.0.0.1:{port}").replace(f"port={usual}", f"port={port}")
        return code


if __name__ == "__main__":
    unittest.main()
