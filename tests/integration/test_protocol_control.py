"""Control plane: sessions, roles, stores, and what foreign pages may not do."""

import json
import os

from support.case import ServerCase
from support.server import CONTROL_USERS, PANEL_PASSWORD

VIEWER = ["api_list_stores", "api_get_db_info", "api_get_dashboard", "api_get_event_log", "api_get_auth_status",
          "api_get_db_settings", "api_get_server_status", "api_list_users", "api_list_control_users",
          "api_get_rate_limit_log", "api_get_all_store_metrics", "api_get_data_security"]
OPERATOR = ["api_create_store", "api_delete_store", "api_update_store", "api_update_store_config",
            "api_reset_store_metrics", "api_discover_store_fields", "api_rebuild_store_indexes", "api_compact_store",
            "api_create_user",
            "api_delete_user", "api_set_user_password", "api_set_user_store_access", "api_remove_user_store_access"]
ADMIN = ["api_create_control_user", "api_delete_control_user", "api_set_control_user_password",
         "api_set_control_user_role", "api_update_server_config", "api_server_control", "api_set_auth_password",
         "api_enable_auth", "api_disable_auth", "api_set_auth_session_ttl", "api_invalidate_all_sessions",
         "api_set_data_security", "api_update_db_settings"]


class Sessions(ServerCase):
    def test_it_says_that_it_is_there(self):
        answer = self.control().http.get("/check_active")
        self.assertEqual((answer.status, answer.json), (200, {"active": True}))

    def test_a_control_user_logs_in_and_out(self):
        control = self.control()
        answer = control.login("operator", CONTROL_USERS["operator"])
        self.assertEqual((answer.status, answer.json["status"], answer.json["role"]), (200, "ok", "operator"))
        self.assertRegex(answer.json["token"], r"^sdk_[A-Za-z0-9_-]{32,}$")
        control.ok("api_list_stores")
        for path in ("/control/auth/logout", "/auth/logout"):
            control.login("operator", CONTROL_USERS["operator"])
            out = control.http.post(path, {}, Authorization=f"Bearer {control.token}")
            self.assertEqual(out.status, 200)
            self.assertEqual(control.refused("api_list_stores")[0], 401)

    def test_wrong_credentials_are_401(self):
        for pair in (("operator", "wrong"), ("nobody", CONTROL_USERS["operator"]), ("", "")):
            answer = self.control().login(*pair)
            self.assertEqual((answer.status, answer.json["status"]), (401, "error"))
        self.assertEqual(self.control().http.post("/control/auth", {"username": 5}).status, 400)

    def test_nothing_goes_without_a_session(self):
        control = self.control()
        for action in VIEWER + OPERATOR + ADMIN:
            self.assertEqual(control.refused(action)[0], 401, action)
        control.token = "sdk_" + "0" * 64
        self.assertEqual(control.refused("api_list_stores")[0], 401)

    def test_the_panel_logs_in_with_a_cookie(self):
        web = self.control().http
        self.assertEqual(web.post("/auth/login", {"password": "wrong"}).status, 401)
        answer = web.post("/auth/login", {"password": PANEL_PASSWORD})
        self.assertEqual((answer.status, answer.json["status"]), (200, "ok"))
        cookie = answer.headers["Set-Cookie"]
        self.assertRegex(cookie, "^mkdb_token=")
        self.assertRegex(cookie, "(?i)HttpOnly")
        self.assertRegex(cookie, "(?i)SameSite=Strict")
        session = {"Cookie": cookie.split(";")[0]}
        status = web.get("/auth/status", **session).json
        self.assertLessEqual({"enabled", "authenticated", "has_password", "sessions"}, set(status))
        self.assertEqual((status["enabled"], status["authenticated"], status["has_password"]), (True, True, True))
        self.assertEqual(web.request("POST", "/control", {"action": "api_get_data_security"}, session).status, 200)
        web.request("POST", "/auth/logout", {}, session)
        self.assertEqual(web.get("/auth/status", **session).json["authenticated"], False)
        self.assertEqual(web.request("POST", "/control", {"action": "api_list_stores"}, session).status, 401)

    def test_the_panel_page_is_served(self):
        for path in ("/", "/control"):
            answer = self.control().http.get(path)
            self.assertEqual(answer.status, 200)
            self.assertRegex(answer.headers["Content-Type"], "^text/html")

    def test_tokens_are_not_kept_in_the_clear(self):
        control = self.control("admin", CONTROL_USERS["admin"])
        for folder, _, names in os.walk(self.server.directory):
            for name in names:
                with open(os.path.join(folder, name), "rb") as file:
                    self.assertNotIn(control.token.encode(), file.read(), name)

    def test_foreign_hosts_and_origins_are_refused(self):
        admin = self.control("admin", CONTROL_USERS["admin"])
        host, port = self.server.control
        for header in ({"Host": "evil.example"}, {"Host": f"evil.example:{port}"}, {"Origin": "https://evil.example"},
                       {"Origin": "null"}, {"Origin": f"http://evil.example:{port}"}):
            with self.subTest(header):
                answer = admin.call("api_create_store", header, name="rebound")
                self.assertTrue(400 <= answer.status < 500, answer)
                answer = admin.http.post("/auth/login", {"password": PANEL_PASSWORD}, **header)
                self.assertTrue(400 <= answer.status < 500)
        self.assertNotIn("rebound", json.dumps(admin.ok("api_list_stores")))
        own = {"Origin": f"http://{host}:{port}"}
        self.assertEqual(admin.call("api_list_stores", own).status, 200)


