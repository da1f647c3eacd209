"""HTTP plane: the routes, their data and their statuses."""

import http.client
import json

from support.case import ServerCase
from support.wire import Answer


class Routes(ServerCase):
    stores = ("parts", "my-parts")

    def setUp(self):
        self.w = self.web()

    def put(self, record_id, store="parts", **delta):
        return self.w.post("/data", {"store": store, "record_id": record_id, "delta": delta})

    def assert_error(self, answer, status, pattern):
        self.assertEqual(answer.status, status, answer)
        self.assertEqual(answer.headers["Content-Type"], "application/json; charset=utf-8")
        self.assertEqual((answer.json["status"], answer.json["code"]), ("error", status))
        self.assertEqual(set(answer.json), {"status", "message", "code"})
        self.assertRegex(answer.json["message"], pattern)

    def test_health(self):
        answer = self.w.get("/health")
        self.assertEqual((answer.status, answer.data), (200, {"status": "ok"}))

    def test_success_has_status_and_data(self):
        answer = self.w.get("/data")
        self.assertEqual(answer.headers["Content-Type"], "application/json; charset=utf-8")
        self.assertEqual((answer.json["status"], set(answer.json) - {"revision"}), ("ok", {"status", "data"}))

    def test_write_read_delete(self):
        answer = self.put("bolt", name="Steel bolt", price=9.5)
        self.assertEqual((answer.status, answer.data["record_id"]), (200, "bolt"))
        self.put("bolt", price=None, colour="grey")
        answer = self.w.get("/data/parts/bolt")
        self.assertEqual((answer.status, answer.data), (200, {"_id": "bolt", "name": "Steel bolt", "colour": "grey"}))
        for _ in range(2):
            answer = self.w.delete("/data/parts/bolt")
            self.assertEqual((answer.status, answer.data["record_id"]), (200, "bolt"))
        self.assert_error(self.w.get("/data/parts/bolt"), 404, "^Record 'bolt' not found in store 'parts'$")

    def test_a_write_without_id_gets_one(self):
        record_id = self.w.post("/data", {"store": "parts", "delta": {"n": 1}}).data["record_id"]
        self.assertRegex(record_id, "^[A-Za-z0-9]{16}$")
        self.assertEqual(self.w.get(f"/data/parts/{record_id}").data, {"_id": record_id, "n": 1})

    def test_store_and_id_in_the_path_are_percent_decoded(self):
        self.put("a/b c%ü", store="my-parts", n=1)
        for path in ("/data/%6dy%2Dparts/a%2Fb%20c%25%C3%BC", "/data/%6dy%2Dparts/%61%2fb%20c%25%c3%bc"):
            self.assertEqual(self.w.get(path).data, {"_id": "a/b c%ü", "n": 1})
        self.assertEqual(self.w.delete("/data/%6dy%2Dparts/a%2Fb%20c%25%C3%BC").data["record_id"], "a/b c%ü")

    def test_list_stores(self):
        stores = {store["name"]: store["record_count"] for store in self.w.get("/data").data}
        self.assertLessEqual({"parts", "my-parts"}, set(stores))
        before = stores["parts"]
        self.put("counted", n=1)
        self.assertIn({"name": "parts", "record_count": before + 1}, self.w.get("/data").data)

    def test_query(self):
        for n in range(5):
            self.put(f"q{n}", q=n)
        body = {"store": "parts", "filter": {"q": {"gte": 1}}, "sort": "-q", "limit": 2, "offset": 1}
        data = self.w.post("/query", body).data
        self.assertEqual((data["count"], data["total_matches"], data["ids"]), (2, 4, ["q3", "q2"]))
        data = self.w.post("/query", {**body, "hydrate": True}).data
        self.assertEqual(data["records"], [{"_id": "q3", "q": 3}, {"_id": "q2", "q": 2}])
        told = self.w.post("/explain", body).data
        self.assertEqual((told["plan"]["op"], told["plan"]["actual"], told["order"]), ("gte", 4, "sort"))
        self.assert_error(self.w.post("/explain", {"store": "nowhere", "filter": {}}), 404,
                          "^Store 'nowhere' not found$")

    def test_batch(self):
        self.put("b1", n=1)
        body = {"store": "parts", "operations": [{"op": "write", "record_id": "b2", "delta": {"n": 2}},
                                                 {"op": "delete", "record_id": "b1"}]}
        self.assertEqual(self.w.post("/batch", body).data["record_ids"], ["b2", "b1"])
        body["operations"].append({"op": "write", "record_id": "b2", "delta": {}, "if_revision": 0})
        self.assert_error(self.w.post("/batch", body), 412, r"^Revision conflict: .* \(operation 2 of the batch\)$")
        self.assert_error(self.w.post("/batch", {"store": "parts"}), 400, "^'operations' must be a list$")

    def test_search(self):
        self.put("s0", title="a steel bolt", text="of steel")
        self.put("s1", title="a brass bolt", text="no steel")
        body = {"store": "parts", "search": {"text": "steel", "fields": ["title^2", "text"]}, "hydrate": True}
        data = self.w.post("/query", body).data
        self.assertEqual([record["_id"] for record in data["records"]], ["s0", "s1"])
        self.assertEqual(len(data["scores"]), 2)

    def test_malformed_requests_are_400(self):
        for path, body, pattern in [
            ("/data", b"{", "JSON"), ("/data", b"[]", "."), ("/data", b"", "."), ("/query", b"\xff", "."),
            ("/data", {"delta": {}}, "^'store' is required$"),
            ("/data", {"store": "parts", "delta": 5}, "^'delta' must be a JSON object$"),
            ("/data", {"store": 5, "delta": {}}, "."),
            ("/query", {"store": "parts", "filter": 5}, "^'filter' must be a JSON object$"),
            ("/query", {"store": "parts", "filter": {"a": {"like": 1}}}, "^Query syntax error: .*like"),
            ("/query", {"store": "parts", "filter": {}, "limit": -1}, "."),
        ]:
            with self.subTest(path=path, body=body):
                self.assert_error(self.w.request("POST", path, body), 400, pattern)

    def test_what_is_not_there_is_404(self):
        self.assert_error(self.w.get("/nowhere"), 404, ".")
        self.assert_error(self.w.get("/data/nowhere/a"), 404, "^Store 'nowhere' not found$")
        self.assert_error(self.w.delete("/data/nowhere/a"), 404, "^Store 'nowhere' not found$")
        self.assert_error(self.w.post("/data", {"store": "nowhere", "delta": {}}), 404, "^Store 'nowhere' not found$")
        self.assert_error(self.w.post("/query", {"store": "nowhere", "filter": {}}), 404, "^Store 'nowhere' not found$")

    def test_a_method_that_a_route_does_not_have(self):
        for method, path in (("PUT", "/data"), ("DELETE", "/health"), ("POST", "/data/parts/a"), ("GET", "/query")):
            with self.subTest(method=method, path=path):
                answer = self.w.request(method, path, {"store": "parts"} if method != "GET" else None)
                self.assertIn(answer.status, (404, 405))
                self.assertEqual(answer.json["status"], "error")

    def test_the_etag_is_the_revision_and_if_match_guards_a_delete(self):
        self.put("guarded", n=1)
        first = self.w.get("/data/parts/guarded").headers["ETag"]
        self.put("guarded", n=2)
        second = self.w.get("/data/parts/guarded").headers["ETag"]
        self.assertRegex(second, r'^"\d+"$')
        self.assertNotEqual(first, second)
        self.assert_error(self.w.delete("/data/parts/guarded", **{"If-Match": first}), 412, "^Revision conflict: ")
        self.assertEqual(self.w.get("/data/parts/guarded").data["n"], 2)
        self.assertEqual(self.w.delete("/data/parts/guarded", **{"If-Match": second}).status, 200)

    def test_a_write_may_carry_a_revision(self):
        body = {"store": "parts", "record_id": "once", "delta": {"n": 1}, "if_revision": 0}
        self.assertEqual(self.w.post("/data", body).status, 200)
        self.assert_error(self.w.post("/data", body), 412, "^Revision conflict: ")

    def test_the_javascript_client_is_served_once(self):
        answer = self.w.get("/mkdb-client.js")
        self.assertEqual(answer.status, 200)
        self.assertRegex(answer.headers["Content-Type"], "^(text|application)/javascript")
        self.assertIn(b"MkDB", answer.body)
        again = self.w.get("/mkdb-client.js", **{"If-None-Match": answer.headers["ETag"]})
        self.assertEqual((again.status, again.body), (304, b""))
        self.assertEqual(self.w.get("/mkdb-client.js", **{"If-None-Match": '"other"'}).body, answer.body)


