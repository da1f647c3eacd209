"""Control plane: users, listeners, security, status and events."""

import json
import socket

from support.case import ServerCase
from support.server import CONTROL_USERS
from support.waiting import wait_until


def listens(address):
    try:
        socket.create_connection(address, 5).close()
    except OSError:
        return False
    return True


class Users(ServerCase):
    stores = ("parts", "orders")

    def setUp(self):
        self.admin = self.control("admin", CONTROL_USERS["admin"])

    def test_a_data_user_from_birth_to_death(self):
        self.admin.ok("api_create_user", username="ada", password="first password")
        listed = json.dumps(self.admin.ok("api_list_users"))
        self.assertIn("ada", listed)
        self.assertNotIn("pbkdf2", listed)
        self.admin.ok("api_set_user_store_access", username="ada", store="parts", read=True, write=True)
        ada = self.peer("RW", "ada", "first password")
        ada.ok("write", store="parts", record_id="a", delta={"n": 1})
        self.admin.ok("api_set_user_store_access", username="ada", store="parts", read=True, write=False)
        self.assertEqual(ada.error("write", store="parts", record_id="a", delta={}), "Write access denied")
        self.admin.ok("api_remove_user_store_access", username="ada", store="parts")
        self.assertEqual(ada.error("read", store="parts", record_id="a"), "No access to store 'parts'")
        self.admin.ok("api_set_user_password", username="ada", password="second password")
        self.assertEqual(self.raw_peer().shake_hands("RW", "ada", "first password")["type"], "error")
        self.assertEqual(self.raw_peer().shake_hands("RW", "ada", "second password")["type"], "auth_ok")
        self.admin.ok("api_delete_user", username="ada")
        self.assertNotIn("ada", json.dumps(self.admin.ok("api_list_users")))
        self.assertIn("default password again", json.dumps(self.admin.ok("api_get_event_log")))

    def test_bad_data_users_are_refused(self):
        self.admin.ok("api_create_user", username="bob", password="bob password")
        self.assertEqual(self.admin.refused("api_create_user", username="bob", password="bob password")[0], 409)
        self.assertEqual(self.admin.refused("api_create_user", username="eve", password="short")[0], 400)
        self.assertEqual(self.admin.refused("api_create_user", username="", password="long enough")[0], 400)
        self.assertEqual(self.admin.refused("api_set_user_password", username="bob", password="short")[0], 400)
        self.assertEqual(self.admin.refused("api_delete_user", username="nobody")[0], 404)
        self.assertEqual(self.admin.refused("api_set_user_store_access", username="nobody", store="parts", read=True,
                                            write=True)[0], 404)
        self.assertNotIn("eve", self.server.read_config()["users"])
        self.admin.ok("api_delete_user", username="bob")

    def test_a_control_user_from_birth_to_death(self):
        self.admin.ok("api_create_control_user", username="carl", password="carl password", role="viewer")
        listed = json.dumps(self.admin.ok("api_list_control_users"))
        self.assertIn("carl", listed)
        self.assertNotIn("pbkdf2", listed)
        carl = self.control("carl", "carl password")
        self.assertEqual(carl.refused("api_create_store", name="x")[0], 403)
        self.admin.ok("api_set_control_user_role", username="carl", role="operator")
        self.assertEqual(self.control().login("carl", "carl password").json["role"], "operator")
        self.admin.ok("api_set_control_user_password", username="carl", password="other password")
        self.assertEqual(self.control().login("carl", "carl password").status, 401)
        self.assertEqual(self.control().login("carl", "other password").status, 200)
        self.admin.ok("api_delete_control_user", username="carl")
        self.assertEqual(self.control().login("carl", "other password").status, 401)
        self.assertEqual(self.admin.refused("api_create_control_user", username="d", password="long enough",
                                            role="king")[0], 400)
        self.assertEqual(self.admin.refused("api_delete_control_user", username="nobody")[0], 404)

    def test_users_outlive_a_restart(self):
        self.admin.ok("api_create_user", username="dora", password="dora password")
        self.server.restart()
        self.assertEqual(self.raw_peer().shake_hands("RW", "dora", "dora password")["type"], "auth_ok")
        self.control("admin", CONTROL_USERS["admin"]).ok("api_delete_user", username="dora")


class Listeners(ServerCase):
    fixed_ports = True

    def setUp(self):
        self.admin = self.control("admin", CONTROL_USERS["admin"])

    def running(self):
        return {name: state["running"] for name, state in self.admin.ok("api_get_server_status").items()}

    def test_stop_start_restart(self):
        for name, address in (("http", self.server.http), ("socket", self.server.socket)):
            with self.subTest(name):
                result = self.admin.ok("api_server_control", server=name, op="stop")
                self.assertEqual((set(result), result["deferred"]), ({"message", "deferred"}, False))
                self.assertEqual(self.running(), {"control": True, "http": True, "socket": True, name: False})
                self.assertFalse(listens(address))
                for op in ("start", "restart"):
                    self.admin.ok("api_server_control", server=name, op=op)
                    self.assertTrue(self.running()[name])
                    self.assertTrue(listens(address))

    def test_stopping_the_socket_plane_says_goodbye(self):
        peer = self.peer("R")
        self.admin.ok("api_server_control", server="socket", op="stop")
        self.assertEqual(peer.receive(), {"type": "disconnect"})
        peer.expect_close()
        self.admin.ok("api_server_control", server="socket", op="start")
        self.assertEqual(self.peer("R").ok("ping"), "pong")

    def test_restarting_the_control_plane_is_deferred_until_the_answer_is_out(self):
        self.assertTrue(self.admin.ok("api_server_control", server="control", op="restart")["deferred"])
        # A listener closes before its connections, so that from here on only the new one can accept.
        self.admin.http.expect_close()
        wait_until(lambda: listens(self.server.control), "the control plane listens again")
        self.assertEqual(self.control().http.get("/check_active").json, {"active": True})

    def test_bad_orders_are_refused(self):
        for fields in ({"server": "ftp", "op": "stop"}, {"server": "http", "op": "jump"}, {"server": "http"},
                       {"op": "stop"}):
            self.assertEqual(self.admin.refused("api_server_control", **fields)[0], 400)

    def test_settings_of_a_listener(self):
        self.admin.ok("api_update_server_config", server="socket", heartbeat_interval=7)
        self.assertEqual(self.server.read_config()["servers"]["socket_server"]["heartbeat_interval"], 7)
        for bad in ({"server": "socket", "heartbeat_interval": "often"}, {"server": "socket", "max_clients": -1},
                    {"server": "ftp", "max_clients": 1}):
            self.assertEqual(self.admin.refused("api_update_server_config", **bad)[0], 400)


