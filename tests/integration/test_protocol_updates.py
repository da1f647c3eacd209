"""Socket plane: subscriptions, heartbeats, and the farewell on shutdown."""

import signal
import time

from support.case import ServerCase
from support.passwords import user
from support.wire import Closed


class Updates(ServerCase):
    stores = ("parts", "orders")

    def subscriber(self, *stores):
        peer = self.peer("R")
        for store in stores:
            peer.send({"type": "subscribe", "store": store})
            self.assertEqual(peer.receive(), {"type": "subscribed", "store": store})
        return peer

    def test_changes_of_the_store_are_told_in_order(self):
        subscriber, writer = self.subscriber("parts"), self.peer()
        writer.ok("write", store="orders", record_id="elsewhere", delta={"n": 0})
        for n in range(50):
            writer.ok("write", store="parts", record_id=f"r{n}", delta={"n": n})
        writer.ok("delete", store="parts", record_id="r0")
        updates = [subscriber.receive() for _ in range(51)]
        self.assertEqual([(u["type"], u["store"], u["record_id"], u["op"]) for u in updates],
                         [("update", "parts", f"r{n}", "write") for n in range(50)] +
                         [("update", "parts", "r0", "delete")])
        self.assertEqual({frozenset(u) for u in updates}, {frozenset({"type", "store", "record_id", "op", "sequence"})})
        self.assertEqual(len({u["sequence"] for u in updates}), 51)

    def test_writes_over_http_are_told_too(self):
        subscriber = self.subscriber("parts")
        self.web().post("/data", {"store": "parts", "record_id": "web", "delta": {"n": 1}})
        self.web().delete("/data/parts/web")
        self.assertEqual([(u["record_id"], u["op"]) for u in (subscriber.receive(), subscriber.receive())],
                         [("web", "write"), ("web", "delete")])

    def test_a_change_that_is_told_can_be_read(self):
        subscriber, writer = self.subscriber("parts"), self.peer()
        for n in range(20):
            request = writer.ask("write", store="parts", record_id="seen", delta={"n": n})
            subscriber.next_of("update")
            self.assertEqual(subscriber.ok("read", store="parts", record_id="seen")["n"], n)
            writer.answer_to(request)

    def test_one_connection_watches_several_stores(self):
        subscriber, writer = self.subscriber("parts", "orders"), self.peer()
        for store in ("parts", "orders"):
            writer.ok("write", store=store, record_id="both", delta={"n": 1})
            self.assertEqual(subscriber.receive()["store"], store)

    def test_refused_writes_are_not_told(self):
        subscriber, writer = self.subscriber("parts"), self.peer()
        writer.error("write", store="parts", record_id="bad", delta=5)
        writer.ok("write", store="parts", record_id="good", delta={"n": 1})
        self.assertEqual(subscriber.receive()["record_id"], "good")

    def test_an_unknown_store(self):
        peer = self.peer("R")
        peer.send({"type": "subscribe", "store": "nowhere"})
        self.assertEqual(peer.receive(), {"type": "error", "error": "Store 'nowhere' not found"})
        self.assertEqual(peer.ok("ping"), "pong")

    def test_a_subscriber_that_went_disturbs_nobody(self):
        self.subscriber("parts").close()
        self.peer().ok("write", store="parts", record_id="after", delta={"n": 1})


class Rights(ServerCase):
    stores = ("parts", "diary")
    config = {"users": {"ada": user("ada", "ada-password", parts="w")}}

    def test_watching_needs_read_access(self):
        writer = self.peer("W", "ada", "ada-password")
        writer.send({"type": "subscribe", "store": "parts"})
        self.assertEqual(writer.receive()["type"], "error")
        ada = self.peer("RW", "ada", "ada-password")
        for store in ("parts", "diary"):
            ada.send({"type": "subscribe", "store": store})
            self.assertEqual(ada.receive()["type"], "error")
        ada.ok("write", store="parts", record_id="a", delta={"n": 1})
        self.assertEqual(ada.ok("ping"), "pong")


class Heartbeat(ServerCase):
    config = {"servers": {"socket_server": {"heartbeat_interval": 1}}}

    def test_a_client_that_answers_stays(self):
        peer = self.peer("R")
        peer.answers_pings = False
        for _ in range(4):
            self.assertEqual(peer.receive(timeout=3), {"type": "ping"})
            peer.send({"type": "pong"})
        self.assertEqual(peer.ok("ping"), "pong")

    def test_a_client_that_does_not_is_closed_after_two_intervals(self):
        peer = self.peer("R")
        peer.answers_pings = False
        started = time.monotonic()
        with self.assertRaises(Closed):
            while True:
                self.assertIn(peer.receive(timeout=10)["type"], ("ping", "error"))
        self.assertTrue(1.5 < time.monotonic() - started < 6, "closed too early or too late")


class Farewell(ServerCase):
    def test_every_client_gets_its_answers_and_a_disconnect(self):
        for how in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(how):
                peers = [self.peer() for _ in range(3)]
                asked = [(peer, peer.ask("write", store="parts", record_id=f"f{n}", delta={"n": n}))
                         for n in range(20) for peer in peers]
                for peer in peers:
                    peer.next_of("receipt")
                self.server.stop(how)
                for peer in peers:
                    answered, last = 0, None
                    try:
                        while True:
                            last = peer.receive()
                            answered += last["type"] == "response"
                    except Closed:
                        pass
                    self.assertEqual(last, {"type": "disconnect"})
                    self.assertGreaterEqual(answered, 1)
                self.server.start()