class Http11(ServerCase):
    def test_one_connection_serves_many_requests(self):
        web = self.web()
        web.get("/health")
        kept = web.connection.sock
        for _ in range(20):
            self.assertEqual(web.get("/health").status, 200)
        self.assertIs(web.connection.sock, kept)

    def test_pipelined_requests_are_answered_in_order(self):
        peer = self.web().connection
        peer.connect()
        paths = ["/health", "/data/parts/none", "/data"] * 5
        peer.sock.sendall(b"".join(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode() for path in paths))
        stream = peer.sock.makefile("rb")
        for path in paths:
            self.assertEqual(self.next_answer(stream).status, 404 if "none" in path else 200)

    def test_a_chunked_body_is_read(self):
        web = self.web()
        body = json.dumps({"store": "parts", "record_id": "chunks", "delta": {"n": 1}}).encode()
        web.connection.request("POST", "/data", iter([body[:5], body[5:]]), encode_chunked=True,
                               headers={"Transfer-Encoding": "chunked"})
        self.assertEqual(Answer(web.connection.getresponse()).status, 200)
        self.assertEqual(web.get("/data/parts/chunks").data["n"], 1)

    def test_what_is_no_http_is_400(self):
        for text in (b"NONSENSE\r\n\r\n", b"GET /health HTTP/1.1\r\nbroken header\r\n\r\n",
                     b"POST /data HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n"):
            with self.subTest(text):
                connection = self.web().connection
                connection.connect()
                connection.sock.sendall(text)
                self.assertEqual(self.next_answer(connection.sock.makefile("rb")).status, 400)
        self.assertEqual(self.web().get("/health").status, 200)

    def next_answer(self, stream):
        class Source:
            def makefile(self, mode):
                return _Unclosed(stream)

        response = http.client.HTTPResponse(Source())
        response.begin()
        return Answer(response)


class _Unclosed:
    """http.client closes a stream at the end of an answer; the next answer follows on this one."""

    def __init__(self, stream):
        self._stream = stream

    def __getattr__(self, name):
        return getattr(self._stream, name)

    def close(self):
        pass
