"""Socket plane: the handshake, and who may do what."""

from support.case import ServerCase
from support.passwords import user
from support.wire import Closed

READY = {"type": "ready", "can_read": True, "can_write": False}
READ_DENIED = "Read access denied — reconnect with 'R' or 'RW' access"
WRITE_DENIED = "Write access denied — reconnect with 'W' or 'RW' access"
WRITE_DISABLED = "Write access disabled — configure users to enable writes"


def error(text):
    return {"type": "error", "error": text}


class WithoutUsers(ServerCase):
    def test_the_server_speaks_first(self):
        self.assertEqual(self.raw_peer().receive(),
                         {"type": "permissions", "read_protected": False, "write_protected": True})

    def test_reading_needs_no_credentials(self):
        for message in ({"access": "R"}, {"access": "r"}, {}):
            with self.subTest(message):
                peer = self.raw_peer()
                peer.receive()
                peer.send(message)
                self.assertEqual(peer.receive(), READY)
                self.assertEqual(peer.ok("ping"), "pong")

    def test_writing_needs_the_default_password(self):
        for access, can_read in (("W", False), ("RW", True), ("rw", True), ("w", False)):
            with self.subTest(access):
                peer = self.raw_peer()
                peer.receive()
                peer.send({"access": access})
                self.assertEqual(peer.receive(), {"type": "auth_required"})
                peer.send({"type": "auth", "username": "", "password": "mk_db"})
                self.assertEqual(peer.receive(),
                                 {"type": "auth_ok", "username": "", "can_read": can_read, "can_write": True})

    def test_a_wrong_password_is_refused_and_the_connection_closed(self):
        peer = self.raw_peer()
        self.assertEqual(peer.shake_hands("RW", "", "mk_dB"), error("Invalid credentials"))
        peer.expect_close()

    def test_other_kinds_of_access_are_refused(self):
        for access in ("X", "", "RWX", 5, None, ["R"]):
            with self.subTest(access=access):
                peer = self.raw_peer()
                peer.receive()
                peer.send({"access": access})
                self.assertEqual(peer.receive(), error("access must be 'R', 'W', or 'RW'"))
                peer.expect_close()

    def test_anything_but_credentials_is_refused(self):
        for message in ({"type": "request", "id": "1", "action": "ping"}, {"username": "", "password": "mk_db"}):
            with self.subTest(message):
                peer = self.raw_peer()
                peer.receive()
                peer.send({"access": "RW"})
                peer.receive()
                peer.send(message)
                self.assertEqual(peer.receive(), error("Expected auth message"))
                peer.expect_close()

    def test_access_limits_the_requests(self):
        reader, writer = self.peer("R"), self.peer("W")
        self.assertEqual(reader.error("write", store="parts", record_id="a", delta={}), WRITE_DENIED)
        self.assertEqual(reader.error("delete", store="parts", record_id="a"), WRITE_DENIED)
        writer.ok("write", store="parts", record_id="a", delta={"n": 1})
        self.assertEqual(writer.error("read", store="parts", record_id="a"), READ_DENIED)
        self.assertEqual(writer.error("query", store="parts", filter={}), READ_DENIED)

    def test_the_credential_store_is_for_authenticated_connections(self):
        self.peer().ok("write", store="__auth__", record_id="ada", delta={"auth.salt": "s", "auth.hash": "h"})
        self.assertEqual(self.peer().ok("read", store="__auth__", record_id="ada"),
                         {"_id": "ada", "auth.salt": "s", "auth.hash": "h"})
        anonymous = self.peer("R")
        self.assertRegex(anonymous.error("read", store="__auth__", record_id="ada"), "access|not found")
        self.assertRegex(anonymous.error("query", store="__auth__", filter={}), "access|not found")
        self.assertNotIn("__auth__", [store["name"] for store in anonymous.ok("list_stores")])


class DefaultPasswordDisabled(ServerCase):
    config = {"data_security": {"disable_default_password": True}}

    def test_writing_is_disabled_and_reading_is_not(self):
        for access in ("W", "RW"):
            peer = self.raw_peer()
            self.assertEqual(peer.shake_hands(access), error(WRITE_DISABLED))
            peer.expect_close()
        self.assertEqual(self.raw_peer().shake_hands("R"), READY)


