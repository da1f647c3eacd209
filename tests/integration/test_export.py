"""`mkdb export` of a directory: where its output goes, stores that are not there, and records that damage took."""

import glob
import json
import os
import stat
import tempfile
import threading
import unittest

from support.server import run

RECORDS = 2000


class ExportCase(unittest.TestCase):
    def setUp(self):
        work = tempfile.TemporaryDirectory(prefix="mkdb-export-")
        self.addCleanup(work.cleanup)
        self.work = work.name
        self.database = self.path("shop")
        self.assertEqual(run(self.database, "-c").returncode, 0)
        self.configure("parts", partitions=1)
        records = self.path("parts.jsonl")
        with open(records, "w", encoding="utf-8") as file:
            file.writelines(json.dumps({"_id": f"r{n}", "text": "x" * 100}) + "\n" for n in range(RECORDS))
        imported = run("import", self.database, "parts", records)
        self.assertEqual(imported.returncode, 0, imported.stderr)

    def path(self, *names):
        return os.path.join(self.work, *names)

    def configure(self, store, **settings):
        path = self.path("shop", "config.json")
        with open(path, encoding="utf-8") as file:
            config = json.load(file)
        config["stores"][store] = {"name": store, **settings}
        with open(path, "w", encoding="utf-8") as file:
            json.dump(config, file)

    def export(self, *arguments, status=0):
        finished = run("export", self.database, *arguments)
        self.assertEqual(finished.returncode, status, finished.stderr)
        return finished


class Output(ExportCase):
    def assert_complete(self, path):
        with open(path, encoding="utf-8") as file:
            self.assertEqual(sum(1 for _ in file), RECORDS)

    def test_a_pipe_is_written_to_and_stays_one(self):
        pipe, link = self.path("pipe"), self.path("link")
        os.mkfifo(pipe)
        os.symlink("pipe", link)
        for name in (pipe, link):
            with self.subTest(os.path.basename(name)):
                lines = []
                # A descriptor of its own, so that a program that never opens the pipe keeps nobody waiting.
                reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
                os.set_blocking(reading, True)
                holder = os.open(pipe, os.O_WRONLY)
                with os.fdopen(reading, encoding="utf-8") as end:
                    reader = threading.Thread(target=lambda: lines.extend(end))
                    reader.start()
                    try:
                        self.export("parts", "--output", name)
                    finally:
                        os.close(holder)
                        reader.join()
                self.assertEqual(len(lines), RECORDS)
                self.assertTrue(stat.S_ISFIFO(os.lstat(pipe).st_mode))
                self.assertTrue(os.path.islink(link))

    def test_behind_a_link_its_target_is_replaced(self):
        os.makedirs(self.path("elsewhere"))
        target, link = self.path("elsewhere", "parts.jsonl"), self.path("link")
        os.symlink(os.path.join("elsewhere", "parts.jsonl"), link)
        for before in ("no target", "an old target"):
            with self.subTest(before):
                self.export("parts", "--output", link)
                self.assertTrue(os.path.islink(link))
                self.assertFalse(os.path.islink(target))
                self.assert_complete(target)
                self.assertEqual(os.listdir(self.path("elsewhere")), ["parts.jsonl"])
                with open(target, "w", encoding="utf-8") as file:
                    file.write("old\n")

    def test_a_directory_is_refused_and_a_failure_leaves_the_old_file(self):
        self.assertRegex(self.export("parts", "--output", self.work, status=1).stderr, "(?i)is a directory")
        old = self.path("old.jsonl")
        with open(old, "w", encoding="utf-8") as file:
            file.write("old\n")
        self.export("nuts", "--output", old, status=1)
        with open(old, encoding="utf-8") as file:
            self.assertEqual(file.read(), "old\n")
        self.assertFalse(os.path.exists(old + ".new"))


class AStoreThatIsNotThere(ExportCase):
    def test_is_named_with_those_that_are_and_not_made(self):
        self.configure("nuts")
        for command in (["export"], ["compact"], ["stats"]):
            for store in ("nuts", "bolts"):
                with self.subTest(command=command, store=store):
                    finished = run(*command, self.database, store)
                    self.assertEqual((finished.returncode, finished.stdout), (1, ""))
                    self.assertEqual(finished.stderr, f"mkdb: {self.database} has no store '{store}'; it has parts\n")
                    self.assertEqual(os.listdir(self.path("shop", "stores")), ["parts"])

    def test_is_made_by_an_import_as_the_configuration_says(self):
        self.configure("nuts", partitions=3)
        finished = run("import", self.database, "nuts", self.path("parts.jsonl"))
        self.assertEqual(finished.returncode, 0, finished.stderr)
        self.assertEqual(len(glob.glob(self.path("shop", "stores", "nuts", "p*"))), 3)


class Damage(ExportCase):
    """Of a store whose parity is gone, so that nothing is healed."""

    def setUp(self):
        super().setUp()
        self.remove("parity-*")
        [self.segment] = self.files("segment-*")
        with open(self.segment, "rb") as file:
            self.content = file.read()

    def files(self, pattern):
        return glob.glob(self.path("shop", "stores", "parts", "p000", pattern))

    def remove(self, pattern):
        for path in self.files(pattern):
            os.remove(path)

    def overwrite(self, start, end):
        with open(self.segment, "r+b") as file:
            file.seek(start)
            file.write(b"\xa5" * (end - start))

    def exported(self):
        """How many records are written, and the sentence about the others."""
        finished = self.export("parts", status=1)
        return len(finished.stdout.splitlines()), finished.stderr.splitlines()[-1]

    def test_that_took_one_record_is_told_in_the_singular(self):
        # The checkpoint still names the records.
        place = self.content.index(b"x" * 100)
        self.overwrite(place, place + 1)
        self.assertEqual(self.exported(), (RECORDS - 1, "mkdb: 1 record of store 'parts' is damaged and was left out; "
                                                        "all others are written"))

    def test_that_took_records_with_their_names_is_not_said_to_be_all(self):
        self.remove("checkpoint")
        # From the middle of a text on: what stands before it still names the record.
        start = self.content.index(b"x" * 100, len(self.content) // 4) + 50
        self.overwrite(start, start + len(self.content) // 4)
        written, sentence = self.exported()
        self.assertRegex(sentence, "^mkdb: at least [0-9]+ records? of store 'parts', and others that cannot be named, "
                                   "are damaged and were left out; all that can be read are written$")
        self.assertIn(written, range(1, RECORDS))

    def test_that_took_every_name_is_told_all_the_same(self):
        self.remove("checkpoint")
        self.overwrite(0, len(self.content))
        self.assertEqual(self.exported(), (0, "mkdb: records of store 'parts' that cannot be named are damaged and "
                                              "were left out; all that can be read are written"))


if __name__ == "__main__":
    unittest.main()
