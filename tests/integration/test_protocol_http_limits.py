"""HTTP plane: credentials, cross-origin rules, and limits."""

import json
import os
import re

from support.case import ServerCase
from support.passwords import user


class Credentials(ServerCase):
    stores = ("parts", "orders")
    config = {"users": {"ada": user("ada", "ada-passwörd", parts="rw", orders="r")}}

    WRITES = [("POST", "/data", {"store": "parts", "record_id": "a", "delta": {"n": 1}}),
              ("DELETE", "/data/parts/a", None)]

    def test_every_write_needs_them(self):
        for method, path, body in self.WRITES:
            with self.subTest(path=path):
                answer = self.web().request(method, path, body)
                self.assertEqual(answer.status, 401)
                self.assertRegex(answer.headers["WWW-Authenticate"], "^Basic ")
                self.assertEqual(self.web("ada", "ada-passwörd").request(method, path, body).status, 200)

    def test_wrong_ones_are_refused_even_where_none_are_needed(self):
        for pair in (("ada", "wrong"), ("eve", "ada-passwörd"), ("", "mk_db")):
            answer = self.web(*pair).post("/data", self.WRITES[0][2])
            self.assertEqual((answer.status, answer.json["message"]), (401, "Invalid credentials"))
        self.assertEqual(self.web("ada", "wrong").get("/data").status, 401)

    def test_a_malformed_header_is_refused(self):
        for value in ("Basic", "Basic !!!", "Basic YWRh", "Digest x", "Bearer no-such-token"):
            answer = self.web().post("/data", self.WRITES[0][2], Authorization=value)
            self.assertEqual(answer.status, 401, value)

    def test_what_is_not_granted_is_403(self):
        answer = self.web("ada", "ada-passwörd").post("/data", {"store": "orders", "record_id": "a", "delta": {}})
        self.assertEqual((answer.status, answer.json["message"]), (403, "Write access denied"))

    def test_health_and_unprotected_reads_need_none(self):
        self.assertEqual(self.web().get("/health").status, 200)
        self.assertEqual(self.web().get("/data").status, 200)


class ProtectedReads(ServerCase):
    config = {"data_security": {"protect_reads": True}, "users": {"ada": user("ada", "ada-password", parts="r")}}

    def test_reads_need_credentials(self):
        for path in ("/data", "/data/parts/a"):
            with self.subTest(path):
                self.assertEqual(self.web().get(path).status, 401)
        self.assertEqual(self.web().post("/query", {"store": "parts", "filter": {}}).status, 401)
        ada = self.web("ada", "ada-password")
        self.assertEqual(ada.post("/query", {"store": "parts", "filter": {}}).status, 200)
        self.assertEqual(self.web().get("/health").status, 200)


class WritesDisabled(ServerCase):
    config = {"data_security": {"disable_default_password": True}}

    def test_writing_without_users_is_refused(self):
        answer = self.web().post("/data", {"store": "parts", "delta": {}})
        self.assertIn(answer.status, (401, 403))
        self.assertEqual(self.web().get("/data").data, [{"name": "parts", "record_count": 0}])


