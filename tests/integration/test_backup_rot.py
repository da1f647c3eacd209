"""Backups that rot, and directories that are mistaken for one, by the command line."""

import glob
import json
import os
import shutil
import tempfile
import unittest

from support.server import run


def flip(path):
    """Changes five bytes in the middle of a file."""
    with open(path, "r+b") as file:
        file.seek(os.path.getsize(path) // 2)
        was = file.read(5)
        file.seek(-len(was), os.SEEK_CUR)
        file.write(bytes(byte ^ 0x10 for byte in was))


def tree(directory):
    """Every file below a directory with its content."""
    found = {}
    for folder, _, names in os.walk(directory):
        for name in names:
            path = os.path.join(folder, name)
            with open(path, "rb") as file:
                found[path] = file.read()
    return found


class BackupRot(unittest.TestCase):
    def setUp(self):
        self.work = tempfile.mkdtemp(prefix="mkdb-rot-")
        self.addCleanup(shutil.rmtree, self.work, ignore_errors=True)
        self.shop, self.backups = self.place("shop"), self.place("backups")
        run("init", self.shop, "--json")
        self.fill(0, 500)
        self.back_up()
        self.newest = os.path.join(self.backups, "backup-0000000001")

    def place(self, *names):
        return os.path.join(self.work, *names)

    def fill(self, begin, end):
        lines = "\n".join(json.dumps({"_id": f"r{n}", "n": n}) for n in range(begin, end))
        self.assertEqual(run("import", self.shop, "parts", "-", "--json", input=lines).returncode, 0)

    def back_up(self):
        made = run("backup", self.shop, self.backups, "--json")
        self.assertEqual(made.returncode, 0, made.stderr)
        return json.loads(made.stdout)

    def refused(self, *command):
        finished = run(*command)
        self.assertEqual(finished.returncode, 1, (command, finished.stdout))
        return finished.stderr + finished.stdout

    def segment(self):
        return sorted(glob.glob(os.path.join(self.backups, "segments", "*")))[0]

    def test_is_found_by_check_told_and_mended_by_the_next_backup(self):
        self.assertRegex(run("check", self.backups).stdout, "every digest right")
        flip(self.segment())
        said = self.refused("check", self.backups)
        self.assertIn(self.segment() + " is damaged", said)
        self.assertIn("back up again into the same directory while the database still has them", said)
        self.assertIn("copies it anew", self.refused("restore", self.backups, self.place("x")))
        again = run("backup", self.shop, self.backups)
        self.assertEqual(again.returncode, 0)
        self.assertIn(os.path.basename(self.segment()) + " is damaged", again.stderr)
        self.assertIn("copied anew", again.stderr)
        found = run("check", self.backups, "--json")
        self.assertEqual(found.returncode, 0, found.stdout)
        self.assertEqual([each["sound"] for each in json.loads(found.stdout)["generations"]], [True, True])
        self.assertEqual(run("restore", self.newest, self.place("old")).returncode, 0)

    def test_of_one_generation_is_checked_alone(self):
        os.remove(os.path.join(self.newest, "config.json"))
        self.back_up()
        found = json.loads(run("check", self.newest, "--json").stdout)
        self.assertEqual(found["generations"][0]["faults"],
                         [{"path": os.path.join(self.newest, "config.json"), "problem": "is missing",
                           "shared": False}])
        second = run("check", os.path.join(self.backups, "backup-0000000002"))
        self.assertEqual(second.returncode, 0, second.stdout)
        self.assertIn("has no parity", self.refused("check", self.backups, "--repair"))

    def test_does_not_begin_by_looking_at_a_generation(self):
        before = tree(self.backups)
        for command in (("stats", self.newest), ("export", self.newest, "parts"), ("compact", self.newest),
                        ("serve", self.newest), ("backup", self.newest, self.place("of-it")), ("init", self.newest),
                        (self.newest, "-c"), ("user", "list", self.newest)):
            with self.subTest(command=command):
                said = self.refused(*command)
                self.assertIn("is a generation of a backup, not a database", said)
                self.assertIn("mkdb restore", said)
                self.assertEqual(tree(self.backups), before)
        self.assertEqual(run("restore", self.newest, self.place("whole")).returncode, 0)

    def test_is_not_said_of_a_place_that_is_no_backup(self):
        self.assertIn("does not exist", self.refused("restore", self.place("nowhere"), self.place("x")))
        self.assertIn("is a database, not a backup", self.refused("restore", self.shop, self.place("x")))

    def test_does_not_come_of_a_backup_into_the_database_itself(self):
        os.symlink(self.shop, self.place("link"))
        before = sorted(os.listdir(self.shop))
        for target in (self.shop, self.place("link"), self.place("shop", "stores"), self.place("shop", "stores", "x"),
                       self.place("link", "else")):
            with self.subTest(target=target):
                self.assertIn(target, self.refused("backup", self.shop, target))
                self.assertEqual(sorted(os.listdir(self.shop)), before)
                self.assertEqual(os.listdir(self.place("shop", "stores")), ["parts"])
        inside = run("backup", self.shop, self.place("shop", "backups"))
        self.assertEqual(inside.returncode, 0, inside.stderr + "backup.directory lies there by default")


if __name__ == "__main__":
    unittest.main()
