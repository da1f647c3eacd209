"""A small disk that fills up again and again: reads go on, refusals are clear, and with room it goes on unaided."""

import os
import random
import subprocess
import tempfile
import unittest

from support.server import CONTROL_USERS, Server
from support.wire import Control, Peer

ROUNDS = int(os.environ.get("MKDB_FULL_DISK_ROUNDS", "3"))
SEED = int(os.environ.get("MKDB_SEED", str(random.SystemRandom().randrange(2**32))))
DISK = "16m"
BALLAST = 6 << 20
PADDING = "x" * 20000


class FullDisk(unittest.TestCase):
    def setUp(self):
        print(f"\n{self.id()}: MKDB_SEED={SEED}", flush=True)
        if os.geteuid() != 0:
            self.skipTest("only root may mount the small disk that this needs")
        self.disk = tempfile.mkdtemp(prefix="mkdb-small-disk-")
        self.addCleanup(os.rmdir, self.disk)
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK}", "mkdb-test", self.disk], capture_output=True,
                                 text=True)
        if mounted.returncode != 0:
            self.skipTest(f"no small disk: {mounted.stderr.strip()}")
        self.addCleanup(subprocess.run, ["umount", self.disk], check=True)
        self.chance = random.Random(SEED)
        self.ballast = os.path.join(self.disk, "ballast")
        tempfile.tempdir, kept = self.disk, tempfile.tempdir
        try:
            self.server = Server({"parts": {"durability": "sync", "partitions": 1, "default_query_limit": 0,
                                            "file_config": {"segment_threshold": 1 << 20}}})
        finally:
            tempfile.tempdir = kept
        self.addCleanup(self.server.remove)
        self.expected = {}

    def load(self):
        with open(self.ballast, "wb") as file:
            file.write(b"\0" * BALLAST)

    def fill(self):
        """Writes until the disk is full; returns the refusal."""
        for serial in range(2000):
            record_id = f"r{self.chance.randrange(150)}"
            value = self.chance.getrandbits(40)
            response = self.peer.request("write", store="parts", record_id=record_id, delta={"v": value, "p": PADDING})
            if response["status"] != "ok":
                return response["error"]
            self.expected[record_id] = value
        raise AssertionError("the disk did not become full")

    def assert_reads(self):
        page = self.peer.ok("query", store="parts", filter={}, hydrate=True)
        found = {record["_id"]: record["v"] for record in page["records"]}
        self.assertEqual(found, self.expected)

    def test_is_lived_through_again_and_again(self):
        self.server.start()
        self.peer = Peer(self.server.socket)
        self.addCleanup(self.peer.close)
        self.peer.shake_hands()
        for round_number in range(ROUNDS):
            with self.subTest(round=round_number):
                self.load()
                self.assertRegex(self.fill(), "(?i)space")
                self.assert_reads()
                os.remove(self.ballast)
                for record_id in self.chance.sample(sorted(self.expected), len(self.expected) // 2):
                    self.peer.ok("delete", store="parts", record_id=record_id)
                    del self.expected[record_id]
                self.compact()
                self.assert_reads()
        self.peer.close()
        self.server.restart()
        self.peer = Peer(self.server.socket)
        self.addCleanup(self.peer.close)
        self.peer.shake_hands()
        self.assert_reads()

    def compact(self):
        control = Control(self.server.control)
        try:
            control.login("admin", CONTROL_USERS["admin"])
            control.ok("api_compact_store", name="parts")
        finally:
            control.close()