class CrossOrigin(ServerCase):
    config = {"servers": {"http_server": {"cors_enabled": True, "cors_origins": ["https://shop.example"],
                                          "cors_credentials": True, "cors_max_age": 600}}}

    def preflight(self, origin):
        return self.web().request("OPTIONS", "/data", headers={
            "Origin": origin, "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "Content-Type"})

    def test_a_preflight_of_an_allowed_origin(self):
        answer = self.preflight("https://shop.example")
        self.assertEqual((answer.status, answer.body), (204, b""))
        self.assertEqual(answer.headers["Access-Control-Allow-Origin"], "https://shop.example")
        self.assertEqual(set(re.split(r",\s*", answer.headers["Access-Control-Allow-Methods"])),
                         {"GET", "POST", "DELETE", "OPTIONS"})
        self.assertIn("Authorization", answer.headers["Access-Control-Allow-Headers"])
        self.assertEqual(answer.headers["Access-Control-Max-Age"], "600")
        self.assertEqual(answer.headers["Access-Control-Allow-Credentials"], "true")
        self.assertIn("Origin", answer.headers["Vary"])

    def test_other_origins_are_not_allowed(self):
        answer = self.preflight("https://evil.example")
        self.assertEqual(answer.status, 204)
        self.assertIsNone(answer.headers["Access-Control-Allow-Origin"])

    def test_answers_carry_the_header_too(self):
        answer = self.web().get("/data", Origin="https://shop.example")
        self.assertEqual(answer.headers["Access-Control-Allow-Origin"], "https://shop.example")
        self.assertIsNone(self.web().get("/data", Origin="https://evil.example").headers["Access-Control-Allow-Origin"])


class AnyOrigin(ServerCase):
    config = {"servers": {"http_server": {"cors_enabled": True, "cors_origins": ["*"], "cors_credentials": False}}}

    def test_a_star_never_comes_with_credentials(self):
        answer = self.web().get("/data", Origin="https://anywhere.example")
        self.assertEqual(answer.headers["Access-Control-Allow-Origin"], "*")
        self.assertIsNone(answer.headers["Access-Control-Allow-Credentials"])


class SameOriginOnly(ServerCase):
    def test_without_cors_there_are_no_headers(self):
        answer = self.web().request("OPTIONS", "/data", headers={"Origin": "https://shop.example"})
        self.assertEqual(answer.status, 204)
        self.assertIsNone(answer.headers["Access-Control-Allow-Origin"])


class BodySize(ServerCase):
    config = {"servers": {"http_server": {"max_body_size": 1000}}}

    def test_a_body_above_the_limit_is_refused_from_its_header(self):
        connection = self.web().connection
        connection.putrequest("POST", "/data")
        connection.putheader("Content-Length", "1001")
        connection.endheaders()
        response = connection.getresponse()
        self.assertEqual(response.status, 413)
        self.assertEqual(json.loads(response.read())["code"], 413)

    def test_a_chunked_body_above_the_limit_is_refused(self):
        connection = self.web().connection
        connection.putrequest("POST", "/data")
        connection.putheader("Transfer-Encoding", "chunked")
        connection.endheaders()
        connection.sock.sendall(b"3e9\r\n" + b"x" * 1001)
        self.assertEqual(connection.getresponse().status, 413)

    def test_a_body_at_the_limit_is_read(self):
        body = {"store": "parts", "record_id": "full", "delta": {"text": ""}}
        body["delta"]["text"] = "x" * (1000 - len(json.dumps(body)))
        self.assertEqual(self.web().post("/data", body).status, 200)


class RateOfAnAddress(ServerCase):
    config = {"servers": {"http_server": {"max_requests_per_second": 5}}}

    def test_what_is_too_much_is_refused_and_logged(self):
        web = self.web()
        answers = [web.get("/data/parts/none") for _ in range(40)]
        refused = [answer for answer in answers if answer.status == 429]
        self.assertTrue(refused)
        self.assertEqual({answer.status for answer in answers}, {404, 429})
        for answer in refused:
            self.assertGreaterEqual(int(answer.headers["Retry-After"]), 1)
            self.assertEqual(answer.json["code"], 429)
        log = os.path.join(self.server.directory, "logs", "rate_limit.jsonl")
        admin = self.control("viewer", "viewer-password")
        self.assertEqual(admin.ok("api_get_rate_limit_log", limit=1000)["total"], len(refused))
        with open(log, encoding="utf-8") as file:
            lines = [json.loads(line) for line in file]
        self.assertEqual(len(lines), len(refused))
        self.assertEqual({frozenset(line) for line in lines}, {frozenset({"time", "ip", "path", "scope"})})
        self.assertEqual({(line["ip"], line["path"], line["scope"]) for line in lines},
                         {("127.0.0.1", "/data/parts/none", "global")})


class RateOfAStore(ServerCase):
    stores = {"parts": {"rate_limit": {"enabled": True, "max_requests_per_second": 3}}, "orders": {}}

    def test_only_the_store_with_the_limit_is_limited(self):
        web = self.web()
        self.assertIn(429, [web.get("/data/parts/none").status for _ in range(30)])
        self.assertEqual({web.get("/data/orders/none").status for _ in range(30)}, {404})
        log = self.control("viewer", "viewer-password").ok("api_get_rate_limit_log", limit=5)
        self.assertEqual({event["scope"] for event in log["events"]}, {"store:parts"})


class TimeLimit(ServerCase):
    stores = {"parts": {"max_query_execution_time_ms": 1}}

    def test_a_query_over_its_time_is_408(self):
        peer = self.peer()
        text = " ".join(f"word{n}" for n in range(300))
        for request_id in [peer.ask("write", store="parts", record_id=f"t{n}", delta={"text": text})
                           for n in range(3000)]:
            peer.answer_to(request_id, timeout=60)
        filter = {"text": {"contains": "word1 word299"}}
        answer = self.web().post("/query", {"store": "parts", "filter": filter})
        self.assertEqual((answer.status, answer.json["message"]), (408, "Query exceeded hard limit of 1 ms"))
        self.assertEqual(peer.error("query", store="parts", filter=filter), "Query exceeded hard limit of 1 ms")
