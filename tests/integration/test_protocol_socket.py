"""Socket plane: receipts, multiplexing, and every action with its data and its error texts."""

from support.case import ServerCase


def nested(depth):
    """A value of this depth, counted as the record's own depth from 1."""
    value = 1
    for _ in range(depth - 1):
        value = {"d": value}
    return value


class Receipts(ServerCase):
    def test_a_receipt_comes_before_its_response(self):
        peer = self.peer()
        request_id = peer.ask("ping")
        self.assertEqual(peer.receive(), {"type": "receipt", "id": request_id})
        self.assertEqual(peer.receive(),
                         {"type": "response", "id": request_id, "status": "ok", "data": "pong", "error": None})

    def test_a_refused_request_has_a_receipt_too(self):
        peer = self.peer()
        request_id = peer.ask("fly")
        self.assertEqual(peer.receive(), {"type": "receipt", "id": request_id})
        self.assertEqual(peer.receive(), {"type": "response", "id": request_id, "status": "error", "data": None,
                                          "error": "Unknown action: 'fly'"})

    def test_without_an_id_there_is_no_receipt_and_the_id_is_made(self):
        peer = self.peer()
        peer.send({"type": "request", "action": "ping"})
        response = peer.receive()
        self.assertEqual((response["type"], response["status"], response["data"]), ("response", "ok", "pong"))
        self.assertIsInstance(response["id"], str)
        self.assertTrue(response["id"])

    def test_many_requests_are_in_flight_at_once(self):
        peer = self.peer()
        writes = [peer.ask("write", store="parts", record_id=f"m{n}", delta={"n": n}) for n in range(300)]
        for request_id in reversed(writes):
            self.assertEqual(peer.answer_to(request_id)["status"], "ok")
        reads = [peer.ask("read", store="parts", record_id=f"m{n}") for n in range(300)]
        for n, request_id in enumerate(reads):
            self.assertEqual(peer.answer_to(request_id)["data"], {"_id": f"m{n}", "n": n})

    def test_slow_queries_do_not_delay_a_small_read(self):
        peer = self.peer()
        delta = {"text": " ".join(f"word{n}" for n in range(200))}
        for request_id in [peer.ask("write", store="parts", record_id=f"s{n}", delta=delta) for n in range(1500)]:
            peer.answer_to(request_id)
        slow = {peer.ask("query", store="parts", filter={"text": {"contains": "word7 word199"}}) for _ in range(20)}
        small = peer.ask("read", store="parts", record_id="s0")
        answered_before = set()
        while True:
            response = peer.next_of("response", timeout=60)
            if response["id"] == small:
                break
            answered_before.add(response["id"])
        self.assertLess(len(answered_before), len(slow))
        for _ in slow - answered_before:
            self.assertEqual(peer.next_of("response", timeout=60)["data"]["total_matches"], 1500)


