"""`mkdb migrate`: every record that PyMkDB would show is there and equal, what is damaged is named, the source is
untouched."""

import hashlib
import json
import os
import random
import signal
import subprocess
import tempfile
import unittest

from support.page import DirectoryServer
from support.pymkdb import PymkdbStore, write_config
from support.server import binary, run
from support.waiting import wait_until
from support.wire import Peer

SEED = int(os.environ.get("MKDB_SEED", str(random.SystemRandom().randrange(2**32))))
SCHEMA = {"schema_config": {"fields": {"price": {"name": "price", "queryable": "numeric", "indexed": True},
                                       "name": {"name": "name", "queryable": "full-text", "indexed": True}}}}


def tree(directory):
    """Every file below a directory and what is in it."""
    found = {}
    for folder, _, names in os.walk(directory):
        for name in names:
            with open(os.path.join(folder, name), "rb") as file:
                found[os.path.join(folder, name)] = hashlib.sha256(file.read()).hexdigest()
    return found


class MigrateCase(unittest.TestCase):
    def setUp(self):
        work = tempfile.TemporaryDirectory(prefix="mkdb-migrate-")
        self.addCleanup(work.cleanup)
        self.source = os.path.join(work.name, "old")
        self.target = os.path.join(work.name, "new")

    def migrate(self, *options, status=0):
        finished = run("migrate", self.source, self.target, "--json", *options, timeout=120)
        self.assertEqual(finished.returncode, status, finished.stderr + finished.stdout)
        return json.loads(finished.stdout) if finished.stdout else finished.stderr

    def exported(self, store):
        finished = run("export", self.target, store)
        self.assertEqual(finished.returncode, 0, finished.stderr)
        records = [json.loads(line) for line in finished.stdout.splitlines()]
        return {record.pop("_id"): record for record in records}

    def findings(self, summary, kind):
        return [(each["file"], each["line"], each["id"], each["reason"])
                for each in summary["findings"] if each["kind"] == kind]


class ASoundSource(MigrateCase):
    def setUp(self):
        super().setUp()
        write_config(self.source, {"parts": SCHEMA, "empty": {}})
        os.makedirs(os.path.join(self.source, "stores", "empty"))
        self.store = PymkdbStore(self.source, "parts", segment_threshold=200, blob_threshold=2000)

    def test_every_kind_of_record_comes_along(self):
        expected = {
            "bolt": {"name": "Steel bolt", "price": 9.99, "tags": ["steel", {"m": 8}]},
            "a:b": {"n": 1}, "two words": {"n": 2}, "a/b": {"text": "x" * 3000}, "ümlaut ✓": {"text": "Grüße"},
            "big": {"text": "y" * 5000}, "int": {"low": -2**63, "high": 2**64 - 1, "e": 1e300}, "nothing": {},
        }
        self.store.write("bolt", {"name": "old", "price": 1})
        for record_id, fields in expected.items():
            self.store.write(record_id, fields)
        self.store.write("gone", {"n": 1})
        self.store.delete("gone")
        before = tree(self.source)
        summary = self.migrate()
        self.assertEqual(tree(self.source), before)
        self.assertEqual((summary["migrated"], summary["verified"], summary["refused"]),
                         (len(expected), len(expected), 0))
        self.assertEqual(summary["findings"], [])
        self.assertEqual([(each["name"], each["migrated"], each["deleted"]) for each in summary["stores"]],
                         [("empty", 0, 0), ("parts", len(expected), 1)])
        self.assertEqual(self.exported("parts"), expected)
        self.assertEqual(os.listdir(os.path.dirname(self.target)).count("new.unfinished"), 0)

    def test_a_server_runs_it_at_once_with_users_and_indexes(self):
        for n in range(300):
            self.store.write(f"p{n}", {"name": f"part number {n}", "price": n / 4})
        self.migrate()
        server = DirectoryServer(self.target)
        self.addCleanup(server.remove)
        server.start()
        peer = Peer(server.socket)
        self.addCleanup(peer.close)
        self.assertEqual(peer.shake_hands("RW", "ann", "ann-password")["type"], "auth_ok")
        cheap = peer.ok("query", store="parts", filter={"price": {"lt": 1}}, hydrate=False, sort="+price")
        self.assertEqual(cheap["ids"], ["p0", "p1", "p2", "p3"])
        found = peer.ok("query", store="parts", filter={"name": ["number", "299"]}, hydrate=True)["records"]
        self.assertEqual(found[0]["_id"], "p299")

    def test_a_random_history_leaves_what_pymkdb_would_show(self):
        chance = random.Random(SEED)
        expected = {}
        for step in range(3000):
            record_id = f"r{chance.randrange(150)}"
            if record_id in expected and chance.random() < 0.3:
                del expected[record_id]
                self.store.delete(record_id)
            else:
                expected[record_id] = {"n": step, "pad": "z" * chance.randrange(0, 2500)}
                self.store.write(record_id, expected[record_id])
            if chance.random() < 0.002:
                self.store.rewrite_index()
        summary = self.migrate()
        self.assertEqual(summary["refused"], 0, f"seed {SEED}: {summary}")
        self.assertEqual(self.exported("parts"), expected, f"seed {SEED}")

    def test_a_record_keeps_no_null_field(self):
        self.store.write("a", {"n": 1, "none": None, "inner": {"none": None}})
        self.migrate()
        self.assertEqual(self.exported("parts"), {"a": {"n": 1, "inner": {"none": None}}})


