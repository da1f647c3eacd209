"""The Python client against the real server: every call, over both transports."""

import socket
import threading
import unittest

from support.case import ServerCase
from support.client_path import CLIENT_DIRECTORY  # noqa: F401  makes the package importable
from support.passwords import user

from mkdb_client import (
    MkDBAuthError,
    MkDBClient,
    MkDBConnectionError,
    MkDBError,
    MkDBQueryError,
    MkDBRecordNotFoundError,
    MkDBRevisionConflictError,
    MkDBServerError,
    MkDBStoreNotFoundError,
    MkDBTimeoutError,
    MkDBTransportError,
    Q,
    SnapshotBaseObject,
)


class ClientCase(ServerCase):
    transport = "socket"

    def client(self, access="RW", **options):
        """A connected client of the class's transport."""
        address = self.server.socket if self.transport == "socket" else self.server.http
        client = MkDBClient(*address, access=access, transport=self.transport, **options)
        self.addCleanup(client.close)
        return client.connect()


class EveryCall(ClientCase):
    stores = ("parts", "queried", "paged", "explained", "batched", "searched", "listed", "parallel", "tracked")

    def setUp(self):
        self.c = self.client()

    def test_ping_and_connected(self):
        self.assertEqual(self.c.ping(), "pong")
        self.assertTrue(self.c.connected)

    def test_set_get_delete(self):
        written = self.c.set("parts", "bolt", {"name": "Bolt", "price": 2})
        self.assertEqual(written.record_id, "bolt")
        self.c.set("parts", "bolt", {"price": None, "size": {"mm": 8}})
        got = self.c.get("parts", "bolt")
        self.assertTrue(got.found)
        self.assertEqual(got.data, {"_id": "bolt", "name": "Bolt", "size": {"mm": 8}})
        self.assertEqual(self.c.delete("parts", "bolt").record_id, "bolt")
        self.assertEqual(self.c.delete("parts", "bolt").record_id, "bolt")
        with self.assertRaises(MkDBRecordNotFoundError):
            self.c.get("parts", "bolt")

    def test_insert_and_generate_id(self):
        made = self.c.insert("parts", {"n": 1}).record_id
        self.assertEqual(self.c.get("parts", made).data, {"_id": made, "n": 1})
        reserved = self.c.generate_id("parts").record_id
        self.assertRegex(reserved, "^[A-Za-z0-9]{16}$")
        with self.assertRaises(MkDBRecordNotFoundError):
            self.c.get("parts", reserved)

    def test_strange_ids_and_values_survive(self):
        for record_id in ("a/b?c#d%20", "grün 😀", "'\""):
            value = {"big": 2**64 - 1, "text": "ü\u0000\"", "list": [None, True, 1.5]}
            self.c.set("parts", record_id, value)
            self.assertEqual(self.c.get("parts", record_id).data, {"_id": record_id, **value})

    def test_queries(self):
        for n in range(10):
            self.c.set("queried", f"q{n}", {"n": n, "name": f"item {n}", "even": n % 2 == 0})
        page = self.c.query("queried", {"n": {"gte": 4}}, sort="-n", limit=3, offset=1)
        self.assertEqual((page.count, page.total_matches, page.ids, page.records), (3, 6, ["q8", "q7", "q6"], None))
        page = self.c.query("queried", {"name": ["item", "4"]}, hydrate=True)
        self.assertEqual((page.ids, page.records), (["q4"], [{"_id": "q4", "n": 4, "name": "item 4", "even": True}]))
        self.assertEqual([record["n"] for record in page], [4])
        field = Q.field("n")
        for query, ids in [
            (field.lt(3) & Q.field("even").eq(True), "02"), (field.eq(1) | field.gt(8), "19"),
            (field.between(3, 4), "34"),
            (field.is_included([1, 2]), "12"), (field.not_included(range(8)), "89"), (field.neq(0) & field.lte(1), "1"),
            (Q.field("name").contains("item 7"), "7"), (Q.field("name").keywords("item", "8"), "8"),
            (Q.field("none").exists() | field.gte(9), "9"), (Q.id("q3", "q5", "none"), "35"),
            (Q.all().sort("-n").limit(2).offset(1), "87"),
        ]:
            with self.subTest(query=query):
                found = self.c.query("queried", query).ids
                self.assertEqual(found if "sort" in query.build() else sorted(found), [f"q{n}" for n in ids])
        self.assertFalse(self.c.query("queried", {"n": 99}))
        self.assertEqual(len(self.c.query("queried")), 10)

    def test_pages_fields_and_totals(self):
        for n in range(10):
            self.c.set("paged", f"p{n}", {"n": n, "name": f"item {n}"})
        seen = []
        for page in self.c.query_pages("paged", Q.field("n").gte(2).sort("-n").limit(3), offset=1, fields=["n"]):
            seen.append(list(page))
            self.c.set("paged", f"late {len(seen)}", {"n": 100})
        expected = ((8, 7, 6), (5, 4, 3), (2,))
        self.assertEqual(seen, [[{"_id": f"p{n}", "n": n} for n in numbers] for numbers in expected])
        counted = self.c.query("paged", Q.field("n").lt(100), count_only=True)
        self.assertEqual((counted.count, counted.total_matches, counted.ids), (0, 10, []))

    def test_a_batch_is_all_or_nothing(self):
        lend = [{"op": "write", "record_id": f"b{n}", "delta": {"n": n}, "if_revision": 0} for n in range(5)]
        done = self.c.batch("batched", lend)
        self.assertEqual((done.record_ids, len(done)), ([f"b{n}" for n in range(5)], 5))
        self.assertEqual(self.c.get("batched", "b3").revision, done.revisions[3])
        with self.assertRaisesRegex(MkDBRevisionConflictError, r"\(operation 1 of the batch\)$"):
            self.c.batch("batched", [{"op": "delete", "record_id": "b0"}, *lend[1:]])
        self.assertEqual(self.c.query("batched", count_only=True).total_matches, 5)

    def test_how_a_query_is_answered(self):
        for n in range(4):
            self.c.set("explained", f"e{n}", {"n": n})
        told = self.c.explain("explained", Q.field("n").gte(2), sort="-n")
        self.assertEqual((told["plan"]["field"], told["plan"]["by"], told["plan"]["actual"]), ("n", ["scan"], 2))
        self.assertEqual((told["order"], told["total_matches"]), ("sort", 2))

    def test_a_search_brings_the_best_first(self):
        self.c.set("searched", "a", {"name": "brass bolt", "n": 1})
        self.c.set("searched", "b", {"name": "steel bolt", "n": 2})
        page = self.c.query("searched", search={"text": "steel bolts", "fields": ["name"], "highlight": True})
        self.assertEqual((page.ids, page.total_matches), (["b", "a"], 2))
        self.assertGreater(page.scores[0], page.scores[1])
        self.assertEqual(page.highlights[1], {"name": [{"start": 6, "length": 4}]})
        among = self.c.query("searched", Q.field("n").lt(2), hydrate=True, search={"text": "bolt", "fields": ["name"]})
        self.assertEqual(list(among), [{"_id": "a", "name": "brass bolt", "n": 1}])
        self.assertEqual(self.c.query("searched").scores, [])

    def test_list_stores(self):
        self.c.set("listed", "a", {})
        stores = self.c.list_stores()
        self.assertIn("listed", stores)
        self.assertIn({"name": "listed", "record_count": 1}, list(stores))

    def test_asynchronous_calls(self):
        tasks = [self.c.set_async("parallel", f"a{n}", {"n": n}) for n in range(200)]
        tasks += [self.c.insert_async("parallel", {"n": -1})]
        for task in tasks:
            task.result()
        self.assertTrue(all(task.done() for task in tasks))
        self.assertEqual(self.c.get_async("parallel", "a7").result().data["n"], 7)
        self.assertEqual(self.c.query_async("parallel", Q.field("n").gte(0), limit=5).result().total_matches, 200)
        self.assertTrue(self.c.generate_id_async("parallel").result(timeout=10).record_id)
        self.assertEqual(self.c.delete_async("parallel", "a7").result().record_id, "a7")
        self.assertIsInstance(self.c.get_async("parallel", "a7").exception(), MkDBRecordNotFoundError)
        self.assertIn("parallel", self.c.list_stores_async().result())

    def test_revisions(self):
        first = self.c.set("parts", "guarded", {"n": 1}, if_revision=0).revision
        self.assertEqual(self.c.get("parts", "guarded").revision, first)
        with self.assertRaises(MkDBRevisionConflictError):
            self.c.set("parts", "guarded", {"n": 2}, if_revision=0)
        second = self.c.set("parts", "guarded", {"n": 2}, if_revision=first).revision
        with self.assertRaises(MkDBRevisionConflictError):
            self.c.delete("parts", "guarded", if_revision=first)
        self.c.delete("parts", "guarded", if_revision=second)

    def test_tracked_records(self):
        class Part(SnapshotBaseObject):
            def rename(self, name):
                self.name = name
                return self.patch()

        self.c.set("tracked", "t", {"name": "old", "size": {"w": 1, "h": 2}, "note": "x"})
        part = self.c.get("tracked", "t", as_type=Part).data
        self.c.set("tracked", "t", {"elsewhere": True})
        part.size["w"] = 3
        del part.note
        self.assertEqual(part.rename("new").record_id, "t")
        self.assertEqual(self.c.get("tracked", "t").data,
                         {"_id": "t", "name": "new", "size": {"w": 3, "h": 2}, "elsewhere": True})
        tracked = self.client(track_records=True).get("tracked", "t").data
        self.assertIsInstance(tracked, SnapshotBaseObject)
        self.assertIsNone(tracked.patch())

    def test_errors(self):
        for call, cls in [
            (lambda: self.c.get("parts", "none"), MkDBRecordNotFoundError),
            (lambda: self.c.get("nowhere", "a"), MkDBStoreNotFoundError),
            (lambda: self.c.set("nowhere", "a", {}), MkDBStoreNotFoundError),
            (lambda: self.c.generate_id("nowhere"), MkDBStoreNotFoundError),
            (lambda: self.c.query("parts", {"a": {"like": 1}}), MkDBQueryError),
            (lambda: self.c.query("parts", 5), MkDBQueryError),
            (lambda: self.c.set("parts", "a", 5), MkDBServerError),
            (lambda: self.c.set("parts", "x" * 300, {}), MkDBServerError),
        ]:
            with self.assertRaises(cls) as caught:
                call()
            self.assertIsInstance(caught.exception, MkDBError)
        self.assertEqual(self.c.ping(), "pong")