class Roles(ServerCase):
    def test_a_refusal_names_the_role(self):
        for role, actions, needed in (("viewer", OPERATOR, "operator"), ("viewer", ADMIN, "admin"),
                                      ("operator", ADMIN, "admin")):
            control = self.control(role, CONTROL_USERS[role])
            for action in actions:
                with self.subTest(role=role, action=action):
                    self.assertEqual(control.refused(action),
                                     (403, f"Action '{action}' requires role '{needed}' (you have '{role}')"))

    def test_a_viewer_may_look(self):
        viewer = self.control("viewer", CONTROL_USERS["viewer"])
        for action in VIEWER:
            with self.subTest(action):
                viewer.ok(action)

    def test_an_action_that_is_not_listed_needs_admin(self):
        self.assertEqual(self.control("viewer", CONTROL_USERS["viewer"]).refused("api_fly"),
                         (403, "Action 'api_fly' requires role 'admin' (you have 'viewer')"))
        status, message = self.control("admin", CONTROL_USERS["admin"]).refused("api_fly")
        self.assertEqual(status, 400)
        self.assertIn("api_fly", message)

    def test_malformed_calls_are_400(self):
        admin = self.control("admin", CONTROL_USERS["admin"])
        session = {"Authorization": f"Bearer {admin.token}"}
        for body in (b"{", b"[]", b"", b"5", b'{"name":"x"}', b'{"action":5}'):
            with self.subTest(body):
                answer = admin.http.request("POST", "/control", body, session)
                self.assertEqual((answer.status, answer.json["status"]), (400, "error"))
        self.assertEqual(admin.refused("api_create_store")[0], 400)
        self.assertEqual(admin.refused("api_create_store", name=5)[0], 400)