class ADamagedSource(MigrateCase):
    def setUp(self):
        super().setUp()
        write_config(self.source, {"parts": {}})
        self.store = PymkdbStore(self.source, "parts")

    def test_what_is_damaged_is_named_and_the_rest_goes_on(self):
        self.store.write("good", {"n": 1})
        self.store.write("bad", {"n": 2})
        self.store.write("huge", {"n": 10**30})
        self.store.append_to_log(b'torn {"n": 3')
        with open(self.store.log(), "r+b") as log:
            content = log.read().replace(b'bad {"n": 2}', b'bad {"n": 2 ')
            log.seek(0)
            log.write(content)
        summary = self.migrate(status=1)
        self.assertEqual(self.exported("parts"), {"good": {"n": 1}})
        refused = self.findings(summary, "refused")
        self.assertEqual([each[:3] for each in refused], [("parts_001.log", 2, "bad"), ("parts_001.log", 3, "huge")])
        self.assertRegex(refused[0][3], "JSON ends too early|syntax")
        self.assertEqual([each[:3] for each in self.findings(summary, "left")], [("parts_001.log", 4, "torn")])
        self.assertEqual(summary["stores"][0]["refused"], 2)

    def test_a_missing_blob_or_segment_is_named(self):
        store = PymkdbStore(self.source, "more", segment_threshold=10, blob_threshold=100)
        write_config(self.source, {"parts": {}, "more": {}})
        store.write("kept", {"n": 1})
        store.write("lost", {"n": 2})
        store.write("blob", {"t": "x" * 200})
        os.remove(store.log(2))
        os.remove(os.path.join(store.path, "blobs", "blob.dat"))
        summary = self.migrate(status=1)
        self.assertEqual(self.exported("more"), {"kept": {"n": 1}})
        self.assertCountEqual([(each[0], each[2], each[3]) for each in self.findings(summary, "refused")],
                              [("more.idx", "lost", "more_002.log is missing"),
                               ("blobs/blob.dat", "blob", "blobs/blob.dat is missing")])

    def test_a_missing_store_is_named(self):
        write_config(self.source, {"parts": {}, "gone": {}})
        self.store.write("good", {"n": 1})
        summary = self.migrate(status=1)
        self.assertEqual([(each["store"], each["file"]) for each in summary["findings"]], [("gone", "")])
        self.assertEqual([(each["name"], each["refused"]) for each in summary["stores"]], [("gone", 1), ("parts", 0)])
        self.assertEqual((self.exported("parts"), self.exported("gone")), ({"good": {"n": 1}}, {}))
        finished = run("migrate", self.source, self.target + "-2")
        self.assertEqual(finished.returncode, 1)
        self.assertRegex(finished.stderr, "(?m)^refused: stores/gone: it is missing though config.json names the store")

    def test_nothing_is_said_of_records_that_are_not_there(self):
        os.remove(self.store.log())
        os.remove(self.store.index)
        os.rmdir(self.store.path)
        finished = run("migrate", self.source, self.target)
        self.assertEqual(finished.returncode, 1)
        self.assertRegex(finished.stdout, r"(?m)^Migrated 0 records in .*, refused 1\.$")

    def test_an_index_that_is_missing_is_said_and_the_log_stands_in(self):
        self.store.write("a", {"n": 1})
        self.store.write("a", {"n": 2})
        os.remove(self.store.index)
        summary = self.migrate()
        self.assertEqual(self.exported("parts"), {"a": {"n": 2}})
        self.assertRegex(self.findings(summary, "resolved")[0][3], "index is missing")

    def test_what_only_the_log_has_is_taken_when_asked(self):
        self.store.write("a", {"n": 1})
        self.store.write("b", {"n": 2})
        self.store.delete("b")
        self.store.rewrite_index()
        self.assertEqual(self.migrate()["stores"][0]["unindexed"], 1)
        self.assertEqual(self.exported("parts"), {"a": {"n": 1}})
        self.target += "-2"
        self.migrate("--take-unindexed")
        self.assertEqual(self.exported("parts"), {"a": {"n": 1}, "b": {"n": 2}})

    def test_people_get_a_table_and_one_line_a_finding(self):
        self.store.write("good", {"n": 1})
        self.store.append_to_index("nonsense\n")
        finished = run("migrate", self.source, self.target)
        self.assertEqual(finished.returncode, 1)
        self.assertRegex(finished.stdout, r"(?m)^parts +1 +1 +0 +0$")
        self.assertRegex(finished.stdout, r"Migrated 1 record in .*, refused 1; each was read back")
        self.assertRegex(finished.stderr, r"(?m)^refused: stores/parts/parts.idx line 2: the line is damaged")


