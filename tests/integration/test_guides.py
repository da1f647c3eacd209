"""Every command and program of these pages, run as it stands; what they say is printed is compared."""

import gzip
import json
import os
import tempfile
import unittest

from support.page import SOURCE, PageRunner
from support.server import CONTROL_USERS, Server, run

# tests/docs/snippets_test.py accepts commands and programs on these pages only.
PAGES = ("README.md", "docs/guides/quick-start.md", "docs/guides/command-line.md", "docs/guides/migrating.md")
PAGES_WITH_A_TEST_OF_THEIR_OWN = ("docs/examples/debian-catalogue/README.md",)  # catalogue/test_guide.py

# They install packages and build the whole tree: `scripts/test.sh` is what runs this test.
SCRIPTS_OF_THE_README = ("scripts/run.sh\n", "scripts/test.sh\n")


def runs_the_tree(language, code):
    return language == "sh" and code in SCRIPTS_OF_THE_README


class GuidesTest(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        work = tempfile.TemporaryDirectory(prefix="mkdb-guide-")
        self.addCleanup(work.cleanup)
        self.work = work.name

    def test_readme(self):
        PageRunner(self, self.work, skip=runs_the_tree).run("README.md")

    def test_quick_start(self):
        os.symlink(os.path.join(SOURCE, "web"), os.path.join(self.work, "web"))
        PageRunner(self, self.work).run("docs/guides/quick-start.md")

    def test_command_line(self):
        server = Server(("parts",))
        self.addCleanup(server.remove)
        server.start()
        self.make_what_the_commands_name()
        runner = PageRunner(self, self.work, {"MKDB_ADMIN_PASSWORD": CONTROL_USERS["admin"]}, server)
        runner.run("docs/guides/command-line.md")

    def test_migrating(self):
        PageRunner(self, self.work).run("docs/guides/migrating.md")

    def make_what_the_commands_name(self):
        record = json.dumps({"_id": "bolt", "price": 2.5}) + "\n"
        self.write("parts.jsonl", record.encode())
        self.write("parts.jsonl.gz", gzip.compress(record.encode()))
        self.write("parts.csv", b"sku,price\nbolt,2.5\n")
        self.write("schema.json", json.dumps({"fields": {"price": {"queryable": "numeric"}}}).encode())
        self.write("password", b"a-long-password\n")
        self.write("new-password", b"a-longer-password\n")
        self.assertEqual(run("init", os.path.join(self.work, "shop")).returncode, 0)

    def write(self, name, content):
        with open(os.path.join(self.work, name), "wb") as file:
            file.write(content)


if __name__ == "__main__":
    unittest.main()
