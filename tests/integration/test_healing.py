"""Damage on the disk: found and mended by `mkdb check`, by the server while it runs, and named when it is too much."""

import glob
import json
import os
import unittest

from support.server import CONTROL_USERS, Server, run
from support.wire import Control, Peer

RECORDS = 2000


def flip(path, offset):
    with open(path, "r+b") as file:
        file.seek(offset)
        byte = file.read(1)[0]
        file.seek(offset)
        file.write(bytes([byte ^ 0x20]))


class Healing(unittest.TestCase):
    def setUp(self):
        store = {"partitions": 1, "file_config": {"segment_threshold": 65536, "compaction_interval": 0}}
        self.server = Server({"parts": store})
        self.addCleanup(self.server.remove)
        self.server.start()
        peer = self.peer()
        for n in range(RECORDS):
            peer.ok("write", store="parts", record_id=f"r{n}", delta={"n": n, "text": "x" * 100})

    def peer(self):
        peer = Peer(self.server.socket)
        self.addCleanup(peer.close)
        peer.shake_hands()
        return peer

    def admin(self):
        control = Control(self.server.control)
        self.addCleanup(control.close)
        control.login("admin", CONTROL_USERS["admin"])
        return control

    def files(self, kind):
        return sorted(glob.glob(os.path.join(self.server.directory, "stores", "parts", "p000", kind + "-*")))

    def check(self, *options):
        finished = run("check", self.server.directory, *options, "--json")
        return finished.returncode, json.loads(finished.stdout)

    def assert_complete(self):
        peer = self.peer()
        for n in range(0, RECORDS, 7):
            self.assertEqual(peer.ok("read", store="parts", record_id=f"r{n}")["n"], n)
        self.assertEqual(peer.ok("query", store="parts", filter={}, limit=1)["total_matches"], RECORDS)

    def test_a_sound_database_is_said_to_be_sound(self):
        self.server.stop()
        status, found = self.check()
        self.assertEqual((status, found["sound"], found["without_parity"]), (0, True, 0), found)
        self.assertEqual(found["clean"], found["segments"])
        text = run("check", self.server.directory)
        self.assertEqual(text.returncode, 0)
        self.assertIn("0 healed, 0 healable, 0 unrecoverable; 0 without whole parity.", text.stdout)

    def test_a_database_in_use_is_not_checked(self):
        refused = run("check", self.server.directory)
        self.assertEqual(refused.returncode, 1)
        self.assertIn("is in use", refused.stderr)

    def test_damage_is_found_then_mended(self):
        self.server.stop()
        segment = self.files("segment")[0]
        with open(segment, "rb") as file:
            whole = file.read()
        for offset in (200, 20000, 50000):
            flip(segment, offset)
        status, found = self.check()
        self.assertEqual((status, found["healable"]), (1, 1), found)
        with open(segment, "rb") as file:
            self.assertNotEqual(file.read(), whole, "a check changes nothing")
        status, found = self.check("--repair")
        self.assertEqual((status, found["healed"]), (0, 1), found)
        with open(segment, "rb") as file:
            self.assertEqual(file.read(), whole)
        self.server.start()
        self.assert_complete()

    def test_missing_parity_is_made(self):
        self.server.stop()
        os.remove(self.files("parity")[0])
        status, found = self.check()
        self.assertEqual((status, found["without_parity"]), (0, 1), found)
        status, found = self.check("--repair")
        self.assertEqual((status, found["without_parity"]), (0, 0), found)

    def test_what_is_beyond_parity_is_named_and_the_rest_is_served(self):
        self.server.stop()
        segment = self.files("segment")[0]
        os.remove(self.files("parity")[0])
        flip(segment, 300)
        status, found = self.check("--repair")
        self.assertEqual((status, found["unrecoverable"]), (1, 1), found)
        lost = found["partitions"][0]["lost_ids"]
        self.assertEqual(len(lost), 1, found)
        self.server.start()
        peer = self.peer()
        self.assertIn("damaged", peer.error("read", store="parts", record_id=lost[0]))
        self.assertEqual(peer.ok("read", store="parts", record_id=f"r{RECORDS - 1}")["n"], RECORDS - 1)

    def test_what_is_beyond_parity_is_in_the_health_and_the_events(self):
        admin = self.admin()
        self.assertEqual(admin.ok("api_get_db_info")["health"], {"status": "ok", "reasons": []})
        admin.ok("api_scrub_store", name="parts")
        (told,) = [event for event in admin.ok("api_get_event_log", level="info")["events"]
                   if event["message"].startswith("scrubbed: ")]
        self.assertEqual(told["source"], "parts")
        segment = self.files("segment")[0]
        for offset in range(300, os.path.getsize(segment) - 200, 1000):
            flip(segment, offset)
        lost = admin.ok("api_scrub_store", name="parts")["lost_ids"]
        self.assertGreater(len(lost), 20)
        health = admin.ok("api_get_db_info")["health"]
        self.assertEqual(health["status"], "degraded")
        self.assertIn("store 'parts': 1 segments are damaged beyond what parity restores", health["reasons"][0])
        (event,) = [event for event in admin.ok("api_get_event_log", level="error")["events"]
                    if event["source"] == "parts"]
        self.assertIn(f"{len(lost)} records are lost: {lost[0]}, {lost[1]}", event["message"])

    def test_a_running_server_heals_what_a_scrub_finds(self):
        admin = self.admin()
        before = admin.ok("api_scrub_store", name="parts")
        self.assertEqual((before["damaged_blocks"], before["lost_ids"]), (0, []))
        for segment in self.files("segment")[:3]:
            flip(segment, 1000)
        found = admin.ok("api_scrub_store", name="parts")
        self.assertEqual((found["healed_blocks"], found["healed_segments"], found["unrecoverable"]), (3, 3, []), found)
        events = admin.ok("api_get_event_log", level="recovery")["events"]
        self.assertGreaterEqual(len(events), 3)
        (report,) = admin.ok("api_get_storage_report", name="parts")["stores"]
        self.assertGreaterEqual(report["protection"]["healed_blocks"], 3)
        self.assert_complete()

    def test_a_read_that_meets_damage_answers_the_right_bytes(self):
        self.admin().ok("api_scrub_store", name="parts")
        self.server.restart()
        for segment in self.files("segment")[:-1]:
            for offset in range(400, os.path.getsize(segment) - 200, 9000):
                flip(segment, offset)
        self.assert_complete()
        self.server.stop()
        status, found = self.check()
        self.assertEqual(found["unrecoverable"], 0, found)
