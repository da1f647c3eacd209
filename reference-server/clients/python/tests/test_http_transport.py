import base64
import http.server
import json
import threading
import unittest

from mkdb_client import (
    ControllerConnectionError,
    ControllerError,
    MkDBAuthError,
    MkDBClient,
    MkDBConnectionError,
    MkDBController,
    MkDBRecordNotFoundError,
    MkDBStoreExistsError,
    MkDBTransportError,
)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def _answer(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else None
        self.server.seen.append((self.command, self.path, body, self.headers))
        status, headers, content = self.server.answer(self.command, self.path, body)
        data = json.dumps(content).encode()
        self.send_response(status)
        for name, value in {"Content-Length": str(len(data)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_DELETE = _answer

    def log_message(self, *arguments):
        pass


class HttpCase(unittest.TestCase):
    def serve(self, answer):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        server.answer, server.seen = answer, []
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return server

    def connect(self, server, **options):
        client = MkDBClient(port=server.server_port, transport="http", **options)
        self.addCleanup(client.close)
        return client.connect()


def ok(data, **headers):
    return 200, headers, {"status": "ok", "data": data}


def refused(status, message):
    return status, {}, {"status": "error", "message": message, "code": status}


class DataPlane(HttpCase):
    def test_each_call_uses_its_route(self):
        def answer(method, path, body):
            if method == "GET" and path.startswith("/data/"):
                return ok({"_id": "a/b", "n": 1}, ETag='"7"')
            data = {"/health": None, "/data": {"record_id": "r1"},
                    "/query": {"count": 0, "total_matches": 0, "ids": []}}
            return ok(data.get(path, {"record_id": "a/b"}))

        server = self.serve(answer)
        client = self.connect(server)
        got = client.get("my parts", "a/b")
        self.assertEqual((got.data["n"], got.revision), (1, 7))
        self.assertEqual(client.insert("parts", {"n": 1}).record_id, "r1")
        client.set("parts", "r1", {"n": 1})
        self.assertEqual(client.delete("parts", "a/b", if_revision=7).record_id, "a/b")
        self.assertEqual(client.query_async("parts", {"n": 1}, limit=2).result().count, 0)
        self.assertEqual(client.ping(), "pong")
        routes = [(method, path) for method, path, _, _ in server.seen]
        self.assertEqual(routes, [("GET", "/health"), ("GET", "/data/my%20parts/a%2Fb"), ("POST", "/data"),
                                  ("POST", "/data"), ("DELETE", "/data/parts/a%2Fb"), ("POST", "/query"),
                                  ("GET", "/health")])
        self.assertEqual(server.seen[5][2], {"store": "parts", "filter": {"n": 1}, "hydrate": False, "limit": 2})
        self.assertEqual(server.seen[4][3]["If-Match"], '"7"')

    def test_credentials_are_sent_and_checked_on_connecting(self):
        server = self.serve(lambda method, path, body: ok([]) if path == "/health"
                            else refused(401, "Invalid credentials"))
        with self.assertRaises(MkDBAuthError):
            self.connect(server, username="ada", password="wörd")
        sent = server.seen[-1][3]["Authorization"].split(" ")[1]
        self.assertEqual(base64.b64decode(sent).decode(), "ada:wörd")

    def test_statuses_and_texts_choose_the_exception(self):
        cases = {"/data/parts/x": refused(404, "Record 'x' not found in store 'parts'"),
                 "/data/parts/y": refused(429, "Too many requests"),
                 "/data/parts/z": (502, {}, "a proxy's page")}
        server = self.serve(lambda method, path, body: cases.get(path, ok(None)))
        client = self.connect(server)
        with self.assertRaises(MkDBRecordNotFoundError):
            client.get("parts", "x")
        with self.assertRaises(MkDBTransportError) as caught:
            client.get("parts", "y")
        self.assertEqual((caught.exception.status, str(caught.exception)), (429, "Too many requests"))
        with self.assertRaisesRegex(MkDBTransportError, "HTTP status 502"):
            client.get("parts", "z")

    def test_generated_ids_are_free_ones(self):
        server = self.serve(lambda method, path, body:
                            ok(None) if path == "/health" else refused(404, "Record 'x' not found in store 'parts'"))
        self.assertRegex(self.connect(server).generate_id("parts").record_id, "^[A-Za-z0-9]{16}$")

    def test_updates_need_the_socket(self):
        client = self.connect(self.serve(lambda method, path, body: ok(None)))
        with self.assertRaisesRegex(MkDBTransportError, "need the socket transport"):
            client.on_update("parts", print)

    def test_nobody_listens(self):
        with self.assertRaises(MkDBConnectionError):
            MkDBClient(port=1, transport="http").connect()


class ControlPlane(HttpCase):
    def test_login_sends_the_token_with_every_action(self):
        def answer(method, path, body):
            if path == "/control/auth":
                return 200, {}, {"status": "ok", "token": "sdk_x", "role": "admin"}
            if path == "/control/auth/logout":
                return 200, {}, {"status": "ok"}
            result = {"stores": [{"name": "a", "description": ""}], "count": 1}
            return 200, {}, {"status": "success", "result": result}

        server = self.serve(answer)
        with MkDBController(port=server.server_port) as ctrl:
            self.assertEqual(ctrl.login(username="root", password="secret"), "admin")
            self.assertEqual(ctrl.list_stores(), [{"name": "a", "description": ""}])
            ctrl.server_stop("http")
        paths = [path for _, path, _, _ in server.seen]
        self.assertEqual(paths, ["/control/auth", "/control", "/control", "/control/auth/logout"])
        self.assertEqual(server.seen[2][2], {"action": "api_server_control", "server": "http", "op": "stop"})
        self.assertEqual(server.seen[2][3]["Authorization"], "Bearer sdk_x")

    def test_a_store_is_made_with_its_settings(self):
        server = self.serve(lambda method, path, body: (200, {}, {"status": "success", "result": {"success": True}}))
        ctrl = MkDBController(port=server.server_port)
        self.addCleanup(ctrl.close)
        settings = {"ram_config": {"index_ram_threshold_bytes": 1000},
                    "schema_config": {"json_schema": {"required": ["a"]}}}
        ctrl.create_store("a", "About", **settings)
        self.assertEqual(server.seen[0][2],
                         {"action": "api_create_store", "name": "a", "description": "About", **settings})

    def test_refusals(self):
        server = self.serve(lambda method, path, body: refused(409, "Store 'a' already exists"))
        with self.assertRaises(ControllerError) as caught:
            ctrl = MkDBController(port=server.server_port)
            self.addCleanup(ctrl.close)
            ctrl.create_store("a")
        self.assertIsInstance(caught.exception, MkDBStoreExistsError)

    def test_nobody_listens(self):
        with self.assertRaises(ControllerConnectionError):
            MkDBController(port=1).check_active()

    def test_there_is_a_method_for_every_action(self):
        actions = """list_stores get_store_config export_store_json get_db_info get_dashboard get_event_log
            get_auth_status get_db_settings get_server_status list_users list_control_users get_rate_limit_log
            get_store_metrics get_all_store_metrics query_store get_data_security generate_id explain_query
            get_storage_report create_store delete_store update_store update_store_config reset_store_metrics
            discover_store_fields rebuild_store_indexes create_user delete_user set_user_password set_user_store_access
            remove_user_store_access compact_store scrub_store backup list_backups restore_store list_archived_stores
            unarchive_store import_records export_records create_token revoke_token create_control_user
            delete_control_user set_control_user_password set_control_user_role update_server_config server_control
            set_auth_password enable_auth disable_auth set_auth_session_ttl invalidate_all_sessions set_data_security
            update_db_settings server_status server_start server_stop server_restart dashboard store_metrics
            all_store_metrics auth_status data_security db_settings rate_limit_log"""
        missing = [name for name in actions.split() if not callable(getattr(MkDBController, name, None))]
        self.assertEqual(missing, [])
