"""Password hashes in the form that config.json holds."""

import hashlib
import secrets

# Few iterations: tests log in often, and an old count is accepted as it stands.
_ITERATIONS = 1000


def password_hash(password):
    salt = secrets.token_hex(8)
    digest = hashlib.pbkdf2_hmac("sha256", password.encode("utf-8"), salt.encode("utf-8"), _ITERATIONS)
    return f"pbkdf2:sha256:{_ITERATIONS}:{salt}:{digest.hex()}"


def user(name, password, **stores):
    """A data-plane user; `stores` maps store names to "r", "w", "rw" or ""."""
    access = {store: {"read": "r" in rights, "write": "w" in rights} for store, rights in stores.items()}
    return {"username": name, "password_hash": password_hash(password), "stores": access}


def control_user(name, password, role):
    return {"username": name, "password_hash": password_hash(password), "role": role}
