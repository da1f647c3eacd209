"""Signals at any moment of a loaded server: while segments roll, and while it compacts, scrubs and makes backups."""

import http.client
import os
import signal
import tempfile
import threading
import time

from support.load import LoadCase
from support.server import CONTROL_USERS
from support.waiting import wait_until
from support.wire import Control

ROUNDS = int(os.environ.get("MKDB_SIGNAL_ROUNDS", "4"))  # Of each signal.
UPKEEP = {"api_compact_store": {"name": "parts"}, "api_scrub_store": {"name": "parts"}, "api_backup": {}}


class Keeper(threading.Thread):
    """Asks for one kind of upkeep again and again, until the server is gone."""

    def __init__(self, address, action):
        super().__init__()
        self.action = action
        self.done = 0
        self.refusals = []
        self._control = Control(address)
        self._control.login("admin", CONTROL_USERS["admin"])

    def run(self):
        try:
            while True:
                answer = self._control.call(self.action, **UPKEEP[self.action])
                if answer.status == 200:
                    self.done += 1
                else:
                    self.refusals.append(answer.json)
        except (OSError, http.client.HTTPException):
            pass  # the server was stopped
        finally:
            self._control.close()


def state_of(process):
    with open(f"/proc/{process.pid}/stat", encoding="ascii") as file:
        return file.read().rpartition(")")[2].split()[0]


class Signals(LoadCase):
    SEGMENT_THRESHOLD = 1 << 16

    def config(self):
        backups = tempfile.TemporaryDirectory(prefix="mkdb-test-backups-")
        self.addCleanup(backups.cleanup)
        return {"backup": {"directory": backups.name}}

    def start_load(self):
        self.writers = self.start_writers(2)
        self.keeper = Keeper(self.server.control, self.chance.choice(list(UPKEEP)))
        self.keeper.start()
        time.sleep(self.chance.uniform(0.02, 0.2))  # Not to wait for anything: to be at some moment of the load.

    def end_load(self, how):
        self.server.stop(how)
        self.keeper.join()
        for writer in self.writers:
            writer.join()
            self.assertEqual(writer.refusals, [], how.name)
        self.server.start()
        self.settle(f"{how.name} during {self.keeper.action}")

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

    def test_hangups_broken_pipes_and_files_that_are_too_long_change_nothing(self):
        for _ in range(ROUNDS):
            self.start_load()
            for how in (signal.SIGHUP, signal.SIGPIPE, signal.SIGXFSZ):
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
