"""Several disks, one that is missing, and one that is full."""

import json
import os
import shutil
import subprocess
import tempfile
import unittest

from support.server import CONTROL_USERS, Server, run
from support.wire import Control, Peer

ROUNDS = int(os.environ.get("MKDB_FULL_DISK_ROUNDS", "5"))


def peer_of(test, server):
    peer = Peer(server.socket)
    test.addCleanup(peer.close)
    peer.shake_hands()
    return peer


def admin_of(test, server):
    control = Control(server.control)
    test.addCleanup(control.close)
    control.login("admin", CONTROL_USERS["admin"])
    return control


class SeveralDisks(unittest.TestCase):
    def setUp(self):
        self.disk = tempfile.mkdtemp(prefix="mkdb-test-disk-")
        self.addCleanup(shutil.rmtree, self.disk, ignore_errors=True)
        self.node = os.path.join(self.disk, "mounted")
        os.mkdir(self.node)
        self.server = Server({"spread": {}}, config={"storage_nodes": [self.node]})
        self.addCleanup(self.server.remove)
        self.server.start()
        peer = peer_of(self, self.server)
        for n in range(100):
            peer.ok("write", store="spread", record_id=f"r{n}", delta={"n": n})

    def assert_complete(self, server):
        answer = peer_of(self, server).ok("query", store="spread", filter={}, limit=0)
        self.assertEqual(answer["total_matches"], 100)

    def test_a_store_that_could_not_be_opened_is_in_the_health(self):
        self.server.stop()
        os.rename(self.node, os.path.join(self.disk, "away"))
        os.mkdir(self.node)
        self.server.edit_config({"storage_nodes": []})
        self.server.start()
        health = admin_of(self, self.server).ok("api_get_db_info")["health"]
        self.assertEqual((health["status"], len(health["reasons"])), ("degraded", 1), health)
        self.assertIn("store 'spread' could not be opened", health["reasons"][0])

    def test_partitions_lie_on_both_and_come_back(self):
        (store,) = os.listdir(os.path.join(self.node, "stores"))
        self.assertEqual(os.listdir(os.path.join(self.node, "stores", store)), ["p001"])
        self.server.restart()
        self.assert_complete(self.server)

    def test_a_missing_disk_is_named_and_the_rest_is_served(self):
        admin_of(self, self.server).ok("api_create_store", name="alone")
        peer_of(self, self.server).ok("write", store="alone", record_id="a", delta={})
        self.server.stop()
        away = os.path.join(self.disk, "away")
        os.rename(self.node, away)
        os.mkdir(self.node)
        self.server.edit_config({"storage_nodes": []})
        self.server.start()
        peer = peer_of(self, self.server)
        self.assertIn("spread", peer.error("read", store="spread", record_id="r1"))
        events = json.dumps(admin_of(self, self.server).ok("api_get_event_log"))
        self.assertIn("keeps partition 1 on a storage node that is not there", events)
        self.assertIn(self.node, events)
        self.assertEqual(os.listdir(self.node), [])
        self.server.stop()
        self.server.edit_config({"storage_nodes": [away]})
        self.server.start()
        self.assert_complete(self.server)

    def test_a_directory_that_is_not_there_gets_no_store(self):
        admin = admin_of(self, self.server)
        admin.ok("api_update_db_settings", storage_nodes=[os.path.join(self.disk, "nowhere")])
        status, message = admin.refused("api_create_store", name="new")
        self.assertEqual(status, 400)
        self.assertIn("does not exist: mount its disk, or make the directory", message)
        self.assertFalse(os.path.exists(os.path.join(self.disk, "nowhere")))


class LostIdentity(unittest.TestCase):
    """A store whose file STORE is gone is named by every command that would pass over it."""

    def setUp(self):
        self.server = Server({"kept": {"partitions": 2}, "lost": {"partitions": 2}})
        self.addCleanup(self.server.remove)
        self.server.start()
        peer = peer_of(self, self.server)
        for n in range(40):
            peer.ok("write", store="kept", record_id=f"r{n}", delta={"n": n})
            peer.ok("write", store="lost", record_id=f"r{n}", delta={"n": n})
        self.server.stop()
        os.remove(os.path.join(self.server.directory, "stores", "lost", "STORE"))

    def test_check_and_backup_fail(self):
        checked = run("check", self.server.directory)
        self.assertEqual(checked.returncode, 1)
        self.assertIn("Store 'lost' cannot be checked: ", checked.stdout)
        self.assertIn("no file STORE", checked.stdout)
        backups = os.path.join(self.server.directory, "elsewhere")
        made = run("backup", self.server.directory, backups)
        self.assertEqual(made.returncode, 1)
        self.assertIn("no file STORE", made.stderr)

    def test_a_server_makes_it_with_its_number_of_partitions_only(self):
        self.server.edit_config({"stores": {"lost": {"partitions": 4}}})
        self.server.start()
        events = json.dumps(admin_of(self, self.server).ok("api_get_event_log"))
        self.assertIn("store 'lost' stays closed: A store of 4 partitions would not find what is there", events)
        self.assertNotIn("it is made anew, empty", events)
        made = admin_of(self, self.server).ok("api_backup")
        self.assertEqual(made["left_out"], ["lost"])
        self.server.stop()
        self.server.edit_config({"stores": {"lost": {"partitions": 2}}})
        self.server.start()
        answer = peer_of(self, self.server).ok("query", store="lost", filter={}, limit=0)
        self.assertEqual(answer["total_matches"], 40)


class FullDisk(unittest.TestCase):
    def setUp(self):
        self.mount = tempfile.mkdtemp(prefix="mkdb-test-full-")
        self.addCleanup(os.rmdir, self.mount)
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", self.mount],
                                 capture_output=True, text=True)
        if mounted.returncode != 0:
            self.skipTest(f"no small disk can be mounted here: {mounted.stderr.strip()}")
        self.addCleanup(subprocess.run, ["umount", self.mount], check=True)
        store = {"default_query_limit": 0, "file_config": {"segment_threshold": 1 << 20, "compaction_interval": 0}}
        self.server = Server({"parts": store}, parent=self.mount)
        self.addCleanup(self.server.remove)
        self.server.start()

    def fill(self, peer, present, serial):
        while True:
            answer = peer.request("write", store="parts", record_id=f"r{serial}",
                                  delta={"n": serial, "text": "x" * 20000})
            if answer["status"] != "ok":
                self.assertIn("is full", answer["error"])
                return serial
            present.append(serial)
            serial += 1

    def test_reads_and_deletions_work_and_nothing_is_restarted(self):
        peer, admin = peer_of(self, self.server), admin_of(self, self.server)
        present, serial = [], 0
        for round_number in range(ROUNDS):
            with self.subTest(round=round_number):
                serial = self.fill(peer, present, serial)
                for n in present[::50]:
                    self.assertEqual(peer.ok("read", store="parts", record_id=f"r{n}")["n"], n)
                going, present = present[::2], present[1::2]
                for n in going:
                    peer.ok("delete", store="parts", record_id=f"r{n}")
                self.assertEqual(peer.ok("query", store="parts", filter={})["total_matches"], len(present))
                admin.ok("api_compact_store", name="parts")
        self.server.restart()
        self.assertEqual(peer_of(self, self.server).ok("query", store="parts", filter={})["total_matches"],
                         len(present))
