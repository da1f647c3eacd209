"""Runs the real server: a database directory of its own, ports that nobody else has."""

import json
import os
import queue
import shutil
import signal
import socket
import subprocess
import tempfile
import threading

from .passwords import control_user, password_hash

START_SECONDS = 30
STOP_SECONDS = 10
PANEL_PASSWORD = "panel-password"
CONTROL_USERS = {"admin": "admin-password", "operator": "operator-password", "viewer": "viewer-password"}


def binary():
    path = os.environ.get("MKDB_BINARY")
    if not path:
        raise RuntimeError("set MKDB_BINARY to the mkdb program that is to be tested")
    return path


def run(*arguments, timeout=START_SECONDS, **options):
    """Runs the program to its end and returns the finished process, output captured as text."""
    return subprocess.run([binary(), *arguments], capture_output=True, text=True, timeout=timeout, **options)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def merge(target, changes):
    """Changes a nested dictionary in place, key by key."""
    for key, value in changes.items():
        if isinstance(value, dict) and isinstance(target.get(key), dict):
            merge(target[key], value)
        else:
            target[key] = value
    return target


class Server:
    """One database directory and, between `start` and `stop`, the process that serves it.

    `stores` names the stores to begin with, or maps them to their settings; `config` is merged into
    config.json. With fixed_ports=True a restart listens where it did before. The directory is made below
    `parent`, or among the temporary files.
    """

    def __init__(self, stores=(), config=None, fixed_ports=False, parent=None):
        self._parent = tempfile.mkdtemp(prefix="mkdb-test-", dir=parent)
        self.directory = os.path.join(self._parent, "db")
        self.process = None
        self.ready = None
        generated = run(self.directory, "-c")
        if generated.returncode != 0:
            raise AssertionError(f"'mkdb DIR -c' failed: {generated.stderr}")
        self.edit_config(self._test_settings(stores, fixed_ports))
        self.edit_config(config or {})

    @property
    def config_path(self):
        return os.path.join(self.directory, "config.json")

    @property
    def socket(self):
        return self._address("socket")

    @property
    def http(self):
        return self._address("http")

    @property
    def control(self):
        return self._address("control")

    def read_config(self):
        with open(self.config_path, encoding="utf-8") as file:
            return json.load(file)

    def edit_config(self, changes):
        config = merge(self.read_config(), changes)
        with open(self.config_path, "w", encoding="utf-8") as file:
            json.dump(config, file)

    def start(self):
        log = open(self.log_path, "ab")
        with log:
            self.process = subprocess.Popen([binary(), "serve", self.directory, "--json"],
                                            stdout=subprocess.PIPE, stderr=log, stdin=subprocess.DEVNULL)
        self.ready = json.loads(self._first_line())
        if self.ready.get("ready") is not True:
            raise AssertionError(f"the first line of output says {self.ready}")
        return self

    def stop(self, how=signal.SIGTERM):
        """A clean stop; fails the test when it is not clean or not within 10 s."""
        process = self.process
        process.send_signal(how)
        try:
            status = process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"no clean stop within {STOP_SECONDS} s; log:\n{self.log()}") from None
        self._forget()
        if status != 0:
            raise AssertionError(f"stopped with status {status}; log:\n{self.log()}")

    def kill(self):
        self.process.kill()
        self.process.wait()
        self._forget()

    def restart(self):
        self.stop()
        return self.start()

    def remove(self):
        if self.process is not None:
            self.kill()
        shutil.rmtree(self._parent, ignore_errors=True)

    @property
    def log_path(self):
        return os.path.join(self._parent, "log")

    def log(self, tail=4000):
        with open(self.log_path, encoding="utf-8", errors="replace") as file:
            return file.read()[-tail:]

    def _address(self, plane):
        return self.ready[plane]["host"], self.ready[plane]["port"]

    def _first_line(self):
        lines = queue.Queue()
        output = self.process.stdout
        threading.Thread(target=lambda: lines.put(output.readline()), daemon=True).start()
        try:
            line = lines.get(timeout=START_SECONDS)
        except queue.Empty:
            line = b""
        if not line:
            self.kill()
            raise AssertionError(f"the server did not get ready; log:\n{self.log()}")
        return line

    def _forget(self):
        self.process.stdout.close()
        self.process = None

    def _test_settings(self, stores, fixed_ports):
        named = stores if isinstance(stores, dict) else {name: {} for name in stores}
        address = lambda: {"address": {"host": "127.0.0.1", "port": free_port() if fixed_ports else 0}}
        return {
            "stores": {name: {"name": name, "partitions": 2, **settings} for name, settings in named.items()},
            "servers": {
                "socket_server": address(),
                "http_server": {**address(), "max_requests_per_second": 1000000},
                "control_server": {**address(),
                                   "auth": {"enabled": True, "password_hash": password_hash(PANEL_PASSWORD)}},
            },
            "control_users": {name: control_user(name, password, name) for name, password in CONTROL_USERS.items()},
        }