class Records(ServerCase):
    def setUp(self):
        self.p = self.peer()

    def write(self, record_id, **delta):
        return self.p.ok("write", store="parts", record_id=record_id, delta=delta)

    def read(self, record_id):
        return self.p.ok("read", store="parts", record_id=record_id)

    def test_ping(self):
        self.assertEqual(self.p.ok("ping"), "pong")

    def test_write_and_read(self):
        data = self.write("bolt", name="Steel bolt", price=9.5)
        self.assertEqual((data["record_id"], set(data) - {"revision"}), ("bolt", {"record_id"}))
        self.assertEqual(self.read("bolt"), {"_id": "bolt", "name": "Steel bolt", "price": 9.5})

    def test_a_write_merges(self):
        self.write("merge", a=1, b={"x": 1, "y": 2}, c=3)
        self.write("merge", a=2, b={"x": 9}, c=None, d=[1])
        self.assertEqual(self.read("merge"), {"_id": "merge", "a": 2, "b": {"x": 9}, "d": [1]})
        self.write("merge", **{"b.x": 5, "_id": "other", "_rev": 99})
        self.assertEqual(self.read("merge"), {"_id": "merge", "a": 2, "b": {"x": 9}, "b.x": 5, "d": [1]})

    def test_the_server_makes_the_id_when_there_is_none(self):
        made = [self.p.ok("write", store="parts", delta={"n": 1})["record_id"],
                self.p.ok("write", store="parts", record_id="", delta={"n": 1})["record_id"]]
        self.assertNotEqual(*made)
        for record_id in made:
            self.assertRegex(record_id, "^[A-Za-z0-9]{16}$")
            self.assertEqual(self.read(record_id), {"_id": record_id, "n": 1})

    def test_delete(self):
        self.write("gone", n=1)
        for _ in range(2):
            self.assertEqual(self.p.ok("delete", store="parts", record_id="gone")["record_id"], "gone")
        self.assertEqual(self.p.error("read", store="parts", record_id="gone"),
                         "Record 'gone' not found in store 'parts'")
        self.write("gone", m=2)
        self.assertEqual(self.read("gone"), {"_id": "gone", "m": 2})

    def test_generate_id_writes_nothing(self):
        ids = {self.p.ok("generate_id", store="parts")["record_id"] for _ in range(50)}
        self.assertEqual(len(ids), 50)
        for record_id in ids:
            self.assertRegex(record_id, "^[A-Za-z0-9]{16}$")
        self.assertEqual(self.p.error("read", store="parts", record_id=record_id),
                         f"Record '{record_id}' not found in store 'parts'")

    def test_list_stores_counts_records(self):
        before = {store["name"]: store["record_count"] for store in self.p.ok("list_stores")}
        self.write("counted", n=1)
        after = self.p.ok("list_stores")
        self.assertEqual({store["name"]: store["record_count"] for store in after},
                         {**before, "parts": before["parts"] + 1})
        self.assertEqual({frozenset(store) for store in after}, {frozenset({"name", "record_count"})})

    def test_values_come_back_as_they_went(self):
        values = [0, -1, 2**63, 2**64 - 1, -2**63, 0.1, 1.0, 1e308, -0.0, 5e-324, "", "ü😀\u0000\u001f\"\\", True, False,
                  [], {}, [None, [1, {"a": []}]], {"": {"a b": None}}, nested(60)]
        for position, value in enumerate(values):
            self.write(f"v{position}", value=value)
            got = self.read(f"v{position}")["value"]
            self.assertEqual((repr(got), type(got)), (repr(value), type(value)))

    def test_ids_may_be_any_text_of_256_bytes(self):
        for record_id in ("x" * 256, "ü" * 128, "a/b c?d#e%20", "'\"\\", "😀", "_id", "."):
            self.write(record_id, n=1)
            self.assertEqual(self.read(record_id), {"_id": record_id, "n": 1})

    def test_revisions_guard_a_write(self):
        first = self.p.request("write", store="parts", record_id="rev", delta={"n": 1}, if_revision=0)
        revision = revision_of(first)
        self.assertEqual(self.p.request("read", store="parts", record_id="rev")["revision"], revision)
        for stale in (0, revision + 1000):
            text = self.p.error("write", store="parts", record_id="rev", delta={"n": 9}, if_revision=stale)
            self.assertRegex(text, "^Revision conflict: ")
            self.assertRegex(self.p.error("delete", store="parts", record_id="rev", if_revision=stale),
                             "^Revision conflict: ")
        second = revision_of(self.p.request("write", store="parts", record_id="rev", delta={"n": 2},
                                            if_revision=revision))
        self.assertGreater(second, revision)
        self.assertEqual(self.p.ok("read", store="parts", record_id="rev", with_revision=True),
                         {"_id": "rev", "_rev": second, "n": 2})
        self.assertEqual(self.p.request("delete", store="parts", record_id="rev", if_revision=second)["status"], "ok")

    def test_durability_may_be_chosen_for_a_write(self):
        for mode in ("sync", "buffered"):
            self.p.ok("write", store="parts", record_id=mode, delta={"n": 1}, durability=mode)
            self.assertEqual(self.read(mode), {"_id": mode, "n": 1})
        self.p.error("write", store="parts", record_id="never", delta={}, durability="perhaps")
        self.p.error("read", store="parts", record_id="never")


