import hashlib
import unittest

from mkdb_client import MkDBRecordNotFoundError
from mkdb_client.credentials import AuthManager
from mkdb_client.responses import GetResponse


class Store:
    def __init__(self):
        self.records = {}

    def set(self, store, record_id, delta, if_revision=None):
        self.records[store, record_id] = delta

    def get(self, store, record_id, track_records=None):
        if (store, record_id) not in self.records:
            raise MkDBRecordNotFoundError("none")
        return GetResponse(store, record_id, self.records[store, record_id])


class Credentials(unittest.TestCase):
    def setUp(self):
        self.store = Store()
        self.auth = AuthManager(self.store, iterations=10)

    def test_the_password_is_validated_and_not_stored(self):
        self.auth.register("ada", "größer")
        record = self.store.records["__auth__", "ada"]
        self.assertEqual(set(record), {"auth.salt", "auth.hash"})
        self.assertNotIn("größer", str(record))
        self.assertTrue(self.auth.validate("ada", "größer"))
        self.assertFalse(self.auth.validate("ada", "kleiner"))
        self.assertFalse(self.auth.validate("bob", "größer"))

    def test_equal_passwords_have_different_hashes(self):
        self.auth.register("ada", "same")
        self.auth.register("bob", "same")
        self.assertNotEqual(*(record["auth.hash"] for record in self.store.records.values()))

    def test_hashes_of_older_clients_and_nested_stores_are_accepted(self):
        digest = hashlib.sha256(b"secret" + b"salty").hexdigest()
        self.store.records["__auth__", "flat"] = {"auth.salt": "salty", "auth.hash": digest}
        self.store.records["__auth__", "deep"] = {"auth": {"salt": "salty", "hash": digest}}
        for user in ("flat", "deep"):
            self.assertTrue(self.auth.validate(user, "secret"))
            self.assertFalse(self.auth.validate(user, "Secret"))

    def test_a_damaged_record_admits_nobody(self):
        for record in ({}, {"auth.hash": ""}, {"auth.hash": 7, "auth.salt": "x"}, {"auth": 3},
                       {"auth.hash": "pbkdf2:sha256:0:x:", "auth.salt": "x"}):
            self.store.records["__auth__", "ada"] = record
            self.assertFalse(self.auth.validate("ada", "anything"))

    def test_empty_credentials_are_refused(self):
        for pair in (("", "password"), ("ada", "")):
            with self.assertRaises(ValueError):
                self.auth.register(*pair)
