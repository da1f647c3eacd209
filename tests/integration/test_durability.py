"""What was acknowledged is there: after kill -9, and after a clean stop under load."""

import os
import signal
import time
import unittest

from support.load import LoadCase
from support.server import Server
from support.wire import Peer

CYCLES = int(os.environ.get("MKDB_KILL_CYCLES", "50"))


WRITERS = 8
ENOUGH = 100  # Acknowledgements without which a cycle does not count, though what it left behind must be right.


class Durability(LoadCase):
    def test_what_was_acknowledged_survives_kill_9(self):
        cycles = kills = lookups = 0
        while cycles < CYCLES:
            before = self.oracle.acknowledgements
            lookups += self.kill_under_load(f"kill {kills}")
            kills += 1
            if self.oracle.acknowledgements - before >= ENOUGH:
                cycles += 1
                if cycles % 50 == 0 or cycles == CYCLES:
                    print(f"{cycles} cycles of {kills} kills, {self.oracle.acknowledgements} acknowledged, "
                          f"{lookups} looked up by an index", flush=True)
            self.assertLess(kills, 2 * CYCLES + 20, f"hardly a cycle has {ENOUGH} acknowledgements")
        self.assertGreater(lookups, cycles)

    def kill_under_load(self, context):
        """One cycle; returns how many records were looked up meanwhile."""
        writers = self.start_writers(WRITERS)
        time.sleep(self.chance.uniform(0.005, 0.8))  # Not to wait for anything: to be at some moment of the load.
        self.server.kill()
        for writer in writers:
            writer.join()
            self.assertEqual(writer.refusals, [])
        self.server.start()
        self.settle(context)
        return sum(writer.lookups for writer in writers)

    def test_a_clean_stop_under_load_loses_nothing(self):
        for how in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(how):
                writers = self.start_writers()
                time.sleep(self.chance.uniform(0.1, 0.3))
                self.server.stop(how)
                for writer in writers:
                    writer.join()
                    self.assertEqual(writer.refusals, [])
                self.server.start()
                self.settle(how.name)


class Restart(unittest.TestCase):
    FILTERS = [{}, {"n": {"gte": 400}}, {"name": ["seven"]}, {"kind": "odd"},
               {"$or": [{"n": 3}, {"name": {"contains": "nine"}}]},
               {"missing": {"exists": False}, "n": {"lt": 10}}]
    NAMES = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]

    def answers(self):
        peer = Peer(self.server.socket)
        self.addCleanup(peer.close)
        peer.shake_hands()
        pages = [peer.ok("query", store="parts", filter=filter, sort="-n", hydrate=True) for filter in self.FILTERS]
        return peer.ok("list_stores"), [(page["count"], page["total_matches"], page["records"]) for page in pages]

    def test_the_answers_are_the_same_after_a_restart_in_every_mode(self):
        fields = {"n": {"name": "n", "queryable": "numeric"}, "name": {"name": "name", "queryable": "full-text"},
                  "kind": {"name": "kind", "queryable": "exact"}}
        for mode in ("sync", "interval", "buffered"):
            with self.subTest(mode):
                self.server = Server({"parts": {"durability": mode, "schema_config": {"fields": fields}}})
                self.addCleanup(self.server.remove)
                self.server.start()
                peer = Peer(self.server.socket)
                self.addCleanup(peer.close)
                peer.shake_hands()
                for request in [peer.ask("write", store="parts", record_id=f"r{n}", delta={
                        "n": n, "name": f"number {self.NAMES[n % 10]}", "kind": ("even", "odd")[n % 2]})
                        for n in range(500)]:
                    peer.answer_to(request)
                for n in range(0, 500, 7):
                    peer.ok("delete", store="parts", record_id=f"r{n}")
                before = self.answers()
                self.assertEqual(before[0], [{"name": "parts", "record_count": 500 - 72}])
                self.server.restart()
                self.assertEqual(self.answers(), before)