class EveryCallOverHttp(EveryCall):
    transport = "http"

    def test_updates_need_the_socket(self):
        with self.assertRaisesRegex(MkDBTransportError, "socket transport"):
            self.c.on_update("parts", print)

    def test_an_http_error_has_its_status(self):
        with self.assertRaises(MkDBTransportError) as caught:
            self.c.set("parts", "large", {"text": "x" * (11 << 20)})
        self.assertEqual(caught.exception.status, 413)


class NestedStore(ClientCase):
    stores = {"profiles": {"nested_queries_enabled": True}}

    def test_patches_inside_objects(self):
        client = self.client(nested_patches=True, track_records=True)
        client.set("profiles", "ada", {"settings": {"theme": "dark", "sound": True, "font": {"size": 9}}})
        ada = client.get("profiles", "ada").data
        client.set("profiles", "ada", {"settings.language": "de"})
        ada.settings["theme"] = "light"
        del ada.settings["sound"]
        ada.settings["font"]["size"] = 10
        ada.patch()
        self.assertEqual(client.get("profiles", "ada", track_records=False).data["settings"],
                         {"theme": "light", "font": {"size": 10}, "language": "de"})
        self.assertEqual(client.query("profiles", Q.field("settings.font.size").gte(10)).ids, ["ada"])


