"""Writes a directory as PyMkDB leaves it: `config.json`, `stores/S/S_NNN.log`, `stores/S/S.idx` and
`stores/S/blobs/`."""

import json
import os

from .passwords import control_user, password_hash


class PymkdbStore:
    """One store; every call adds what PyMkDB would add to its files."""

    def __init__(self, directory, name, segment_threshold=1 << 30, blob_threshold=5 << 20):
        self.name = name
        self.path = os.path.join(directory, "stores", name)
        os.makedirs(self.path)
        self._segment_threshold = segment_threshold
        self._blob_threshold = blob_threshold
        self._segment = 1
        self._places = {}
        self.append_to_log(b"")
        self.append_to_index("")

    @property
    def index(self):
        return os.path.join(self.path, f"{self.name}.idx")

    def log(self, segment=None):
        return os.path.join(self.path, f"{self.name}_{segment or self._segment:03d}.log")

    def write(self, record_id, fields):
        line = f"{record_id} {json.dumps(fields, ensure_ascii=False)}"
        if len(line.encode()) > self._blob_threshold:
            place = self._write_blob(record_id, line)
        else:
            place = self.append_to_log(line.encode() + b"\n")
        self._places[record_id] = place
        self.append_to_index(f"{record_id}:{':'.join(map(str, place))}\n")

    def delete(self, record_id):
        place = self._places.pop(record_id)
        self.append_to_index(f"!{record_id}:{':'.join(map(str, place))}\n")

    def rewrite_index(self):
        """As a clean stop does: what is deleted is no longer mentioned."""
        with open(self.index, "w", encoding="utf-8") as file:
            for record_id, place in self._places.items():
                file.write(f"{record_id}:{':'.join(map(str, place))}\n")

    def append_to_log(self, data):
        """Returns segment, offset and size; begins a new segment when the old one is full."""
        segment = self._segment
        with open(self.log(), "ab") as file:
            offset = file.tell()
            file.write(data)
            if file.tell() >= self._segment_threshold:
                self._segment += 1
                open(self.log(), "ab").close()
        return f"{segment:03d}", offset, len(data)

    def append_to_index(self, text):
        with open(self.index, "a", encoding="utf-8") as file:
            file.write(text)

    def _write_blob(self, record_id, line):
        os.makedirs(os.path.join(self.path, "blobs"), exist_ok=True)
        name = record_id.replace("/", "_").replace("\\", "_").replace("..", "_") + ".dat"
        with open(os.path.join(self.path, "blobs", name), "wb") as file:
            file.write(line.encode())
        return f"blobs/{name}", 0, len(line.encode())


def write_config(directory, stores, **sections):
    """A configuration of that time: without the keys that are new, with users of both planes."""
    config = {
        "name": "shop", "storage_nodes": [],
        "stores": {name: {"name": name, **settings} for name, settings in stores.items()},
        "servers": {plane: {"enabled": True, "address": {"host": "127.0.0.1", "port": 0},
                            "auth": {"enabled": True, "password_hash": password_hash("panel-password"),
                                     "session_ttl": 3600}}
                    for plane in ("control_server", "socket_server", "http_server")},
        "backup": {"enabled": False, "interval": 3600, "directory": "backups"},
        "users": {"ann": {"username": "ann", "password_hash": password_hash("ann-password"),
                          "stores": {name: {"read": True, "write": True} for name in stores}}},
        "data_security": {"protect_reads": False, "disable_default_password": False},
        "control_users": {"admin": control_user("admin", "admin-password", "admin")},
        **sections,
    }
    os.makedirs(directory, exist_ok=True)
    with open(os.path.join(directory, "config.json"), "w", encoding="utf-8") as file:
        json.dump(config, file)
