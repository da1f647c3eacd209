"""Includes point down only: no folder sees one above it or beside it, and none below the transports knows Asio.

Usage: layers_test.py ROOT [unittest options]
"""

import pathlib
import re
import sys
import tempfile
import unittest

import source_tree

RANKS = {
    "core": 0,
    "document": 1,
    "file": 2, "clock": 2, "random": 2, "eviction": 2, "parity": 2, "text": 2, "index": 2,
    "log": 3, "cache": 3,
    "storage": 4, "query": 4,
    "engine": 5,
    "store": 6, "service": 6,
    "protocol": 7,
    "transport": 8, "client": 8,
    "reference-server": 9,
}
# Headers that lie in include/mkdb itself are the facade, but for the umbrella over the network's layers.
FACADE = "store"
TOP_LEVEL = {"net.hpp": "transport"}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)
NETWORK = re.compile(r"^(boost/(asio|beast)|sys/socket\.h|netinet/|arpa/)")


def folder_of(path):
    """The layer folder that a repository path belongs to."""
    parts = pathlib.PurePosixPath(path).parts
    if parts[0] == "reference-server":
        return parts[0]
    return header_folder("/".join(parts[1:]))


def header_folder(name):
    """The layer folder of a header as it is included: mkdb/folder/header.hpp or mkdb/header.hpp."""
    parts = name.split("/")
    return parts[1] if len(parts) > 2 else TOP_LEVEL.get(parts[1], FACADE)


def faults_of_include(source, quote, name):
    folder = folder_of(source)
    if folder not in RANKS:
        return [f"{source}: folder {folder} has no layer; give it one in {pathlib.Path(__file__).name}"]
    if NETWORK.match(name) and RANKS[folder] < RANKS["transport"]:
        return [f"{source}: includes <{name}>; only transports know sockets"]
    if quote == '"' and folder != "reference-server":
        return [f'{source}: includes "{name}"; write <mkdb/…> so that the layer can be seen']
    if not name.startswith("mkdb/"):
        return []
    target = header_folder(name)
    if target not in RANKS:
        return [f"{source}: includes {name} of a folder without a layer"]
    if RANKS[target] > RANKS[folder]:
        return [f"{source}: includes {name}: {target} lies above {folder}"]
    if RANKS[target] == RANKS[folder] and target != folder:
        return [f"{source}: includes {name}: {target} lies beside {folder}"]
    return []


def faults(root):
    """One sentence for each include that breaks a rule."""
    root = pathlib.Path(root)
    found = []
    for base in ("include/mkdb", "reference-server/src"):
        if not (root / base).is_dir():
            continue
        for path in source_tree.files(root / base, {".hpp", ".ipp", ".cpp"}):
            text = (root / base / path).read_text(encoding="utf-8")
            for quote, name in INCLUDE.findall(text):
                found += faults_of_include(f"{base}/{path.as_posix()}", quote, name)
    return found


class TheTree(unittest.TestCase):
    root = None

    def test_points_down(self):
        self.assertEqual(faults(self.root), [])


class TheCheck(unittest.TestCase):
    def faults_of(self, path, text):
        with tempfile.TemporaryDirectory() as root:
            file = pathlib.Path(root, path)
            file.parent.mkdir(parents=True)
            file.write_text(text, encoding="utf-8")
            return faults(root)

    def test_allows_what_points_down_or_stays(self):
        text = "#pragma once\n#include <mkdb/core/result.hpp>\n#include <mkdb/index/exact.hpp>\n#include <vector>\n"
        self.assertEqual(self.faults_of("include/mkdb/index/index_set.hpp", text), [])

    def test_refuses_an_upward_arrow(self):
        found = self.faults_of("include/mkdb/log/reader.hpp", "#include <mkdb/engine/partition.hpp>\n")
        self.assertEqual(len(found), 1)
        self.assertIn("engine lies above log", found[0])

    def test_refuses_a_sideways_arrow(self):
        found = self.faults_of("include/mkdb/index/full_text.hpp", "  #  include <mkdb/text/standard.hpp>\n")
        self.assertIn("text lies beside index", found[0])

    def test_refuses_asio_below_the_transports(self):
        self.assertEqual(len(self.faults_of("include/mkdb/protocol/frame.hpp", "#include <boost/asio/buffer.hpp>\n")),
                         1)
        self.assertEqual(len(self.faults_of("include/mkdb/engine/x.hpp", "#include <boost/beast/http.hpp>\n")), 1)
        self.assertEqual(self.faults_of("include/mkdb/transport/tcp.hpp", "#include <boost/asio/buffer.hpp>\n"), [])

    def test_knows_the_facade_and_the_umbrellas(self):
        self.assertEqual(len(self.faults_of("include/mkdb/engine/x.hpp", "#include <mkdb/policies.hpp>\n")), 1)
        self.assertEqual(len(self.faults_of("include/mkdb/mkdb.hpp", "#include <mkdb/protocol/frame.hpp>\n")), 1)
        self.assertEqual(self.faults_of("include/mkdb/net.hpp", "#include <mkdb/protocol/frame.hpp>\n"), [])
        self.assertEqual(self.faults_of("include/mkdb/database.hpp", "#include <mkdb/store/name.hpp>\n"), [])

    def test_refuses_an_unknown_folder_and_a_quoted_include(self):
        self.assertIn("no layer", self.faults_of("include/mkdb/misc/x.hpp", "#include <vector>\n")[0])
        self.assertIn("write <mkdb/", self.faults_of("include/mkdb/core/x.hpp", '#include "error.hpp"\n')[0])

    def test_lets_the_server_include_its_own_and_everything_below(self):
        text = '#include "cli/options.hpp"\n#include <mkdb/net.hpp>\n#include <boost/asio.hpp>\n'
        self.assertEqual(self.faults_of("reference-server/src/main.cpp", text), [])


if __name__ == "__main__":
    TheTree.root = sys.argv.pop(1)
    unittest.main()
