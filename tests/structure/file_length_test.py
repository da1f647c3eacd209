"""No source file is longer than 400 lines: what needs more has more than one idea.

Usage: file_length_test.py ROOT [unittest options]
"""

import pathlib
import sys
import tempfile
import unittest

import source_tree

LIMIT = 400
SUFFIXES = {".hpp", ".ipp", ".cpp", ".h", ".py", ".js", ".mjs", ".ts", ".css", ".html", ".cmake", ".sh"}


def too_long(root):
    root = pathlib.Path(root)
    found = []
    for path in source_tree.files(root, SUFFIXES, names=("CMakeLists.txt",)):
        lines = len((root / path).read_bytes().splitlines())
        if lines > LIMIT:
            found.append(f"{path}: {lines} lines")
    return found


class TheTree(unittest.TestCase):
    root = None

    def test_keeps_files_short(self):
        self.assertEqual(too_long(self.root), [])


class TheCheck(unittest.TestCase):
    def test_counts_lines_of_sources_outside_build_folders(self):
        with tempfile.TemporaryDirectory() as root:
            for path, lines in (("a/short.cpp", LIMIT), ("a/long.py", LIMIT + 1), ("build/made.cpp", 9999),
                                ("a/x.csv", 9999)):
                file = pathlib.Path(root, path)
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text("line\n" * lines, encoding="utf-8")
            self.assertEqual(too_long(root), [f"a/long.py: {LIMIT + 1} lines"])


if __name__ == "__main__":
    TheTree.root = sys.argv.pop(1)
    unittest.main()
