"""Signals at any moment of a loaded server: while segments roll, and while it compacts, scrubs and makes backups."""

import http.client
import os
import random
import signal
import tempfile
import threading
import time
import unittest

from support.load import Writer, records
from support.oracle import Oracle
from support.server import CONTROL_USERS, Server
from support.waiting import wait_until
from support.wire import Control

ROUNDS = int(os.environ.get("MKDB_SIGNAL_ROUNDS", "4"))  # Of each signal.
SEED = int(os.environ.get("MKDB_SEED", str(random.SystemRandom().randrange(2**32))))
UPKEEP = {"api_compact_store": {"name": "parts"}, "api_scrub_store": {"name": "parts"}, "api_backup": {}}


class Keeper(threading.Thread):
    """Asks for one kind of upkeep again and again, until the server is gone."""

    def __init__(self, address, action):
        super().__init__()
        self.action = action
        self.done = 0
        self.refusals = []
        self._enough = threading.Event()
        self._control = Control(address)
        self._control.login("admin", CONTROL_USERS["admin"])

    def run(self):
        try:
            while not self._enough.is_set():
                answer = self._control.call(self.action, **UPKEEP[self.action])
                if answer.status == 200:
                    self.done += 1
                else:
                    self.refusals.append(answer.json)
        except (OSError, http.client.HTTPException):
            pass  # the server was stopped
        finally:
            self._control.close()

    def end(self):
        self._enough.set()
        self.join()


def state_of(process):
    with open(f"/proc/{process.pid}/stat", encoding="ascii") as file:
        return file.read().rpartition(")")[2].split()[0]


class Signals(unittest.TestCase):
    def setUp(self):
        print(f"\n{self.id()}: MKDB_SEED={SEED}", flush=True)
        self.chance = random.Random(SEED)
        self.lock = threading.Lock()
        notes = tempfile.NamedTemporaryFile(prefix="mkdb-oracle-")
        self.addCleanup(notes.close)
        self.oracle = Oracle(notes.name)
        self.addCleanup(self.oracle.close)
        backups = tempfile.TemporaryDirectory(prefix="mkdb-test-backups-")
        self.addCleanup(backups.cleanup)
        store = {"durability": "sync", "default_query_limit": 0, "file_config": {"segment_threshold": 1 << 16},
                 "schema_config": {"fields": {"v": {"name": "v", "queryable": "numeric"}}}}
        self.server = Server({"parts": store}, config={"backup": {"directory": backups.name}})
        self.addCleanup(self.server.remove)
        self.server.start()

    def start_load(self):
        self.writers = [Writer(self.server.socket, f"w{n}", self.oracle, self.lock, random.Random(self.chance.random()))
                        for n in range(2)]
        self.keeper = Keeper(self.server.control, self.chance.choice(list(UPKEEP)))
        for thread in (*self.writers, self.keeper):
            thread.start()
        time.sleep(self.chance.uniform(0.02, 0.2))  # Not to wait for anything: to be at some moment of the load.

    def end_load(self, how):
        self.server.stop(how)
        self.keeper.end()
        for writer in self.writers:
            writer.join()
        self.server.start()
        found = records(self.server.socket, {})
        self.assertEqual(records(self.server.socket, {"v": {"gte": 0}}), found, "the index does not have what a scan has")
        wrong = self.oracle.verdict(found)
        self.assertEqual(wrong[:5], [], f"{self.keeper.action}, {len(wrong)} records are wrong\n{self.server.log()}")
        self.oracle.settle(found)

    def assert_goes_on(self, what):
        """Writes and upkeep that are asked for from now on are answered, and none was refused."""
        written, kept = self.oracle.acknowledgements, self.keeper.done
        wait_until(lambda: self.oracle.acknowledgements > written + 200, f"writes go on after {what}")
        wait_until(lambda: self.keeper.done > kept, f"{self.keeper.action} goes on after {what}", timeout=60)
        self.assertEqual(self.keeper.refusals, [], what)
        for writer in self.writers:
            self.assertEqual(writer.refusals, [], what)

    def test_term_and_int_stop_it_cleanly_whatever_it_does(self):
        for _ in range(ROUNDS):
            for how in (signal.SIGTERM, signal.SIGINT):
                self.start_load()
                self.end_load(how)

    def test_hangups_and_broken_pipes_change_nothing(self):
        for _ in range(ROUNDS):
            self.start_load()
            for how in (signal.SIGHUP, signal.SIGPIPE):
                self.server.process.send_signal(how)
                self.assert_goes_on(how.name)
            self.end_load(signal.SIGTERM)

    def test_stopped_and_continued_it_goes_on_where_it_was(self):
        for _ in range(ROUNDS):
            self.start_load()
            self.server.process.send_signal(signal.SIGSTOP)
            wait_until(lambda: state_of(self.server.process) == "T", "the process stands still")
            self.server.process.send_signal(signal.SIGCONT)
            self.assert_goes_on("SIGSTOP and SIGCONT")
            self.end_load(signal.SIGTERM)

    def test_a_signal_that_comes_twice_is_one_stop(self):
        self.start_load()
        self.server.process.send_signal(signal.SIGTERM)
        self.end_load(signal.SIGTERM)
