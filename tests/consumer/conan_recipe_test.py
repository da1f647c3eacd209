"""Compares the Conan recipe with the repository, without Conan.

Usage: conan_recipe_test.py ROOT [unittest options]
"""

import ast
import pathlib
import re
import sys
import tempfile
import py_compile
import unittest

# The package that CMake finds, and the one that Conan names; libstemmer comes from the system.
CONAN_NAMES = {"Boost": "boost", "ICU": "icu", "range-v3": "range-v3", "roaring": "roaring",
               "tsl-robin-map": "tsl-robin-map", "mkdb-re2": "re2", "mkdb-xxhash": "xxhash", "OpenSSL": "openssl", "mkdb-isal": "isa-l"}
FROM_THE_SYSTEM = {"Threads": "pthread", "mkdb-stemmer": "stemmer"}


def recipe_class(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return next(node for node in tree.body if isinstance(node, ast.ClassDef))


def attributes(recipe):
    """The class's constants by name."""
    found = {}
    for node in recipe.body:
        if isinstance(node, ast.Assign):
            try:
                value = ast.literal_eval(node.value)
            except ValueError:
                continue
            found.update({target.id: value for target in node.targets})
    return found


def method(recipe, name):
    return next(node for node in recipe.body if isinstance(node, ast.FunctionDef) and node.name == name)


def strings(node):
    return [leaf.value for leaf in ast.walk(node) if isinstance(leaf, ast.Constant) and isinstance(leaf.value, str)]


class TheRecipe(unittest.TestCase):
    root = None

    def setUp(self):
        self.recipe = recipe_class(self.root / "conan/conanfile.py")
        self.library = (self.root / "cmake/library.cmake").read_text(encoding="utf-8")

    def test_both_recipes_compile(self):
        with tempfile.TemporaryDirectory() as folder:
            for number, name in enumerate(("conanfile.py", "test_package/conanfile.py")):
                py_compile.compile(str(self.root / "conan" / name), cfile=f"{folder}/{number}.pyc", doraise=True)

    def test_is_a_header_library_of_the_projects_version_and_license(self):
        said = attributes(self.recipe)
        project = re.search(r"project\(mkdb VERSION (\S+)", (self.root / "CMakeLists.txt").read_text(encoding="utf-8"))
        self.assertEqual(said["version"], project.group(1))
        self.assertEqual(said["package_type"], "header-library")
        self.assertIn(f"{said['license']} License", (self.root / "LICENSE").read_text(encoding="utf-8"))

    def test_its_package_id_is_empty_and_it_asks_for_cpp20(self):
        self.assertEqual(ast.unparse(method(self.recipe, "package_id").body[0]), "self.info.clear()")
        self.assertIn("check_min_cppstd(self, 20)", ast.unparse(method(self.recipe, "validate")))

    def test_requires_what_the_build_finds(self):
        found = set(re.findall(r"^find_package\((\S+)", self.library, re.MULTILINE))
        self.assertEqual(found, set(CONAN_NAMES) | set(FROM_THE_SYSTEM))
        required = {text.split("/")[0] for text in strings(method(self.recipe, "requirements"))}
        self.assertEqual(required, set(CONAN_NAMES.values()))
        info = strings(method(self.recipe, "package_info"))
        for library in FROM_THE_SYSTEM.values():
            self.assertIn(library, info)

    def test_names_the_targets_that_the_build_exports(self):
        exported = set(re.findall(r"add_library\((mkdb::\w+) ALIAS", self.library))
        named = {text for text in strings(method(self.recipe, "package_info")) if text.startswith("mkdb::")}
        self.assertEqual(named, exported)

    def test_exports_what_exists(self):
        for pattern in strings(method(self.recipe, "export_sources")):
            if pattern not in ("", "utf-8"):
                self.assertTrue(list(self.root.glob(pattern)), pattern)


if __name__ == "__main__":
    TheRecipe.root = pathlib.Path(sys.argv.pop(1)).resolve()
    unittest.main()