class ControlStops(ServerCase):
    def test_the_control_plane_stops_and_the_others_go_on(self):
        admin = self.control("admin", CONTROL_USERS["admin"])
        self.assertTrue(admin.ok("api_server_control", server="control", op="stop")["deferred"])
        wait_until(lambda: not listens(self.server.control), "the control plane stops listening")
        self.assertEqual(self.peer("R").ok("ping"), "pong")
        self.assertEqual(self.web().get("/health").status, 200)


class Security(ServerCase):
    def setUp(self):
        self.admin = self.control("admin", CONTROL_USERS["admin"])

    def test_data_security(self):
        self.assertEqual(self.admin.ok("api_get_data_security"),
                         {"protect_reads": False, "disable_default_password": False})
        self.admin.ok("api_set_data_security", disable_default_password=True)
        try:
            self.assertEqual(self.raw_peer().shake_hands("RW"), {
                "type": "error", "error": "Write access disabled — configure users to enable writes"})
            self.assertTrue(self.server.read_config()["data_security"]["disable_default_password"])
        finally:
            self.admin.ok("api_set_data_security", protect_reads=False, disable_default_password=False)
        self.assertEqual(self.admin.refused("api_set_data_security", protect_reads="maybe")[0], 400)

    def test_the_panel_password_and_sessions(self):
        self.assertEqual(self.admin.refused("api_set_auth_password", password="short")[0], 400)
        self.admin.ok("api_set_auth_password", password="another panel password")
        self.assertEqual(self.control().http.post("/auth/login", {"password": "another panel password"}).status, 200)
        self.assertEqual(self.admin.refused("api_set_auth_session_ttl", session_ttl=59)[0], 400)
        self.admin.ok("api_set_auth_session_ttl", session_ttl=60)
        other = self.control("viewer", CONTROL_USERS["viewer"])
        self.admin.ok("api_invalidate_all_sessions")
        self.assertEqual(other.refused("api_list_stores")[0], 401)
        self.assertEqual(self.admin.refused("api_list_stores")[0], 401)

    def test_the_login_may_be_switched_off_on_loopback(self):
        self.admin.ok("api_disable_auth")
        self.control().ok("api_list_stores")
        self.control().ok("api_enable_auth")
        self.assertEqual(self.control().refused("api_list_stores")[0], 401)


class Status(ServerCase):
    def setUp(self):
        self.admin = self.control("admin", CONTROL_USERS["admin"])

    def test_database(self):
        info = self.admin.ok("api_get_db_info")
        self.assertLessEqual({"name", "base_path", "store_count", "health"}, set(info))
        self.assertEqual(info["store_count"], 1)
        self.admin.ok("api_update_db_settings", name="warehouse")
        self.assertEqual(self.admin.ok("api_get_db_info")["name"], "warehouse")
        self.assertEqual(self.admin.ok("api_get_db_settings")["name"], "warehouse")

    def test_dashboard(self):
        self.assertLessEqual({"db", "servers", "totals", "stores", "events", "started_at", "ts"},
                             set(self.admin.ok("api_get_dashboard")))
        for store in self.admin.ok("api_get_dashboard")["stores"]:
            self.assertGreaterEqual(store["index_ram_bytes"], 0)
            self.assertEqual(store["index_disk_bytes"], 0)

    def test_events(self):
        self.admin.ok("api_create_store", name="eventful")
        self.admin.ok("api_delete_store", name="eventful")
        events = self.admin.ok("api_get_event_log", limit=50)["events"]
        self.assertIn("eventful", json.dumps(events))
        self.assertEqual({frozenset(event) for event in events}, {frozenset({"ts", "level", "source", "message"})})
        self.assertLessEqual({event["level"] for event in events}, {"info", "warning", "error", "recovery"})
        self.assertEqual(len(self.admin.ok("api_get_event_log", limit=1)["events"]), 1)
        self.assertEqual(self.admin.ok("api_get_event_log", level="recovery")["events"], [])
        self.assertEqual(self.admin.refused("api_get_event_log", level="loud")[0], 400)


class AuthDisabled(ServerCase):
    config = {"servers": {"control_server": {"auth": {"enabled": False}}}}

    def test_the_caller_is_admin_on_loopback(self):
        self.control().ok("api_update_db_settings", name="open")
        self.assertFalse(self.control().http.get("/auth/status").json["enabled"])