class Credentials(ClientCase):
    def test_the_helper_registers_and_validates(self):
        client = self.client()
        self.assertFalse(client.auth.validate("ada", "s3cret"))
        client.auth.register("ada", "s3cret")
        self.assertTrue(client.auth.validate("ada", "s3cret"))
        self.assertFalse(client.auth.validate("ada", "S3cret"))
        self.assertFalse(client.auth.validate("bob", "s3cret"))
        with self.assertRaises(MkDBRevisionConflictError):
            client.auth.register("ada", "other", replace=False)
        client.auth.register("ada", "changed")
        self.assertTrue(client.auth.validate("ada", "changed"))
        self.assertLessEqual({"auth.salt", "auth.hash"}, set(client.get("__auth__", "ada").data))


class Users(ClientCase):
    stores = ("parts", "orders")
    config = {"users": {"ada": user("ada", "ada-password", parts="rw")}}

    def test_credentials_and_rights(self):
        for self.transport in ("socket", "http"):
            with self.subTest(self.transport):
                ada = self.client(username="ada", password="ada-password")
                ada.set("parts", "a", {"n": 1})
                with self.assertRaisesRegex(MkDBAuthError, "orders"):
                    ada.set("orders", "a", {"n": 1})
                with self.assertRaisesRegex(MkDBAuthError, "Invalid credentials"):
                    self.client(username="ada", password="wrong")

    def test_a_reader_cannot_write(self):
        self.transport = "socket"
        with self.assertRaisesRegex(MkDBAuthError, "reconnect with 'W' or 'RW' access"):
            self.client(access="R").set("parts", "a", {})