class Queries(ServerCase):
    stores = ("parts", "metals", "sets")

    def setUp(self):
        self.p = self.peer()
        for n, name in enumerate(("steel bolt", "steel nut", "brass bolt", "Copper Wire")):
            self.p.ok("write", store="parts", record_id=f"p{n}",
                      delta={"name": name, "price": n + 0.5, "even": n % 2 == 0})

    def query(self, filter, **fields):
        return self.p.ok("query", store="parts", filter=filter, **fields)

    def test_a_page_of_ids(self):
        data = self.query({"price": {"lt": 3}}, sort="+price", limit=2)
        self.assertEqual((data["count"], data["total_matches"], data["ids"]), (2, 3, ["p0", "p1"]))
        self.assertGreaterEqual(data["duration_ms"], 0)
        self.assertNotIn("records", data)

    def test_a_page_of_records(self):
        data = self.query({"name": ["bolt"]}, hydrate=True, sort="-price")
        self.assertEqual((data["count"], data["total_matches"]), (2, 2))
        self.assertEqual(data["records"], [{"_id": "p2", "name": "brass bolt", "price": 2.5, "even": True},
                                           {"_id": "p0", "name": "steel bolt", "price": 0.5, "even": True}])

    def test_every_documented_operator(self):
        for filter, ids in [
            ({}, "0123"), ({"id": "p1"}, "1"), ({"id": ["p1", "p3", "none"]}, "13"), ({"name": "steel nut"}, "1"),
            ({"price": 1.5}, "1"), ({"even": True}, "02"), ({"none": None}, "0123"),
            ({"name": ["steel", "bolts"]}, "0"),
            ({"price": {"eq": 1.5}}, "1"), ({"price": {"neq": 1.5}}, "023"), ({"none": {"neq": 1}}, "0123"),
            ({"price": {"gt": 1.5}}, "23"), ({"price": {">": 1.5}}, "23"), ({"price": {"gte": 1.5}}, "123"),
            ({"price": {">=": 1.5}}, "123"), ({"price": {"lt": 1.5}}, "0"), ({"price": {"<": 1.5}}, "0"),
            ({"price": {"lte": 1.5}}, "01"), ({"price": {"<=": 1.5}}, "01"), ({"price": {"gt": 0.5, "lt": 2.5}}, "1"),
            ({"name": {"gte": "steel"}}, "01"), ({"price": {"in": [0.5, 3.5]}}, "03"),
            ({"price": {"is_included": [0.5]}}, "0"), ({"price": {"nin": [0.5, 3.5]}}, "12"),
            ({"price": {"not_included": [0.5]}}, "123"), ({"name": {"contains": "copper wires"}}, "3"),
            ({"name": {"exists": True}}, "0123"), ({"none": {"exists": False}}, "0123"),
            ({"none": {"exists": True}}, ""),
            ({"price": {"any": [0.5, 3.5]}}, "03"), ({"even": {"all": [True]}}, "02"),
            ({"name": {"phrase": "steel nuts"}}, "1"), ({"name": {"phrase": "nuts steel"}}, ""),
            ({"name": {"fuzzy": "coper"}}, "3"), ({"name": {"fuzzy": {"text": "coper", "edits": 0}}}, ""),
            ({"name": {"prefix": "steel"}}, "01"), ({"name": {"regex": "(?i)^C.*[er]$"}}, "3"),
            ({"id": {"prefix": "p"}}, "0123"), ({"id": {"regex": "[02]"}}, "02"),
            ({"$not": {"even": True}}, "13"), ({"$not": {"even": True, "price": {"gt": 1}}}, "013"),
            ({"$and": [{"even": True}, {"price": {"gt": 1}}]}, "2"),
            ({"$or": [{"price": 0.5}, {"name": "Copper Wire"}]}, "03"),
            ({"even": True, "name": ["brass"]}, "2"),
        ]:
            with self.subTest(filter=filter):
                data = self.query(filter, sort="+price")
                self.assertEqual(data["ids"], [f"p{n}" for n in ids])
                self.assertEqual(data["total_matches"], len(ids))

    def test_the_page_may_stand_in_the_filter(self):
        inside = {"filter": {"price": {"gt": 1}}, "sort": "-price", "limit": 1, "offset": 1}
        self.assertEqual(self.query(inside)["ids"], ["p2"])
        self.assertEqual(self.query({"price": {"gt": 1}, "sort": "-price", "limit": 1, "offset": 1})["ids"], ["p2"])

    def test_pages_follow_one_another(self):
        pages = [self.query({}, sort="name", limit=3, offset=offset)["ids"] for offset in (0, 3, 6)]
        self.assertEqual(pages, [["p3", "p2", "p0"], ["p1"], []])


    def test_pages_follow_a_cursor(self):
        first = self.query({}, sort="name", limit=3)
        self.assertEqual(first["ids"], ["p3", "p2", "p0"])
        rest = self.query({}, sort="name", limit=3, cursor=first["next_cursor"], fields=["price"])
        self.assertEqual(rest["records"], [{"_id": "p1", "price": 1.5}])
        self.assertEqual(rest["total_matches"], 4)
        self.assertNotIn("next_cursor", rest)

    def test_a_count_and_figures(self):
        count = self.query({"even": True}, count_only=True)
        self.assertEqual((count["count"], count["total_matches"], count["ids"]), (0, 2, []))
        figures = self.query({}, aggregate={"group_by": "even", "metrics": {"n": "count", "p": {"sum": "price"}}})
        self.assertEqual(figures["aggregate"]["groups"], [{"key": False, "metrics": {"n": 2, "p": 5.0}},
                                                          {"key": True, "metrics": {"n": 2, "p": 3.0}}])
        self.assertEqual(figures["ids"], [])

    def test_a_search_brings_the_best_first(self):
        for number, text in enumerate(("of brass and steel", "steel, steel and steel", "brass")):
            self.p.ok("write", store="metals", record_id=f"m{number}", delta={"text": text, "n": number})
        search = {"text": "steel", "fields": ["text"], "highlight": True}
        data = self.p.ok("query", store="metals", filter={}, search=search)
        self.assertEqual((data["ids"], data["total_matches"]), (["m1", "m0"], 2))
        self.assertGreater(data["scores"][0], data["scores"][1])
        self.assertEqual(data["highlights"][1], {"text": [{"start": 13, "length": 5}]})
        self.assertEqual(self.p.ok("query", store="metals", filter={"n": {"lt": 1}}, search=search)["ids"], ["m0"])
        self.assertEqual(self.p.ok("explain", store="metals", filter={}, search=search)["order"], "score")
        self.assertRegex(self.p.error("query", store="metals", filter={}, search={"text": "steel"}),
                         "^Query syntax error: 'search': 'fields': expected a list of 1 to 32 fields, found null$")

    def test_a_batch_is_all_or_nothing(self):
        def write(record_id, **more):
            return {"op": "write", "record_id": record_id, "delta": {"n": 1}, **more}

        done = self.p.ok("batch", store="sets", operations=[write(f"s{n}", if_revision=0) for n in range(20)])
        self.assertEqual(done["record_ids"], [f"s{n}" for n in range(20)])
        self.assertEqual(self.p.ok("query", store="sets", filter={})["ids"], done["record_ids"])
        mixed = [{"op": "delete", "record_id": "s3"}, write("s4", if_revision=done["revisions"][4]), write(None)]
        changed = self.p.ok("batch", store="sets", operations=mixed)
        self.assertEqual((changed["record_ids"][:2], changed["revisions"][0]), (["s3", "s4"], 0))
        for wrong, message in (
                (write("s4", if_revision=1), r"Revision conflict: record 's4' is at revision \d+, not 1"),
                ({"op": "delete", "record_id": ""}, "Missing 'record_id'"),
                ({"op": "write", "record_id": "x"}, "'delta' must be a JSON object"),
                ({"op": "read", "record_id": "x"}, """'op' must be "write" or "delete\""""),
                (5, "an operation must be a JSON object"),
                (write("x", durability="buffered"), ".* has no 'durability': a batch is always synced")):
            with self.subTest(wrong):
                self.assertRegex(self.p.error("batch", store="sets", operations=[write("new"), wrong]),
                                 "^" + message + r" \(operation 1 of the batch\)$")
        self.assertEqual(self.p.error("batch", store="sets", operations=wrong), "'operations' must be a list")
        self.assertEqual(self.p.ok("query", store="sets", filter={}, count_only=True)["total_matches"], 20)
        self.assertEqual(self.p.ok("batch", store="sets", operations=[])["record_ids"], [])

    def test_how_it_is_answered(self):
        told = self.p.ok("explain", store="parts", filter={"even": True, "price": {"lt": 2}}, sort="name")
        self.assertEqual([part["by"] for part in told["plan"]["parts"]], [["scan"], ["scan"]])
        self.assertEqual((told["order"], told["records"], told["records_read"]), ("sort", 4, 4))
        self.assertEqual(told["total_matches"], len(self.query({"even": True, "price": {"lt": 2}})["ids"]))
        self.assertGreaterEqual(told["duration_ms"], told["reading_ms"])
        self.assertRegex(self.p.error("explain", store="parts", filter={"even": {"near": 1}}),
                         "^Query syntax error: field 'even': unknown operator 'near'")