class Stores(ServerCase):
    def setUp(self):
        self.admin = self.control("admin", CONTROL_USERS["admin"])

    def names(self):
        result = self.admin.ok("api_list_stores")
        self.assertEqual(result["count"], len(result["stores"]))
        return {store["name"]: store["description"] for store in result["stores"]}

    def test_create_use_and_describe(self):
        self.admin.ok("api_create_store", name="orders", description="What customers want")
        self.assertEqual(self.names()["orders"], "What customers want")
        self.peer().ok("write", store="orders", record_id="a", delta={"n": 1})
        self.admin.ok("api_update_store", name="orders", description="What they got")
        self.assertEqual(self.names()["orders"], "What they got")
        self.server.restart()
        self.admin = self.control("admin", CONTROL_USERS["admin"])
        self.assertEqual(self.names()["orders"], "What they got")
        self.assertEqual(self.peer().ok("read", store="orders", record_id="a"), {"_id": "a", "n": 1})

    def test_a_second_store_of_a_name_is_409(self):
        self.assertEqual(self.admin.refused("api_create_store", name="parts"), (409, "Store 'parts' already exists"))

    def test_bad_names_are_refused_and_leave_nothing(self):
        stores = os.path.join(self.server.directory, "stores")
        before = sorted(os.listdir(stores)), self.names()
        for name in ("", ".", "..", "../up", "a/b", "__archived__", "x" * 300, "line\nbreak", "nul\u0000"):
            with self.subTest(name):
                self.assertEqual(self.admin.refused("api_create_store", name=name)[0], 400)
        self.assertEqual((sorted(os.listdir(stores)), self.names()), before)

    def test_unknown_stores_are_404(self):
        for action in ("api_delete_store", "api_get_store_config", "api_update_store", "api_update_store_config",
                       "api_get_store_metrics", "api_reset_store_metrics", "api_export_store_json",
                       "api_discover_store_fields", "api_rebuild_store_indexes", "api_generate_id"):
            with self.subTest(action):
                fields = {"description": "x"} if action == "api_update_store" else {}
                self.assertEqual(self.admin.refused(action, name="nowhere", **fields),
                                 (404, "Store 'nowhere' not found"))
        self.assertEqual(self.admin.refused("api_query_store", store="nowhere", filter={}),
                         (404, "Store 'nowhere' not found"))

    def test_deleting_archives_and_never_overwrites_an_archive(self):
        archive = os.path.join(self.server.directory, "stores", "__archived__")
        for round_number in (1, 2):
            self.admin.ok("api_create_store", name="old")
            self.peer().ok("write", store="old", record_id="kept", delta={"round": round_number})
            self.admin.ok("api_delete_store", name="old")
            self.assertNotIn("old", self.names())
            self.assertEqual(self.peer().error("read", store="old", record_id="kept"), "Store 'old' not found")
            self.assertEqual(len([name for name in os.listdir(archive) if name.startswith("old")]), round_number)
        self.assertFalse(os.path.exists(os.path.join(self.server.directory, "stores", "old")))

    def test_configuration(self):
        config = self.admin.ok("api_get_store_config", name="parts")
        text = json.dumps(config)
        for key in ("file_config", "entity_config", "ram_config", "schema_config", "write_queue_config", "durability"):
            self.assertIn(key, text)
        self.admin.ok("api_update_store_config", name="parts", default_query_limit=2,
                      entity_config={"token_length": 20})
        peer = self.peer()
        for n in range(5):
            self.assertRegex(peer.ok("write", store="parts", delta={"n": n})["record_id"], "^[A-Za-z0-9]{20}$")
        self.assertEqual(peer.ok("query", store="parts", filter={})["count"], 2)
        for bad in ({"default_query_limit": "many"}, {"default_query_limit": -1}, {"durability": "perhaps"},
                    {"ram_config": 5}, {"ram_config": {"clean_type": "coin"}}):
            with self.subTest(bad):
                self.assertEqual(self.admin.refused("api_update_store_config", name="parts", **bad)[0], 400)
        self.assertEqual(self.server.read_config()["stores"]["parts"]["default_query_limit"], 2)

    def test_records_and_indexes(self):
        self.admin.ok("api_create_store", name="goods")
        peer = self.peer()
        for n in range(5):
            peer.ok("write", store="goods", record_id=f"g{n}", delta={"n": n, "name": f"good number {n}"})
        self.assertCountEqual(self.admin.ok("api_discover_store_fields", name="goods")["new_fields"], ["n", "name"])
        self.assertEqual(self.admin.ok("api_discover_store_fields", name="goods")["new_fields"], [])
        self.admin.ok("api_update_store_config", name="goods", schema_config={"fields": {
            "n": {"name": "n", "queryable": "numeric"}, "name": {"name": "name", "queryable": "full-text"}}})
        result = self.admin.ok("api_query_store", store="goods", filter={"n": {"gt": 2}}, hydrate=False)
        self.assertEqual((result["success"], result["count"], sorted(result["ids"])), (True, 2, ["g3", "g4"]))
        result = self.admin.ok("api_query_store", store="goods", filter={"name": ["number", "3"]}, hydrate=True)
        self.assertEqual(result["records"], [{"_id": "g3", "n": 3, "name": "good number 3"}])
        told = self.admin.ok("api_explain_query", store="goods", filter={"n": {"gt": 2}, "name": ["number"]}, sort="n")
        self.assertEqual([part["by"] for part in told["plan"]["parts"]], [["numeric"], ["full-text"]])
        self.assertEqual((told["order"], told["records_read"], told["total_matches"]), ("index", 0, 2))
        best = self.admin.ok("api_query_store", store="goods", search={"text": "number 3", "fields": ["name"]}, limit=2)
        self.assertEqual((best["ids"][0], best["total_matches"], len(best["scores"])), ("g3", 5, 2))
        rebuilt = self.admin.ok("api_rebuild_store_indexes", name="goods")
        self.assertEqual(rebuilt["count"], len(rebuilt["rebuilt"]))
        self.assertCountEqual(rebuilt["rebuilt"], ["n", "name"])
        ids = self.admin.ok("api_generate_id", name="goods", count=10)
        self.assertEqual((ids["count"], len(set(ids["ids"]))), (10, 10))
        for count in (0, 101, "x"):
            self.assertEqual(self.admin.refused("api_generate_id", name="goods", count=count)[0], 400)
        self.assertIn("good number 4", json.dumps(self.admin.ok("api_export_store_json", name="goods")))

    def test_rules_of_fields(self):
        self.admin.ok("api_create_store", name="ruled")
        self.admin.ok("api_update_store_config", name="ruled", schema_config={"fields": {
            "n": {"type": "integer"}, "name": {"required": True, "type": "string"}}})
        peer = self.peer()
        peer.ok("write", store="ruled", record_id="a", delta={"n": 1, "name": "one"})
        self.assertEqual(peer.error("write", store="ruled", record_id="a", delta={"n": 1.5}),
                         "Record 'a': field 'n': expected an integer, found 1.5")
        answer = self.web().post("/data", {"store": "ruled", "record_id": "b", "delta": {"n": 2}})
        self.assertEqual((answer.status, answer.json["message"]),
                         (400, "Record 'b': field 'name': expected a string, found none"))
        self.assertEqual(peer.ok("query", store="ruled", filter={}, hydrate=True)["records"],
                         [{"_id": "a", "n": 1, "name": "one"}])
        self.assertEqual(self.admin.refused("api_update_store_config", name="ruled", schema_config={"fields": {
            "n": {"type": "whole"}}})[0], 400)

    def test_json_schema(self):
        schema = {"required": ["name"], "additionalProperties": False, "properties": {
            "name": {"type": "string"}, "lines": {"items": {"$ref": "#/$defs/line"}}},
            "$defs": {"line": {"properties": {"price": {"type": "number", "exclusiveMinimum": 0}}}}}
        self.admin.ok("api_create_store", name="shaped", schema_config={"json_schema": schema})
        peer = self.peer()
        peer.ok("write", store="shaped", record_id="a", delta={"name": "n", "lines": [{"price": 0.5}]})
        broken = "Record 'a': field 'lines[1].price': expected a number above 0, found 0"
        lines = {"lines": [{"price": 0.5}, {"price": 0}]}
        self.assertEqual(peer.error("write", store="shaped", record_id="a", delta=lines), broken)
        answer = self.web().post("/data", {"store": "shaped", "record_id": "a", "delta": lines})
        self.assertEqual((answer.status, answer.json["message"]), (400, broken))
        self.assertEqual(peer.error("batch", store="shaped", operations=[
            {"op": "write", "record_id": "b", "delta": {"name": "b"}},
            {"op": "write", "record_id": "a", "delta": {"colour": "red"}}]),
            "Record 'a': field 'colour': expected none, found \"red\" (operation 1 of the batch)")
        self.assertEqual(peer.ok("query", store="shaped", filter={})["ids"], ["a"])
        status, message = self.admin.refused("api_update_store_config", name="shaped", schema_config={
            "json_schema": {"properties": {"name": {"minLength": "one"}}}})
        self.assertEqual(status, 400)
        self.assertRegex(message, 'at "/properties/name/minLength": expected an integer from 0 up, found "one"$')
        self.assertEqual(self.server.read_config()["stores"]["shaped"]["schema_config"]["json_schema"], schema)
        self.admin.ok("api_update_store_config", name="shaped", schema_config={"json_schema": {"maxProperties": 2}})
        self.assertEqual(self.server.read_config()["stores"]["shaped"]["schema_config"]["json_schema"],
                         {"maxProperties": 2})
        peer.ok("write", store="shaped", record_id="b", delta=lines)
        self.admin.ok("api_update_store_config", name="shaped", schema_config={"json_schema": None})
        peer.ok("write", store="shaped", record_id="b", delta={"x": 1, "y": 2})

    def test_records_that_end(self):
        self.admin.ok("api_create_store", name="ending")
        self.assertEqual(self.admin.refused("api_update_store_config", name="ending", ttl_field="until"),
                         (400, "stores.ending.ttl_field is \"until\", expected a field with \"numeric\" as queryable in "
                               "schema_config.fields"))
        self.admin.ok("api_update_store_config", name="ending", ttl_field="until", schema_config={"fields": {
            "until": {"queryable": "numeric"}}})
        peer = self.peer()
        subscriber = self.peer()
        subscriber.send({"type": "subscribe", "store": "ending"})
        subscriber.next_of("subscribed")
        peer.ok("write", store="ending", record_id="brief", delta={"n": 1}, ttl=0.3)
        peer.ok("batch", store="ending", operations=[
            {"op": "write", "record_id": "long", "delta": {"n": 2}, "ttl": 3600}])
        self.web().post("/data", {"store": "ending", "record_id": "kept", "delta": {"n": 3}})
        while (update := subscriber.next_of("update"))["op"] != "delete":
            pass
        self.assertEqual(update["record_id"], "brief")
        self.assertEqual(peer.ok("query", store="ending", filter={})["ids"], ["long", "kept"])
        self.assertEqual(peer.error("read", store="ending", record_id="brief"),
                         "Record 'brief' not found in store 'ending'")
        self.admin.ok("api_create_store", name="lasting")
        self.assertRegex(peer.error("write", store="lasting", record_id="a", delta={}, ttl=1), "'ttl_field'")

    def test_unique_fields(self):
        def schema(**mail):
            return {"schema_config": {"fields": {"mail": {"queryable": "exact", **mail}}}}

        self.admin.ok("api_create_store", name="people", partitions=4)
        peer = self.peer()
        for record, mail in (("a", "x"), ("b", "x"), ("c", "y")):
            peer.ok("write", store="people", record_id=record, delta={"mail": mail})
        status, message = self.admin.refused("api_update_store_config", name="people", **schema(unique=True))
        self.assertEqual(status, 409)
        self.assertRegex(message, "^field 'mail' cannot be unique: \"x\" is held by records '[ab]' and '[ab]'$")
        self.assertEqual(self.admin.ok("api_get_store_config", name="people")["schema_config"]["fields"], {})
        peer.ok("write", store="people", record_id="b", delta={"mail": "z"})
        self.admin.ok("api_update_store_config", name="people", **schema(unique=True))
        self.assertTrue(self.server.read_config()["stores"]["people"]["schema_config"]["fields"]["mail"]["unique"])
        taken = "Record 'd': field 'mail': \"y\" is taken by record 'c'"
        self.assertEqual(peer.error("write", store="people", record_id="d", delta={"mail": "y"}), taken)
        answer = self.web().post("/data", {"store": "people", "record_id": "d", "delta": {"mail": "y"}})
        self.assertEqual((answer.status, answer.json["message"]), (409, taken))
        self.assertEqual(peer.error("write", store="people", record_id="d", delta={"mail": ["y"]}),
                         "Record 'd': field 'mail' is unique: expected a string, a number, true or false, found a list")
        peer.ok("delete", store="people", record_id="c")
        peer.ok("write", store="people", record_id="d", delta={"mail": "y"})
        self.assertEqual(self.admin.refused("api_update_store_config", name="people", **schema(queryable=False)),
                         (400, "stores.people.schema_config.fields.mail.unique is true, "
                               "expected \"exact\" as queryable beside it"))
        self.admin.ok("api_update_store_config", name="people", **schema(queryable=False, unique=False))
        peer.ok("write", store="people", record_id="e", delta={"mail": "y"})

    def test_metrics(self):
        self.admin.ok("api_create_store", name="measured")
        peer = self.peer()
        peer.ok("write", store="measured", record_id="a", delta={"n": 1})
        peer.ok("read", store="measured", record_id="a")
        self.web().get("/data/measured/a")
        peer.ok("query", store="measured", filter={})
        peer.ok("delete", store="measured", record_id="a")
        peer.error("read", store="measured", record_id="a")
        metrics = self.admin.ok("api_get_store_metrics", name="measured")
        self.assertEqual((metrics["writes"], metrics["deletes"], metrics["queries"]), (1, 1, 1))
        self.assertGreaterEqual(metrics["reads"], 2)
        self.assertLessEqual({"errors", "slow_queries", "rate_limited", "bytes_in", "bytes_out", "started_at",
                              "transport",
                              "clients", "rate_limited_ips", "ram_cache", "slow_query_log", "slow_query_threshold_ms",
                              "error_log"}, set(metrics))
        self.assertLessEqual({"entries", "estimated_bytes", "max_size", "ttl", "clean_type", "hits", "misses"},
                             set(metrics["ram_cache"]))
        self.assertGreaterEqual(metrics["transport"]["http"], 1)
        self.assertGreaterEqual(metrics["transport"]["socket"], 5)
        self.admin.ok("api_reset_store_metrics", name="measured")
        self.assertEqual(self.admin.ok("api_get_store_metrics", name="measured")["writes"], 0)
        self.assertIn("measured", json.dumps(self.admin.ok("api_get_all_store_metrics")))
