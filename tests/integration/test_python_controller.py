"""MkDBController against the real server."""

from support.case import ServerCase
from support.client_path import CLIENT_DIRECTORY  # noqa: F401  makes the package importable
from support.server import CONTROL_USERS

from mkdb_client import (
    ControllerConnectionError,
    ControllerError,
    MkDBAuthError,
    MkDBController,
    MkDBStoreExistsError,
    MkDBStoreNotFoundError,
)


class ControllerCase(ServerCase):
    fixed_ports = True

    def controller(self, role="admin"):
        ctrl = MkDBController(*self.server.control)
        self.addCleanup(ctrl.close)
        self.assertEqual(ctrl.login(username=role, password=CONTROL_USERS[role]), role)
        return ctrl


class EveryAction(ControllerCase):
    def setUp(self):
        self.ctrl = self.controller()

    def names(self):
        return [store["name"] for store in self.ctrl.list_stores()]

    def test_stores(self):
        self.ctrl.create_store("orders", description="Customer orders")
        self.assertIn({"name": "orders", "description": "Customer orders"},
                      [{key: store[key] for key in ("name", "description")} for store in self.ctrl.list_stores()])
        self.ctrl.update_store("orders", description="All orders")
        self.ctrl.update_store_config("orders", ram_config={"max_size": 5000}, default_query_limit=7)
        self.assertIn("5000", str(self.ctrl.get_store_config("orders")))
        self.assertEqual(len(self.ctrl.generate_id("orders", 3)), 3)
        self.peer().ok("write", store="orders", record_id="a", delta={"n": 1})
        self.assertEqual(self.ctrl.query_store("orders", {"n": 1})["ids"], ["a"])
        self.assertEqual(self.ctrl.discover_store_fields("orders")["new_fields"], ["n"])
        self.assertEqual(self.ctrl.rebuild_store_indexes("orders")["count"], 0)
        self.assertEqual(self.ctrl.compact_store("orders")["segments_in"], 0)
        self.assertIn("'a'", str(self.ctrl.export_store_json("orders")))
        self.assertEqual(self.ctrl.store_metrics("orders")["writes"], 1)
        self.assertIn("orders", str(self.ctrl.all_store_metrics()))
        self.ctrl.reset_store_metrics("orders")
        self.ctrl.delete_store("orders")
        self.assertNotIn("orders", self.names())

    def test_a_store_is_made_with_its_settings(self):
        schema = {"required": ["n"]}
        self.ctrl.create_store("made", ram_config={"index_ram_threshold_bytes": 1 << 20},
                               schema_config={"fields": {"n": {"queryable": "numeric"}}, "json_schema": schema})
        made = self.ctrl.get_store_config("made")
        self.assertEqual(made["ram_config"]["index_ram_threshold_bytes"], 1 << 20)
        self.assertEqual(made["schema_config"]["json_schema"], schema)
        with self.assertRaisesRegex(ControllerError, "index_ram_threshold_bytes is 1.5, expected an integer from 0 "):
            self.ctrl.create_store("unmade", ram_config={"index_ram_threshold_bytes": 1.5})
        with self.assertRaisesRegex(ControllerError, 'unknown keyword "dependencies": since 2020-12 it is '):
            self.ctrl.create_store("unmade", schema_config={"json_schema": {"dependencies": {}}})
        self.assertNotIn("unmade", self.names())
        self.ctrl.delete_store("made")

    def test_users(self):
        self.ctrl.create_user("ada", "ada password")
        self.assertIn("ada", str(self.ctrl.list_users()))
        self.ctrl.set_user_store_access("ada", "parts", read=True, write=True)
        self.ctrl.set_user_password("ada", "new password")
        self.assertEqual(self.peer("RW", "ada", "new password").ok("query", store="parts", filter={})["count"], 0)
        self.ctrl.remove_user_store_access("ada", "parts")
        self.ctrl.delete_user("ada")
        self.ctrl.create_control_user("bob", "bob password", role="viewer")
        self.assertIn("bob", str(self.ctrl.list_control_users()))
        self.ctrl.set_control_user_role("bob", "operator")
        self.ctrl.set_control_user_password("bob", "new password")
        self.ctrl.delete_control_user("bob")

    def test_servers(self):
        self.assertEqual(self.ctrl.server_status(), {"control": True, "socket": True, "http": True})
        self.ctrl.server_stop("http")
        self.assertFalse(self.ctrl.server_status()["http"])
        self.ctrl.server_start("http")
        self.ctrl.server_restart("socket")
        self.assertTrue(all(self.ctrl.server_status().values()))
        self.assertTrue(self.ctrl.get_server_status()["http"]["running"])
        self.ctrl.update_server_config("http", cors_max_age=60)

    def test_database_and_security(self):
        self.assertTrue(self.ctrl.check_active())
        self.assertIn("health", self.ctrl.get_db_info())
        self.assertIn("totals", self.ctrl.dashboard())
        self.assertIsInstance(self.ctrl.get_event_log(limit=5), list)
        self.assertIn("total", self.ctrl.rate_limit_log(limit=100))
        self.ctrl.update_db_settings(name="named")
        self.assertEqual(self.ctrl.db_settings()["name"], "named")
        self.assertTrue(self.ctrl.auth_status())
        self.ctrl.set_auth_session_ttl(600)
        self.ctrl.set_auth_password("a panel password")
        self.ctrl.set_data_security(disable_default_password=True)
        self.assertTrue(self.ctrl.data_security()["disable_default_password"])
        self.ctrl.set_data_security(disable_default_password=False)


class Refusals(ControllerCase):
    def test_each_has_its_class_and_status(self):
        admin, viewer = self.controller(), self.controller("viewer")
        for call, cls, status in [
            (lambda: admin.create_store("parts"), MkDBStoreExistsError, 409),
            (lambda: admin.get_store_config("nowhere"), MkDBStoreNotFoundError, 404),
            (lambda: viewer.create_store("x"), MkDBAuthError, 403),
            (lambda: admin.call("fly"), ControllerError, 400),
            (lambda: MkDBController(*self.server.control).login("admin", "wrong"), MkDBAuthError, 401),
        ]:
            with self.assertRaises(ControllerError) as caught:
                call()
            self.assertIsInstance(caught.exception, cls)
            self.assertEqual(caught.exception.status, status)
        admin.logout()
        with self.assertRaises(MkDBAuthError):
            admin.list_stores()

    def test_nobody_listens(self):
        with self.assertRaises(ControllerConnectionError):
            MkDBController(port=1).login("admin", "x")