class ErrorTexts(ServerCase):
    def test_each_request_that_lacks_something(self):
        p = self.peer()
        p.send({"type": "request", "id": "none"})
        self.assertEqual(p.answer_to("none")["error"], "Missing 'action' field")
        self.assertEqual(p.error("fly"), "Unknown action: 'fly'")
        required = {"read": {"record_id": "a"}, "write": {"record_id": "a", "delta": {}}, "delete": {"record_id": "a"},
                    "query": {"filter": {}}, "generate_id": {}}
        for action, fields in required.items():
            with self.subTest(action):
                self.assertEqual(p.error(action, **fields), "'store' is required")
                self.assertEqual(p.error(action, store="nowhere", **fields), "Store 'nowhere' not found")
        for action in ("read", "delete"):
            self.assertEqual(p.error(action, store="parts"), "Missing 'record_id'")
        self.assertEqual(p.error("read", store="parts", record_id="none"), "Record 'none' not found in store 'parts'")
        for delta in (5, "text", [], None):
            self.assertEqual(p.error("write", store="parts", record_id="a", delta=delta),
                             "'delta' must be a JSON object")
        for filter in (5, "text", []):
            self.assertEqual(p.error("query", store="parts", filter=filter), "'filter' must be a JSON object")
        self.assertEqual(p.error("read", store="parts", record_id="a"), "Record 'a' not found in store 'parts'")

    def test_an_answer_above_the_frame_limit_is_refused(self):
        p = self.peer()
        for n in range(12):
            p.ok("write", store="parts", record_id=f"big{n}", delta={"text": "x" * 1_000_000})
        self.assertRegex(p.error("query", store="parts", filter={}, hydrate=True),
                         r"^Response too large \(\d+ bytes > 10485760 byte limit\)\. "
                         r"Use hydrate=False or apply more specific filters\.$")
        self.assertEqual(p.ok("query", store="parts", filter={})["count"], 12)


def revision_of(response):
    """The revision stands beside the documented keys, of the response or of its data."""
    revision = response.get("revision", (response["data"] or {}).get("revision"))
    assert isinstance(revision, int), response
    return revision