class WithUsers(ServerCase):
    stores = ("parts", "orders", "diary")
    config = {"users": {"ada": user("ada", "ada-password", parts="rw", orders="r", diary="w"),
                        "bob": user("bob", "bob-password")}}

    def test_reading_stays_open_while_no_store_is_protected(self):
        self.assertFalse(self.raw_peer().receive()["read_protected"])
        self.assertEqual(self.raw_peer().shake_hands("R"), READY)

    def test_the_pair_must_be_a_users(self):
        self.assertEqual(self.raw_peer().shake_hands("RW", "ada", "ada-password"),
                         {"type": "auth_ok", "username": "ada", "can_read": True, "can_write": True})
        for pair in (("ada", "bob-password"), ("ada", ""), ("", "mk_db"), ("ada", "mk_db"), ("eve", "ada-password")):
            with self.subTest(pair):
                peer = self.raw_peer()
                self.assertEqual(peer.shake_hands("RW", *pair), error("Invalid credentials"))
                peer.expect_close()

    def test_rights_are_those_of_the_user_in_the_store(self):
        ada = self.peer("RW", "ada", "ada-password")
        ada.ok("write", store="parts", record_id="a", delta={"n": 1})
        ada.ok("read", store="parts", record_id="a")
        self.assertEqual(ada.error("write", store="orders", record_id="a", delta={}), "Write access denied")
        self.assertEqual(ada.error("delete", store="orders", record_id="a"), "Write access denied")
        ada.ok("write", store="diary", record_id="a", delta={"n": 1})
        self.assertEqual(ada.error("read", store="diary", record_id="a"), "Read access denied")
        self.assertCountEqual([store["name"] for store in ada.ok("list_stores")], ["orders", "parts"])

    def test_a_store_that_is_not_granted_is_closed(self):
        bob = self.peer("RW", "bob", "bob-password")
        for action, fields in (("write", {"delta": {}}), ("delete", {}), ("read", {})):
            self.assertEqual(bob.error(action, store="parts", record_id="a", **fields), "No access to store 'parts'")
        self.assertEqual(bob.error("query", store="parts", filter={}), "No access to store 'parts'")
        self.assertEqual(bob.ok("list_stores"), [])

    def test_a_deleted_user_has_no_rights_any_more(self):
        admin = self.control("admin", "admin-password")
        admin.ok("api_create_user", username="carl", password="carl-password")
        admin.ok("api_set_user_store_access", username="carl", store="parts", read=True, write=True)
        carl = self.peer("RW", "carl", "carl-password")
        carl.ok("write", store="parts", record_id="c", delta={})
        admin.ok("api_delete_user", username="carl")
        self.assertEqual(carl.error("write", store="parts", record_id="c", delta={}),
                         "Authenticated user no longer exists")


class ProtectedReads(ServerCase):
    stores = {"parts": {"protect_reads": True}, "orders": {}}
    config = {"users": {"ada": user("ada", "ada-password", parts="r")}}

    def test_reading_needs_credentials(self):
        peer = self.raw_peer()
        self.assertEqual(peer.receive(), {"type": "permissions", "read_protected": True, "write_protected": True})
        peer.send({"access": "R"})
        self.assertEqual(peer.receive(), {"type": "auth_required"})
        peer.send({"type": "auth", "username": "ada", "password": "ada-password"})
        self.assertEqual(peer.receive(), {"type": "auth_ok", "username": "ada", "can_read": True, "can_write": False})
        self.assertEqual(peer.ok("query", store="parts", filter={})["count"], 0)
        self.assertEqual(peer.error("write", store="parts", record_id="a", delta={}), WRITE_DENIED)


class Limits(ServerCase):
    config = {"servers": {"socket_server": {"max_clients": 2, "recv_timeout": 1}}}

    def test_the_client_above_the_limit_is_told_and_a_place_that_falls_free_is_given_again(self):
        first, second = self.peer("R"), self.peer("R")
        third = self.raw_peer()
        self.assertEqual(third.receive(), error("Server full"))
        third.expect_close()
        self.assertEqual(first.ok("ping"), "pong")
        second.close()
        while True:
            peer = self.raw_peer()
            if peer.receive()["type"] == "permissions":
                break
        first.close()
        peer.close()

    def test_a_handshake_must_come_to_its_end(self):
        for last_step in ("nothing", "access"):
            with self.subTest(last_step):
                peer = self.raw_peer()
                self.assertEqual(peer.receive()["type"], "permissions")
                if last_step == "access":
                    peer.send({"access": "RW"})
                    self.assertEqual(peer.receive(), {"type": "auth_required"})
                with self.assertRaises(Closed):
                    while True:
                        self.assertEqual(peer.receive(timeout=5)["type"], "error")