class Updates(ClientCase):
    def test_callbacks_hear_every_change(self):
        watcher, writer = self.client("R"), self.client()
        events, last = [], threading.Event()

        def changed(event):
            events.append((event["op"], event["record_id"], watcher.query("parts", {}).total_matches >= 0))
            if event["op"] == "delete":
                last.set()

        watcher.on_update("parts", changed)
        writer.set("parts", "u1", {"n": 1})
        made = writer.insert("parts", {"n": 2}).record_id
        writer.delete("parts", "u1")
        self.assertTrue(last.wait(10))
        self.assertEqual(events, [("write", "u1", True), ("write", made, True), ("delete", "u1", True)])

    def test_an_unknown_store(self):
        with self.assertRaises(MkDBStoreNotFoundError):
            self.client("R").on_update("nowhere", print)


class Heartbeats(ClientCase):
    config = {"servers": {"socket_server": {"heartbeat_interval": 1}}}

    def test_an_idle_client_stays_connected(self):
        client, peer = self.client("R"), self.peer("R")
        peer.answers_pings = False
        for _ in range(4):
            self.assertEqual(peer.receive(timeout=3), {"type": "ping"})
            peer.send({"type": "pong"})
        self.assertTrue(client.connected)
        self.assertEqual(client.ping(), "pong")


class Reconnecting(ClientCase):
    fixed_ports = True

    def test_a_restart_goes_unnoticed_but_for_the_wait(self):
        client = self.client(reconnect_timeout=20)
        seen = threading.Event()
        client.on_update("parts", lambda event: event["record_id"] == "after" and seen.set())
        client.set("parts", "before", {"n": 1})
        self.server.stop()
        tasks = [client.get_async("parts", "before"), client.set_async("parts", "during", {"n": 2})]
        self.server.start()
        self.assertEqual(tasks[0].result().data["n"], 1)
        self.assertEqual(tasks[1].result().record_id, "during")
        client.set("parts", "after", {"n": 3})
        self.assertTrue(seen.wait(10))

    def test_a_server_that_stays_away(self):
        client = self.client(reconnect_timeout=0.3)
        self.server.stop()
        try:
            with self.assertRaises(MkDBConnectionError):
                client.set("parts", "lost", {"n": 1})
            with self.assertRaises(MkDBConnectionError):
                MkDBClient(*self.server.socket).connect()
        finally:
            self.server.start()

    def test_http_survives_a_restart(self):
        self.transport = "http"
        self.addCleanup(setattr, self, "transport", "socket")
        client = self.client()
        client.set("parts", "web", {"n": 1})
        self.server.restart()
        self.assertEqual(client.get("parts", "web").data["n"], 1)


class Timeouts(unittest.TestCase):
    def test_no_answer_in_time(self):
        with socket.create_server(("127.0.0.1", 0)) as mute:
            with self.assertRaises(MkDBTimeoutError):
                MkDBClient(port=mute.getsockname()[1], recv_timeout=0.2).connect()
