"""User accounts of an application, kept in the store `__auth__`: `client.auth`.

A record is named after its user and holds `auth.salt` and `auth.hash`. New hashes are
PBKDF2-HMAC-SHA256 and say so themselves; a bare hash is SHA-256 of password + salt, as older
clients wrote it, and is still accepted.
"""

import hashlib
import hmac
import secrets

from .errors import MkDBRecordNotFoundError, MkDBStoreNotFoundError

AUTH_STORE = "__auth__"
ITERATIONS = 600_000

_SCHEME = "pbkdf2:sha256"


class AuthManager:
    def __init__(self, client, iterations=ITERATIONS):
        self._client = client
        self._iterations = iterations

    def register(self, username, password, replace=True):
        """Stores the user; with replace=False an existing one is a MkDBRevisionConflictError."""
        if not username or not password:
            raise ValueError("a user needs a name and a password")
        salt = secrets.token_hex(16)
        delta = {"auth.salt": salt, "auth.hash": _new_hash(password, salt, self._iterations)}
        return self._client.set(AUTH_STORE, username, delta, if_revision=None if replace else 0)

    def validate(self, username, password):
        """True when the user exists and this is their password."""
        try:
            record = self._client.get(AUTH_STORE, username, track_records=False).data
        except (MkDBRecordNotFoundError, MkDBStoreNotFoundError):
            # As slow as for a user who exists, so that the time does not tell who does.
            _new_hash(password, "no such user", self._iterations)
            return False
        salt, stored = _credentials(record)
        if not isinstance(stored, str) or not stored or not isinstance(salt, str):
            return False
        return hmac.compare_digest(_hash_like(stored, password, salt).encode(), stored.encode())


def _credentials(record):
    # A store with nested queries has turned the dotted names into an object.
    nested = record.get("auth") if isinstance(record.get("auth"), dict) else {}
    salt = record.get("auth.salt", nested.get("salt")) or ""
    return salt, record.get("auth.hash", nested.get("hash")) or ""


def _new_hash(password, salt, iterations):
    digest = hashlib.pbkdf2_hmac("sha256", password.encode("utf-8"), salt.encode("utf-8"), iterations)
    return f"{_SCHEME}:{iterations}:{salt}:{digest.hex()}"


def _hash_like(stored, password, salt):
    parts = stored.split(":")
    if len(parts) == 5 and stored.startswith(_SCHEME + ":") and parts[2].isdigit() and int(parts[2]) > 0:
        return _new_hash(password, parts[3], int(parts[2]))
    return hashlib.sha256((password + salt).encode("utf-8")).hexdigest()
