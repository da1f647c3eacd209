"""catalogue.py against hostile and ordinary input, and the bundled files against each other."""

import json
import os
import stat
import subprocess
import sys
import tempfile
import unittest

import example
import scan

ORDINARY = b"""Package: tool
Source: tools (1.2-1)
Version: 1:1.2-1+b2
Installed-Size: 3
Maintainer: Zo\xc3\xab <zoe@example.org>
Architecture: amd64
Pre-Depends: dpkg (>= 1.15.6~)
Depends: libc6 (>= 2.34), python3:any, exim4 | mail-transport-agent,
 libssl3 [amd64], libc6 (<< 3)
Tag: role::program, scope::utility,
 interface::commandline
Description: does things
 Long text, first line.
 .
   indented
Homepage: https://example.org/
Section: utils
Priority: optional
Size: 1000
Description-md5: 0123
"""


def converted(text):
    done = example.convert("-", input=text)
    return [json.loads(line) for line in done.stdout.splitlines()], done.stderr.decode(), done.returncode


class ConverterTest(unittest.TestCase):
    maxDiff = None

    def one(self, text):
        records, notes, status = converted(text)
        self.assertEqual((len(records), status), (1, 0), notes)
        return records[0], notes

    def test_an_ordinary_package(self):
        record, notes = self.one(ORDINARY)
        self.assertEqual(record, {
            "_id": "tool", "name": "tool", "version": "1:1.2-1+b2", "architecture": "amd64", "section": "utils",
            "priority": "optional", "source": "tools", "maintainer": "Zoë <zoe@example.org>",
            "description": "does things\nLong text, first line.\n\n  indented", "homepage": "https://example.org/",
            "tags": ["role::program", "scope::utility", "interface::commandline"],
            "depends": ["dpkg", "libc6", "python3", "exim4", "mail-transport-agent", "libssl3"],
            "size": 1000, "installed_size": 3072,
        })
        self.assertEqual(notes, "1 packages, 0 oddities in the input\n")

    def test_missing_fields_are_left_out_but_lists_are_empty(self):
        record, _ = self.one(b"Package: lone\n")
        self.assertEqual(record, {"_id": "lone", "name": "lone", "source": "lone", "tags": [], "depends": []})

    def test_carriage_returns_and_empty_lines_around_do_no_harm(self):
        records, notes, _ = converted(b"\n\r\n" + ORDINARY.replace(b"\n", b"\r\n") + b"\r\n \r\n\r\nPackage: next")
        self.assertEqual([record["name"] for record in records], ["tool", "next"])
        self.assertIn("0 oddities", notes)

    def test_a_translated_description_serves(self):
        self.assertEqual(self.one(b"Package: p\nDescription-md5: 00\nDescription-en: short\n long\n")[0]["description"],
                         "short\nlong")

    def test_ids_stay_unique_and_depend_on_the_input_only(self):
        versions = [("1", "amd64"), ("2", "amd64"), ("2", "i386"), ("1", "i386")]
        text = b"".join(f"Package: p\nVersion: {version}\nArchitecture: {arch}\n\n".encode()
                        for version, arch in versions)
        records, notes, _ = converted(text)
        self.assertEqual([record["_id"] for record in records], ["p", "p_2", "p_2_i386", "p_1"])
        self.assertIn("0 oddities", notes)

    def test_bytes_that_are_not_utf8_are_reported_and_replaced(self):
        record, notes = self.one(b"Package: p\nMaintainer: Zo\xeb\n")
        self.assertEqual(record["maintainer"], "Zo\ufffd")
        self.assertIn("line 2: byte 15 is not UTF-8", notes)

    def test_what_cannot_be_understood_is_reported_with_its_line(self):
        cases = [
            (b"no colon here\nPackage: p\n", "line 1: neither a field nor a continued line: 'no colon here'"),
            (b" continued\nPackage: p\n", "line 1: a continued line continues nothing"),
            (b"Package: p\nSize: big\n", "line 2: size is not a number"),
            (b"Package: p\nInstalled-Size: -1\n", "line 2: installed-size is not a number"),
            (b"Package: p\nSize: 1\nSize: 2\n", "line 3: field 'size' occurs twice"),
            (b"Version: 1\n\nPackage: p\n", "line 1: a block without a Package field is left out"),
        ]
        for text, note in cases:
            with self.subTest(note):
                record, notes = self.one(text)
                self.assertEqual(record["name"], "p")
                self.assertIn(note, notes)
                self.assertIn("1 oddities", notes)

    def test_the_same_package_twice_counts_once(self):
        text = b"Package: p\nVersion: 1\n\n" * 4
        records, notes, _ = converted(text)
        self.assertEqual([record["_id"] for record in records], ["p"])
        self.assertIn("line 4: p is there twice with one version and architecture; the first counts", notes)
        self.assertIn("3 oddities", notes)

    def test_a_flood_of_oddities_is_counted_not_printed(self):
        _, notes, _ = converted(b"Package: p\n" + b"junk\n" * 1000)
        self.assertLess(len(notes.splitlines()), 25)
        self.assertIn("1000 oddities", notes)

    def test_nothing_to_read_is_a_failure_that_leaves_the_old_file(self):
        with tempfile.TemporaryDirectory() as directory:
            output = os.path.join(directory, "out.jsonl")
            self.assertEqual(example.convert("-", "-o", output, input=ORDINARY).returncode, 0)
            done = example.convert("-", "-o", output, input=b"")
            self.assertEqual(done.returncode, 1)
            self.assertIn(b"the catalogue is empty", done.stderr)
            self.assertEqual(os.listdir(directory), ["out.jsonl"])
            self.assertEqual(len(scan.load(output)), 1)
            missing = example.convert(os.path.join(directory, "absent"))
            self.assertEqual((missing.returncode, missing.stderr.count(b"\n")), (1, 1))

    def test_a_pipe_is_written_to_and_a_link_followed_but_neither_is_replaced(self):
        with tempfile.TemporaryDirectory() as directory:
            pipe, link, target = (os.path.join(directory, name) for name in ("pipe", "link", "target"))
            os.mkfifo(pipe)
            os.symlink(target, link)
            reader = subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE)
            self.assertEqual(example.convert("-", "-o", pipe, input=ORDINARY).returncode, 0)
            self.assertIn(b'"_id":"tool"', reader.communicate(timeout=10)[0])
            self.assertTrue(stat.S_ISFIFO(os.stat(pipe).st_mode))
            self.assertEqual(example.convert("-", "-o", link, input=ORDINARY).returncode, 0)
            self.assertTrue(os.path.islink(link))
            self.assertEqual(len(scan.load(target)), 1)
            self.assertEqual(sorted(os.listdir(directory)), ["link", "pipe", "target"])


class BundledFilesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.records = scan.load(example.SAMPLE)

    def test_the_sample_is_small_and_its_ids_are_unique(self):
        self.assertLess(os.path.getsize(example.SAMPLE), 1_500_000)
        self.assertEqual(len(self.records), 2000)
        self.assertEqual(len({record["_id"] for record in self.records}), 2000)

    def test_every_question_has_an_answer_in_the_sample(self):
        for question in example.questions():
            with self.subTest(question["name"]):
                self.assertGreater(len(scan.answer(self.records, question["request"])["ids"]), 0)

    def test_every_field_of_the_schema_occurs(self):
        for field in example.schema()["fields"]:
            self.assertTrue(any(field in record for record in self.records), field)

    def test_a_sample_of_the_sample_is_the_sample(self):
        command = [sys.executable, os.path.join(example.EXAMPLE, "choose_sample.py")]
        with open(example.SAMPLE, "rb") as sample:
            text = sample.read()
        self.assertEqual(subprocess.run(command, input=text, capture_output=True, check=True).stdout, text)


if __name__ == "__main__":
    unittest.main()
