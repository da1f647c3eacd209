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
INDEXED = ("v", "w")
IN_FLIGHT = 32
IDS = 400  # Of each writer: more cycles do not make a larger store.


class Writer(threading.Thread):
    """Puts, patches, deletes, batches and looks up over one connection: many in flight, never two of one record.

    A record has the fields `v` and `w`, which the oracle knows as [v, w]. A patch changes `w` alone, so what is
    found of `v` tells whether a merge was one. A look-up asks the index for a record that was acknowledged.
    """

    def __init__(self, address, name, oracle, lock, chance, found):
        super().__init__()
        self._peer = Peer(address)
        self._name = name
        self._oracle = oracle
        self._lock = lock
        self._chance = chance
        self._known = {record_id: value for record_id, value in found.items() if record_id.startswith(f"{name}-")}
        self._waiting = {}      # What each request changes or asks for, by its id.
        self._looking_up = set()
        self.lookups = 0
        self.refusals = []

    def run(self):
        try:
            self._peer.shake_hands()
            while True:
                while len(self._waiting) < IN_FLIGHT:
                    self._send_one()
                self._take_one()
        except TimeoutError:  # An OSError, but not what a kill looks like.
            self.refusals.append("the server was silent for too long")
        except (Closed, OSError):
            pass  # the server was killed: what is in flight stays an intent
        except Exception as error:  # No test sees what a thread throws.
            self.refusals.append(repr(error))
        finally:
            self._peer.close()

    def _send_one(self):
        kind, record_id = self._chance.random(), self._idle_id()
        if kind < 0.05 and self._known.get(record_id) is not None:
            self._look_up(record_id)
        elif kind < 0.15:
            self._send_batch(2 + self._chance.randrange(4))
        else:
            self._send_change(record_id)

    def _look_up(self, record_id):
        value = self._known[record_id]
        request = self._peer.ask("query", store="parts", filter={"v": value[0], "w": value[1]})
        self._waiting[request] = {record_id: value}
        self._looking_up.add(request)

    def _send_change(self, record_id):
        delta, value = self._change(record_id)
        with self._lock:
            self._oracle.intend(record_id, value)
        if delta is None:
            request = self._peer.ask("delete", store="parts", record_id=record_id)
        else:
            request = self._peer.ask("write", store="parts", record_id=record_id, delta=delta)
        self._waiting[request] = {record_id: value}

    def _send_batch(self, size):
        ids = set()
        while len(ids) < size:
            ids.add(self._idle_id())
        changes = {record_id: self._change(record_id) for record_id in sorted(ids)}
        values = {record_id: value for record_id, (_, value) in changes.items()}
        with self._lock:
            self._oracle.intend_together(values)
        operations = [{"op": "delete", "record_id": record_id} if delta is None else
                      {"op": "write", "record_id": record_id, "delta": delta}
                      for record_id, (delta, _) in changes.items()]
        self._waiting[self._peer.ask("batch", store="parts", operations=operations)] = values

    def _idle_id(self):
        busy = {record_id for changes in self._waiting.values() for record_id in changes}
        while True:
            record_id = f"{self._name}-{self._chance.randrange(IDS)}"
            if record_id not in busy:
                return record_id

    def _change(self, record_id):
        """A delta, None to delete, and what the record is with it."""
        known, kind = self._known.get(record_id), self._chance.random()
        if kind < 0.1:
            return None, None
        if kind < 0.4 and known is not None:
            w = self._chance.getrandbits(48)
            return {"w": w}, [known[0], w]
        v, w = self._chance.getrandbits(48), self._chance.getrandbits(48)
        return {"v": v, "w": w, "p": "x" * self._chance.randrange(500)}, [v, w]

    def _take_one(self):
        message = self._peer.receive()
        if message.get("type") != "response":
            return
        changes = self._waiting.pop(message["id"])
        if message["status"] != "ok":
            self.refusals.append(message["error"])
        elif message["id"] in self._looking_up:
            self._looking_up.remove(message["id"])
            self._take_look_up(message["data"]["ids"], changes)
        else:
            self._known.update(changes)
            with self._lock:
                for record_id, value in changes.items():
                    self._oracle.acknowledge(record_id, value)

    def _take_look_up(self, found, wanted):
        self.lookups += 1
        if found != list(wanted):
            self.refusals.append(f"the index finds {found} for {wanted}")


def state(record):
    """What the oracle knows of a record."""
    return [record["v"], record["w"]]


def records(address, wanted):
    """Every record of the store that a filter matches, page by page, as a map of ids to states."""
    peer = Peer(address)
    try:
        peer.shake_hands()
        found, offset = {}, 0
        while True:
            page = peer.ok("query", store="parts", filter=wanted, hydrate=True, sort="v", limit=2000, offset=offset)
            found.update((record["_id"], state(record)) for record in page["records"])
            offset += page["count"]
            if page["count"] == 0:
                if len(found) != page["total_matches"]:
                    raise AssertionError(f"{len(found)} records in the pages, {page['total_matches']} in all")
                return found
    finally:
        peer.close()


def records_by_id(address, ids):
    """Those of the ids that have a record, asked for one by one, as a map of ids to states."""
    peer, found = Peer(address), {}
    try:
        peer.shake_hands()
        for first in range(0, len(ids), IN_FLIGHT):
            asked = [(record_id, peer.ask("read", store="parts", record_id=record_id))
                     for record_id in ids[first:first + IN_FLIGHT]]
            for record_id, request in asked:
                answer = peer.answer_to(request)
                if answer["status"] == "ok":
                    found[record_id] = state(answer["data"])
                elif "not found" not in answer["error"]:
                    raise AssertionError(f"{record_id}: {answer['error']}")
    finally:
        peer.close()
    return found


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
        self.found = {}
        store = {"durability": "sync", "default_query_limit": 0,
                 "file_config": {"segment_threshold": self.SEGMENT_THRESHOLD},
                 "schema_config": {"fields": {field: {"name": field, "queryable": "numeric"} for field in INDEXED}}}
        self.server = Server({"parts": store}, config=self.config())
        self.addCleanup(self.server.remove)
        self.server.start()

    def config(self):
        """What config.json has besides the store."""
        return {}

    def start_writers(self, count=3):
        writers = [Writer(self.server.socket, f"w{n}", self.oracle, self.lock, random.Random(self.chance.random()),
                          self.found) for n in range(count)]
        for writer in writers:
            writer.start()
        return writers

    def settle(self, context):
        """Nothing that was acknowledged is lost; what was found is the truth from now on."""
        found = records(self.server.socket, {})
        for field in INDEXED:
            self.assertEqual(records(self.server.socket, {field: {"gte": 0}}), found,
                             f"the index of {field} does not have what a scan has")
        self.assertEqual(records_by_id(self.server.socket, sorted(self.oracle.ids | found.keys())), found,
                         "reading by id does not find what a scan finds")
        wrong = self.oracle.verdict(found)
        if wrong:
            self.fail(f"{context}, MKDB_SEED={SEED}: {len(wrong)} records are wrong, such as {wrong[:5]}\n"
                      f"{self.server.log()}")
        self.oracle.settle(found)
        self.found = found
