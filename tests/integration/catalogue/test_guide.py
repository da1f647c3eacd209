"""Every command and program of the guide, run as it stands; what it says they print is compared."""

import os
import shutil
import tempfile
import unittest

import example
from support.page import SOURCE, PageRunner


class GuideTest(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        work = tempfile.TemporaryDirectory(prefix="mkdb-guide-")
        self.addCleanup(work.cleanup)
        # As deep as in the repository, so that the relative paths of the page lead where they lead there.
        self.directory = os.path.join(work.name, "docs/examples/debian-catalogue")
        shutil.copytree(example.EXAMPLE, self.directory)
        for name in ("web", "reference-server"):
            os.symlink(os.path.join(SOURCE, name), os.path.join(work.name, name))

    def test_the_page_says_what_happens(self):
        exported = {"PYTHONPATH": "../../../reference-server/clients/python"}
        PageRunner(self, self.directory, exported, skip=self.lacks_a_catalogue_for).run(example.GUIDE)

    def lacks_a_catalogue_for(self, language, code):
        """True for what needs the package catalogue of a machine that has none."""
        return language == "sh" and "catalogue.py" in code and example.convert().returncode != 0


if __name__ == "__main__":
    unittest.main()
