"""Every command and program of these pages, run as it stands; what they say is printed is compared."""

import os
import tempfile
import unittest

from support.page import SOURCE, PageRunner

# tests/docs/snippets_test.py accepts commands and programs on these pages only.
PAGES = ("README.md", "docs/guides/quick-start.md")

# They install packages and build the whole tree: `scripts/test.sh` is what runs this test.
SCRIPTS_OF_THE_README = ("scripts/run.sh\n", "scripts/test.sh\n")


def runs_the_tree(language, code):
    return language == "sh" and code in SCRIPTS_OF_THE_README


class GuidesTest(unittest.TestCase):
    maxDiff = None

    def test_the_pages_say_what_happens(self):
        for page in PAGES:
            with self.subTest(page=page), tempfile.TemporaryDirectory(prefix="mkdb-guide-") as work:
                os.symlink(os.path.join(SOURCE, "web"), os.path.join(work, "web"))
                PageRunner(self, work, skip=runs_the_tree).run(page)


if __name__ == "__main__":
    unittest.main()
