"""Code on the pages is code that something compiles or runs, and links lead somewhere.

Usage: snippets_test.py ROOT [unittest options]
"""

import json
import pathlib
import sys
import tempfile
import unittest

import pages

# Where the lines of a block must stand, one after the other but for indentation.
COMPILED = {
    "cpp": (("docs/examples", "tests", "include"), {".cpp", ".hpp"}),
    "cmake": (("tests/consumer", "conan/test_package"), {".txt", ".cmake"}),
}
EXECUTED = {"sh", "bash", "console", "python", "js", "javascript"}
# `json refused` is a query and what is said of it: the tests of the query parser ask it.
FREE = {"", "text", "json", "json refused", "hex"}


def lines_of(code):
    """What of a text is compared: lines without indentation, and no empty ones."""
    return [line.strip() for line in code.splitlines() if line.strip()]


def stands_in(block, source):
    return any(source[at:at + len(block)] == block for at in range(len(source) - len(block) + 1))


def parse_values(code):
    """A block may hold several values, one after the other."""
    rest = code.strip()
    while rest:
        _, end = json.JSONDecoder().raw_decode(rest)
        rest = rest[end:].lstrip()


def documentation(root):
    return [page for page in pages.markdown(root) if page == "README.md" or page.startswith("docs/")]


def executed_pages(root):
    """The pages that the integration tests run from top to bottom."""
    sys.path.insert(0, str(pathlib.Path(root, "tests/integration")))
    import test_guides
    return {*test_guides.PAGES, *test_guides.PAGES_WITH_A_TEST_OF_THEIR_OWN}


class Checks:
    """What must hold for a tree; each answers with sentences about what does not."""

    def __init__(self, root, executed):
        self.root = pathlib.Path(root)
        self.blocks = [block for page in documentation(root) for block in pages.blocks(root, page)]
        self.executed = executed

    def not_compiled(self):
        wrong = []
        for language, (folders, suffixes) in COMPILED.items():
            sources = [lines_of(path.read_text(encoding="utf-8"))
                       for folder in folders for path in (self.root / folder).rglob("*") if path.suffix in suffixes]
            wrong += [block.place for block in self.blocks if block.language == language
                      and not any(stands_in(lines_of(block.code), source) for source in sources)]
        return wrong

    def not_executed(self):
        return [block.place for block in self.blocks
                if block.language in EXECUTED and block.page not in self.executed]

    def of_no_known_language(self):
        known = FREE | EXECUTED | COMPILED.keys()
        return [f"{block.place}: {block.language}" for block in self.blocks if block.language not in known]

    def not_json(self):
        wrong = []
        for block in self.blocks:
            if block.language == "json":
                try:
                    parse_values(block.code)
                except ValueError as error:
                    wrong.append(f"{block.place}: {error}")
        return wrong

    def broken_links(self):
        return [link for page in pages.markdown(self.root) for link in pages.broken_links(self.root, page)]


class TheTree(unittest.TestCase):
    root = None
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.executed = executed_pages(cls.root)
        cls.checks = Checks(cls.root, cls.executed)

    def test_every_block_of_cpp_and_cmake_stands_in_something_compiled(self):
        self.assertEqual(self.checks.not_compiled(), [])

    def test_every_command_and_program_stands_on_a_page_that_is_run(self):
        self.assertEqual(self.checks.not_executed(), [])

    def test_pages_that_are_run_exist(self):
        self.assertEqual([page for page in self.executed if not pathlib.Path(self.root, page).exists()], [])

    def test_languages_are_known(self):
        self.assertEqual(self.checks.of_no_known_language(), [])

    def test_json_parses(self):
        self.assertEqual(self.checks.not_json(), [])

    def test_links_lead_somewhere(self):
        self.assertEqual(self.checks.broken_links(), [])


PAGE = """# A page

```cpp
int main() {
  return 0;
}
```
```cpp
int made_up();
```
```cmake
add_library(none)
```
```sh
rm -rf everything
```
```json
{"a": }
```
```perl
die
```
[good](other.md#the-end) `[no](link.md)` [bad](gone.md) [worse](other.md#gone) [out](../../../elsewhere.md)
[far](https://example.org/) [here](#a-page)
"""


class TheChecks(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory(prefix="mkdb-docs-")
        self.addCleanup(directory.cleanup)
        self.root = pathlib.Path(directory.name, "tree")
        for path, text in (("docs/page.md", PAGE), ("docs/other.md", "## The end\n```\n# no heading\n```\n"),
                           ("docs/examples/main.cpp", "int main() {\n\n    return 0;\n}\n"),
                           ("build/made.md", "[x](y.md)")):
            file = self.root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        self.checks = Checks(self.root, executed=set())

    def test_find_code_that_nothing_compiles(self):
        self.assertEqual(self.checks.not_compiled(), ["docs/page.md:8", "docs/page.md:11"])

    def test_find_commands_that_nothing_runs(self):
        self.assertEqual(self.checks.not_executed(), ["docs/page.md:14"])
        self.assertEqual(Checks(self.root, {"docs/page.md"}).not_executed(), [])

    def test_find_json_that_is_none(self):
        self.assertEqual([place.split(": ")[0] for place in self.checks.not_json()], ["docs/page.md:17"])

    def test_find_languages_that_nobody_checks(self):
        self.assertEqual(self.checks.of_no_known_language(), ["docs/page.md:20: perl"])

    def test_find_links_that_lead_nowhere(self):
        self.assertEqual(self.checks.broken_links(), [
            "docs/page.md:23: gone.md", "docs/page.md:23: other.md#gone", "docs/page.md:23: ../../../elsewhere.md"])


if __name__ == "__main__":
    TheTree.root = sys.argv.pop(1)
    unittest.main()
