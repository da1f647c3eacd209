"""Clients that write as fast as they are answered, and what they may expect to find afterwards."""

import os
import random
import tempfile
import threading
import unittest

from .oracle import Oracle
from .server import Server
from .wire import Closed, Peer

SEED = int(os.environ.get("MKDB_SEED", str(random.SystemRandom().randrange(2**32))))
IN_FLIGHT = 32
IDS = 1000  # Of each writer: more cycles do not make a larger store.


class Writer(threading.Thread):
    """Writes, deletes and batches over one connection, many requests in flight, never two on one record."""

    def __init__(self, address, name, oracle, lock, chance):
        super().__init__()
        self._peer = Peer(address)
        self._name = name
        self._oracle = oracle
        self._lock = lock
        self._chance = chance
        self._waiting = {}
        self.refusals = []

    def run(self):
        try:
            self._peer.shake_hands()
            while True:
                while len(self._waiting) < IN_FLIGHT:
                    self._send_one()
                self._take_one()
        except (Closed, OSError):
            pass  # the server was killed: what is in flight stays an intent
        finally:
            self._peer.close()

    def _send_one(self):
        if self._chance.random() < 0.1:
            return self._send_batch(2 + self._chance.randrange(4))
        record_id, value = self._idle_id(), self._value()
        with self._lock:
            self._oracle.intend(record_id, value)
        if value is None:
            request = self._peer.ask("delete", store="parts", record_id=record_id)
        else:
            request = self._peer.ask("write", store="parts", record_id=record_id, delta=self._delta(value))
        self._waiting[request] = {record_id: value}

    def _send_batch(self, size):
        changes = {}
        while len(changes) < size:
            changes[self._idle_id()] = self._value()
        with self._lock:
            self._oracle.intend_together(changes)
        operations = [{"op": "delete", "record_id": record_id} if value is None else
                      {"op": "write", "record_id": record_id, "delta": self._delta(value)}
                      for record_id, value in changes.items()]
        self._waiting[self._peer.ask("batch", store="parts", operations=operations)] = changes

    def _idle_id(self):
        busy = {record_id for changes in self._waiting.values() for record_id in changes}
        while True:
            record_id = f"{self._name}-{self._chance.randrange(IDS)}"
            if record_id not in busy:
                return record_id

    def _value(self):
        return None if self._chance.random() < 0.1 else self._chance.getrandbits(48)

    def _delta(self, value):
        return {"v": value, "p": "x" * self._chance.randrange(500)}

    def _take_one(self):
        message = self._peer.receive()
        if message.get("type") != "response":
            return
        changes = self._waiting.pop(message["id"])
        if message["status"] != "ok":
            self.refusals.append(message["error"])
            return
        with self._lock:
            for record_id, value in changes.items():
                self._oracle.acknowledge(record_id, value)


def records(address, wanted):
    """Every record of the store that a filter matches, page by page, as a map of ids to values."""
    peer = Peer(address)
    try:
        peer.shake_hands()
        found, offset = {}, 0
        while True:
            page = peer.ok("query", store="parts", filter=wanted, hydrate=True, sort="v", limit=2000, offset=offset)
            found.update((record["_id"], record["v"]) for record in page["records"])
            offset += page["count"]
            if page["count"] == 0:
                if len(found) != page["total_matches"]:
                    raise AssertionError(f"{len(found)} records in the pages, {page['total_matches']} in all")
                return found
    finally:
        peer.close()


class LoadCase(unittest.TestCase):
    """A server under load, and an oracle that knows what must be there afterwards."""

    SEGMENT_THRESHOLD = 1 << 20

    def setUp(self):
        print(f"\n{self.id()}: MKDB_SEED={SEED}", flush=True)
        self.chance = random.Random(SEED)
        self.lock = threading.Lock()
        notes = tempfile.NamedTemporaryFile(prefix="mkdb-oracle-")
        self.addCleanup(notes.close)
        self.oracle = Oracle(notes.name)
        self.addCleanup(self.oracle.close)
        store = {"durability": "sync", "default_query_limit": 0,
                 "file_config": {"segment_threshold": self.SEGMENT_THRESHOLD},
                 "schema_config": {"fields": {"v": {"name": "v", "queryable": "numeric"}}}}
        self.server = Server({"parts": store}, config=self.config())
        self.addCleanup(self.server.remove)
        self.server.start()

    def config(self):
        """What config.json has besides the store."""
        return {}

    def start_writers(self, count=3):
        writers = [Writer(self.server.socket, f"w{n}", self.oracle, self.lock, random.Random(self.chance.random()))
                   for n in range(count)]
        for writer in writers:
            writer.start()
        return writers

    def settle(self, context):
        """Nothing that was acknowledged is lost; what was found is the truth from now on."""
        found = records(self.server.socket, {})
        self.assertEqual(records(self.server.socket, {"v": {"gte": 0}}), found,
                         "the index does not have what a scan has")
        wrong = self.oracle.verdict(found)
        if wrong:
            self.fail(f"{context}, MKDB_SEED={SEED}: {len(wrong)} records are wrong, such as {wrong[:5]}\n"
                      f"{self.server.log()}")
        self.oracle.settle(found)
