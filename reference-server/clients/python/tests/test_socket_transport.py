import socket
import threading
import time
import unittest

from mkdb_client import (
    MkDBAuthError,
    MkDBClient,
    MkDBConnectionError,
    MkDBQueryError,
    MkDBRecordNotFoundError,
    MkDBStoreNotFoundError,
    MkDBTimeoutError,
    Q,
)

from fake_server import FakeServer, failed, ok


class SocketCase(unittest.TestCase):
    def serve(self, *args, **options):
        server = FakeServer(*args, **options)
        self.addCleanup(server.close)
        return server

    def connect(self, server, access="RW", **options):
        client = MkDBClient(port=server.port, access=access, **options)
        self.addCleanup(client.close)
        client.connect()
        return client


class Handshake(SocketCase):
    def test_reading_needs_no_credentials(self):
        server = self.serve()
        self.connect(server, access="R")
        self.assertEqual(server.seen.get(timeout=5), {"access": "R"})

    def test_writing_sends_them(self):
        server = self.serve()
        self.connect(server, username="ada", password="s3cret")
        self.assertEqual(server.seen.get(timeout=5), {"access": "RW"})
        self.assertEqual(server.seen.get(timeout=5), {"type": "auth", "username": "ada", "password": "s3cret"})

    def test_refusals(self):
        for answers, cls, text in [
            ({"after_auth": {"type": "error", "error": "Invalid credentials"}}, MkDBAuthError, "Invalid credentials"),
            ({"after_access": {"type": "error", "error": "access must be 'R', 'W', or 'RW'"}}, MkDBAuthError,
             "must be"),
            ({"permissions": {"type": "error", "error": "Server full"}}, MkDBConnectionError, "Server full"),
            ({"permissions": {"type": "hello"}}, MkDBConnectionError, "'permissions' was expected"),
        ]:
            with self.subTest(text), self.assertRaisesRegex(cls, text):
                self.connect(self.serve(**answers))

    def test_nobody_listens(self):
        server = self.serve()
        server.close()
        with self.assertRaisesRegex(MkDBConnectionError, "cannot connect to 127.0.0.1"):
            self.connect(server)

    def test_a_mute_server_is_a_timeout(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            client = MkDBClient(port=listener.getsockname()[1], recv_timeout=0.1)
            with self.assertRaises(MkDBTimeoutError):
                client.connect()

    def test_calls_before_connect_and_after_close_say_so(self):
        server = self.serve()
        client = MkDBClient(port=server.port)
        with self.assertRaisesRegex(MkDBConnectionError, r"call connect\(\) first"):
            client.ping()
        with client:
            self.assertTrue(client.connected)
            client.ping()
        self.assertFalse(client.connected)
        with self.assertRaisesRegex(MkDBConnectionError, r"call connect\(\) first"):
            client.ping()
        with client:
            self.assertEqual(client.ping(), "ping")

    def test_an_unknown_transport_is_refused(self):
        with self.assertRaisesRegex(ValueError, "'socket' or 'http'"):
            MkDBClient(transport="pigeon")


class Requests(SocketCase):
    def test_each_call_sends_its_action(self):
        record = {"record_id": "r1", "revision": 4}
        answers = {"read": {"_id": "r1", "n": 1}, "query": {"count": 1, "total_matches": 9, "ids": ["r1"]},
                   "list_stores": [{"name": "parts", "record_count": 1}], "ping": "pong",
                   "batch": {"record_ids": ["r1", "r2"], "revisions": [8, 0]}}
        server = self.serve(lambda request: ok(answers.get(request["action"], record)))
        client = self.connect(server)
        calls = [
            (client.ping, (), {"action": "ping"}),
            (client.list_stores, (), {"action": "list_stores"}),
            (client.get, ("parts", "r1"), {"action": "read", "store": "parts", "record_id": "r1"}),
            (client.set, ("parts", "r1", {"n": 1}),
             {"action": "write", "store": "parts", "record_id": "r1", "delta": {"n": 1}}),
            (client.insert, ("parts", {"n": 1}), {"action": "write", "store": "parts", "delta": {"n": 1}}),
            (client.generate_id, ("parts",), {"action": "generate_id", "store": "parts"}),
            (client.delete, ("parts", "r1"), {"action": "delete", "store": "parts", "record_id": "r1"}),
            (client.batch, ("parts", [{"op": "write", "record_id": "r1", "delta": {}}]),
             {"action": "batch", "store": "parts",
              "operations": [{"op": "write", "record_id": "r1", "delta": {}}]}),
            (client.query, ("parts", {"n": 1}),
             {"action": "query", "store": "parts", "filter": {"n": 1}, "hydrate": False}),
            (client.query, ("parts", Q.field("n").gt(0).sort("-n").limit(5), True, None, 3),
             {"action": "query", "store": "parts", "filter": {"n": {"gt": 0}}, "hydrate": True, "sort": "-n",
              "limit": 3}),
            (client.set, ("parts", "r1", {}, 0, "buffered"),
             {"action": "write", "store": "parts", "record_id": "r1", "delta": {}, "if_revision": 0,
              "durability": "buffered"}),
        ]
        for call, arguments, expected in calls:
            with self.subTest(call=call.__name__):
                call(*arguments)
                sent = server.expect("request")
                self.assertEqual({key: sent[key] for key in sent if key not in ("id", "type")}, expected)
        written = client.set("parts", "r1", {})
        self.assertEqual((written.record_id, written.revision), ("r1", 4))
        page = client.query("parts", {})
        self.assertEqual((page.count, page.total_matches, page.ids, list(page), len(page)), (1, 9, ["r1"], ["r1"], 1))
        both = client.batch("parts", [])
        self.assertEqual((both.record_ids, both.revisions, list(both), len(both)), (["r1", "r2"], [8, 0], ["r1", "r2"], 2))
        got = client.get("parts", "r1")
        self.assertEqual((got.found, got.data), (True, {"_id": "r1", "n": 1}))
        self.assertIn("parts", client.list_stores())

    def test_errors_choose_their_class(self):
        texts = {"read": "Record 'x' not found in store 'parts'", "query": "Query syntax error: no"}
        client = self.connect(self.serve(
            lambda request: failed(texts.get(request["action"], "Store 'parts' not found"))))
        with self.assertRaises(MkDBRecordNotFoundError):
            client.get("parts", "x")
        with self.assertRaises(MkDBQueryError):
            client.query("parts", {"a": {"like": 1}})
        with self.assertRaises(MkDBStoreNotFoundError):
            client.insert("parts", {})

    def test_answers_may_overtake_one_another(self):
        held = {}

        def answer(request):
            if request["action"] == "query":
                held["id"] = request["id"]
                return None
            return ok(request["action"])

        server = self.serve(answer)
        client = self.connect(server)
        slow = client.query_async("parts", {})
        self.assertEqual(client.ping_async().result(), "ping")
        self.assertFalse(slow.done())
        data = {"count": 0, "total_matches": 0, "ids": []}
        server.broadcast({"type": "response", "id": held["id"], "status": "ok", "data": data, "error": None})
        self.assertFalse(slow.result())
        self.assertTrue(slow.done())

    def test_many_threads_share_one_connection(self):
        server = self.serve(lambda request: ok({"record_id": request["record_id"]}))
        client = self.connect(server)
        wrong = []

        def work(name):
            for number in range(200):
                record_id = f"{name}-{number}"
                if client.set("parts", record_id, {}).record_id != record_id:
                    wrong.append(record_id)

        threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(wrong, [])

    def test_no_answer_in_time(self):
        server = self.serve(lambda request: None)
        client = self.connect(server, recv_timeout=0.2)
        with self.assertRaisesRegex(MkDBTimeoutError, "no answer to 'read' within 0.2 s"):
            client.get("parts", "r1")
        task = client.get_async("parts", "r2")
        with self.assertRaises(MkDBTimeoutError):
            task.result(timeout=0.01)
        self.assertIsInstance(task.exception(), TimeoutError)

    def test_heartbeats_are_answered(self):
        server = self.serve()
        self.connect(server)
        server.expect("auth")
        server.accepted.get(timeout=5).send({"type": "ping"})
        self.assertEqual(server.expect("pong"), {"type": "pong"})


class Reconnecting(SocketCase):
    def test_a_missing_receipt_reopens_the_connection_and_repeats_a_read(self):
        server = self.serve(lambda request: None, receipts=False)
        client = self.connect(server)
        started = time.monotonic()
        task = client.get_async("parts", "r1")
        server.expect("request")
        server.answer, server.receipts = (lambda request: ok({"n": 1})), True
        self.assertEqual(task.result(5).data, {"n": 1})
        self.assertGreaterEqual(time.monotonic() - started, 0.9)
        self.assertEqual(server.accepted.qsize(), 2)

    def test_a_write_without_receipt_is_not_repeated(self):
        server = self.serve(lambda request: None, receipts=False)
        client = self.connect(server)
        with self.assertRaisesRegex(MkDBConnectionError, "no receipt within 1 s; whether the server has carried out"):
            client.insert("parts", {"n": 1})

    def test_calls_made_while_the_server_is_away_wait_for_it(self):
        server = self.serve(lambda request: ok({"record_id": request["record_id"]}))
        client = self.connect(server)
        server.stop_listening()
        server.drop_all()
        wait_until(lambda: not client.connected)
        tasks = [client.set_async("parts", str(number), {}) for number in range(5)]
        server.listen_again()
        self.assertEqual([task.result(5).record_id for task in tasks], ["0", "1", "2", "3", "4"])

    def test_calls_fail_when_the_server_stays_away(self):
        server = self.serve()
        client = self.connect(server, reconnect_timeout=0.2)
        server.close()
        wait_until(lambda: not client.connected)
        with self.assertRaisesRegex(MkDBConnectionError, "cannot connect"):
            client.ping()

    def test_a_disconnect_frame_is_followed_by_a_new_connection(self):
        server = self.serve()
        client = self.connect(server)
        server.expect("auth")
        client.ping()
        server.accepted.get(timeout=5).send({"type": "disconnect"})
        server.accepted.get(timeout=5)
        self.assertEqual(client.ping(), "ping")

    def test_revoked_credentials_end_the_reconnecting(self):
        server = self.serve()
        client = self.connect(server)
        client.ping()
        server.after_auth = {"type": "error", "error": "Invalid credentials"}
        server.drop_all()
        with self.assertRaises(MkDBAuthError):
            for _ in range(100):
                client.ping()
        server.after_auth = {"type": "auth_ok", "can_read": True, "can_write": True}
        client.connect()
        self.assertEqual(client.ping(), "ping")

    def test_closing_fails_what_is_under_way(self):
        server = self.serve(lambda request: None)
        client = self.connect(server)
        task = client.get_async("parts", "r1")
        server.expect("request")
        client.close()
        with self.assertRaisesRegex(MkDBConnectionError, "closed"):
            task.result()


class Updates(SocketCase):
    def test_events_reach_the_callback_of_their_store(self):
        server = self.serve()
        client = self.connect(server)
        events, seen = [], threading.Event()
        client.on_update("parts", lambda event: (events.append(event), seen.set()))
        server.broadcast({"type": "update", "store": "other", "record_id": "x", "op": "write"})
        server.broadcast({"type": "update", "store": "parts", "record_id": "r1", "op": "write", "sequence": 1})
        self.assertTrue(seen.wait(5))
        self.assertEqual([(event["record_id"], event["op"]) for event in events], [("r1", "write")])

    def test_an_unknown_store_is_refused(self):
        client = self.connect(self.serve())
        with self.assertRaises(MkDBStoreNotFoundError):
            client.on_update("missing", print)

    def test_a_callback_may_use_the_client(self):
        server = self.serve()
        client = self.connect(server)
        answers, seen = [], threading.Event()
        client.on_update("parts", lambda event: (answers.append(client.ping()), seen.set()))
        server.broadcast({"type": "update", "store": "parts", "record_id": "r1", "op": "write"})
        self.assertTrue(seen.wait(5))
        self.assertEqual(answers, ["ping"])

    def test_a_faulty_callback_disturbs_nobody(self):
        server = self.serve()
        client = self.connect(server)
        seen = threading.Event()

        def faulty(event):
            raise RuntimeError("on purpose")

        client.on_update("parts", faulty)
        client.on_update("parts", lambda event: seen.set())
        with self.assertLogs("mkdb_client", "ERROR"):
            server.broadcast({"type": "update", "store": "parts", "record_id": "r1", "op": "write"})
            self.assertTrue(seen.wait(5))

    def test_subscriptions_outlive_the_connection(self):
        server = self.serve()
        client = self.connect(server)
        seen = threading.Event()
        client.on_update("parts", lambda event: seen.set())
        server.expect("subscribe")
        server.drop_all()
        self.assertEqual(server.expect("subscribe")["store"], "parts")
        server.broadcast({"type": "update", "store": "parts", "record_id": "r1", "op": "write"})
        self.assertTrue(seen.wait(5))


def wait_until(condition, timeout=5):
    deadline = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError("it did not happen in time")
        threading.Event().wait(0.005)