class ARefusal(MigrateCase):
    def setUp(self):
        super().setUp()
        write_config(self.source, {"parts": {}})
        self.store = PymkdbStore(self.source, "parts")
        self.store.write("a", {"n": 1})

    def test_leaves_a_target_that_is_not_empty(self):
        os.makedirs(self.target)
        open(os.path.join(self.target, "mine"), "w").close()
        self.assertRegex(self.migrate(status=1), "is not empty")
        self.assertEqual(os.listdir(self.target), ["mine"])

    def test_takes_an_empty_target(self):
        os.makedirs(self.target)
        self.migrate()
        self.assertEqual(self.exported("parts"), {"a": {"n": 1}})

    def test_comes_for_a_target_in_the_source_and_for_a_source_that_is_none(self):
        inside = os.path.join(self.source, "new")
        self.assertRegex(run("migrate", self.source, inside).stderr, "only read")
        self.assertRegex(run("migrate", ".", "new", cwd=self.source).stderr, "only read")
        self.assertFalse(os.path.exists(inside))
        self.migrate()
        again = run("migrate", self.target, self.target + "-2")
        self.assertEqual(again.returncode, 1)
        self.assertRegex(again.stderr, "database of MkDB already")
        self.assertRegex(run("migrate", self.target + "-3", self.target + "-2").stderr, "new-3 does not exist")

    def test_comes_with_a_configuration_that_is_none_and_leaves_nothing(self):
        with open(os.path.join(self.source, "config.json"), "a") as file:
            file.write("}")
        self.assertRegex(self.migrate(status=1), "config.json is damaged at line")
        self.assertEqual(os.listdir(os.path.dirname(self.target)), ["old"])


class ASourceThatIsNotMigrated(MigrateCase):
    """MkDB would see empty stores in it, and write beside the old log."""

    def setUp(self):
        super().setUp()
        write_config(self.source, {"parts": {}})
        self.store = PymkdbStore(self.source, "parts")
        self.store.write("a", {"n": 1})
        self.records = os.path.join(os.path.dirname(self.source), "more.jsonl")
        with open(self.records, "w", encoding="utf-8") as file:
            file.write('{"_id": "b"}\n')

    def test_is_refused_by_whatever_would_open_it_and_left_as_it_is(self):
        commands = [["serve", self.source], [self.source], ["import", self.source, "parts", self.records],
                    ["export", self.source, "parts"], ["compact", self.source], ["stats", self.source],
                    ["backup", self.source, self.target], ["check", self.source], ["init", self.source]]
        # A log or an index is enough.
        for missing in (None, self.store.index, self.store.log()):
            if missing:
                with open(missing, "rb") as file:
                    kept = file.read()
                os.remove(missing)
            before = tree(self.source)
            for command in commands:
                with self.subTest(command=command, missing=missing):
                    finished = run(*command)
                    self.assertEqual((finished.returncode, finished.stdout), (1, ""))
                    self.assertRegex(finished.stderr, f"mkdb: {self.source} is a PyMkDB database .*"
                                                      f"`mkdb migrate {self.source} NEW`")
                    self.assertEqual(tree(self.source), before)
            if missing:
                with open(missing, "wb") as file:
                    file.write(kept)
        self.assertFalse(os.path.exists(self.target))


class AMigrationCutShort(MigrateCase):
    def setUp(self):
        super().setUp()
        write_config(self.source, {"parts": {}})
        store = PymkdbStore(self.source, "parts")
        lines, entries, offset = [], [], 0
        for n in range(120000):
            line = f'r{n} {{"n": {n}, "pad": "{"x" * 60}"}}\n'
            entries.append(f"r{n}:001:{offset}:{len(line)}\n")
            lines.append(line)
            offset += len(line)
        store.append_to_log("".join(lines).encode())
        store.append_to_index("".join(entries))

    def cut(self, how):
        """Ends a migration while it writes; returns what it says."""
        running = subprocess.Popen([binary(), "migrate", self.source, self.target], stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True)
        made = os.path.join(self.target + ".unfinished", "stores", "parts", "STORE")
        wait_until(lambda: running.poll() is not None or os.path.exists(made), "the migration writes", timeout=60)
        running.send_signal(how)
        _, errors = running.communicate(timeout=60)
        self.assertNotEqual(running.returncode, 0)
        return errors

    def test_by_kill_leaves_nothing_that_looks_whole(self):
        self.cut(signal.SIGKILL)
        self.assertFalse(os.path.exists(self.target))
        left = self.target + ".unfinished"
        self.assertRegex(run("serve", left).stderr, "no config.json")
        self.assertRegex(self.migrate(status=1), "left over from a run that was cut off")

    def test_by_ctrl_c_leaves_nothing(self):
        self.assertRegex(self.cut(signal.SIGINT), "interrupted: .* was not made")
        self.assertEqual(os.listdir(os.path.dirname(self.target)), ["old"])


if __name__ == "__main__":
    unittest.main()
