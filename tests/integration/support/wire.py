"""A second client, written from the protocol document alone.

It shares no line with the client package, so that server and client cannot agree on a mistake. It
hides nothing: tests see frames, statuses and headers as they came.
"""

import base64
import http.client
import json
import socket
import struct
import time

MAX_FRAME = 10 * 1024 * 1024
PATIENCE = 10


class Closed(Exception):
    """The server has closed the connection."""


def frame(message):
    return raw_frame(json.dumps(message).encode("utf-8"))


def raw_frame(body):
    return struct.pack(">I", len(body)) + body


class Peer:
    """One connection to the socket plane."""

    def __init__(self, address):
        self.sock = socket.create_connection(address, PATIENCE)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._count = 0
        self._kept = []
        self.answers_pings = True

    def close(self):
        self.sock.close()

    def send(self, message):
        self.sock.sendall(frame(message))

    def send_bytes(self, data):
        self.sock.sendall(data)

    def receive(self, timeout=PATIENCE):
        """The next frame that is no heartbeat; heartbeats are answered unless answers_pings is off."""
        deadline = time.monotonic() + timeout
        while True:
            message = self._receive_frame(deadline)
            if message == {"type": "ping"} and self.answers_pings:
                self.send({"type": "pong"})
                continue
            return message

    def expect_close(self, timeout=PATIENCE):
        """Passes when the server closes; a frame before that fails."""
        try:
            message = self.receive(timeout)
        except Closed:
            return
        raise AssertionError(f"expected the server to close, got {message}")

    def shake_hands(self, access="RW", username="", password="mk_db"):
        """The whole handshake; returns its last frame, which is ready, auth_ok or an error."""
        first = self.receive()
        if first.get("type") != "permissions":
            return first
        self.send({"access": access})
        answer = self.receive()
        if answer.get("type") == "auth_required":
            self.send({"type": "auth", "username": username, "password": password})
            answer = self.receive()
        return answer

    def ask(self, action, **fields):
        """Sends a request and returns its id."""
        self._count += 1
        request_id = f"w{self._count}"
        self.send({"type": "request", "id": request_id, "action": action, **fields})
        return request_id

    def answer_to(self, request_id, timeout=PATIENCE):
        """The response to a request; its receipt must have come before. Other frames are kept."""
        receipt = {"type": "receipt", "id": request_id}
        self._take(lambda message: message == receipt or self._is_response(message, request_id), timeout, receipt)
        return self._take(lambda message: self._is_response(message, request_id), timeout)

    def request(self, action, **fields):
        return self.answer_to(self.ask(action, **fields))

    def ok(self, action, **fields):
        """The data of a request that must succeed."""
        response = self.request(action, **fields)
        if response.get("status") != "ok" or response.get("error") is not None:
            raise AssertionError(f"{action} failed: {response}")
        return response["data"]

    def error(self, action, **fields):
        """The error text of a request that must fail."""
        response = self.request(action, **fields)
        if response.get("status") != "error" or not isinstance(response.get("error"), str):
            raise AssertionError(f"{action} was expected to fail: {response}")
        if response.get("data") is not None:
            raise AssertionError(f"a failure has data: {response}")
        return response["error"]

    def next_of(self, kind, timeout=PATIENCE):
        """The next frame of this type; others are kept for later."""
        return self._take(lambda message: message.get("type") == kind, timeout)

    @staticmethod
    def _is_response(message, request_id):
        return message.get("type") == "response" and message.get("id") == request_id

    def _take(self, wanted, timeout, exactly=None):
        deadline = time.monotonic() + timeout
        for position, message in enumerate(self._kept):
            if wanted(message):
                found = self._kept.pop(position)
                break
        else:
            found = self.receive(deadline - time.monotonic())
            while not wanted(found):
                self._kept.append(found)
                found = self.receive(deadline - time.monotonic())
        if exactly is not None and found != exactly:
            raise AssertionError(f"expected {exactly} first, got {found}")
        return found

    def _receive_frame(self, deadline):
        (length,) = struct.unpack(">I", self._read(4, deadline))
        if not 0 < length <= MAX_FRAME:
            raise AssertionError(f"the server sent a frame of {length} bytes")
        message = json.loads(self._read(length, deadline).decode("utf-8"))
        if not isinstance(message, dict):
            raise AssertionError(f"the server sent {message!r}")
        return message

    def _read(self, size, deadline):
        data = bytearray()
        while len(data) < size:
            self.sock.settimeout(max(0.001, deadline - time.monotonic()))
            try:
                chunk = self.sock.recv(size - len(data))
            except ConnectionError:
                raise Closed from None
            if not chunk:
                raise Closed
            data += chunk
        return bytes(data)


class Answer:
    """An HTTP answer: status, headers, body, and the body as JSON."""

    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.will_close = response.will_close
        self.body = response.read()

    @property
    def json(self):
        return json.loads(self.body.decode("utf-8"))

    @property
    def data(self):
        return self.json["data"]

    def __repr__(self):
        return f"{self.status} {self.body[:300]!r}"


class Http:
    """One keep-alive connection to an HTTP listener."""

    def __init__(self, address, username=None, password=None):
        self.connection = http.client.HTTPConnection(*address, timeout=PATIENCE)
        self._told_to_close = False
        self._credentials = {}
        if username is not None:
            pair = base64.b64encode(f"{username}:{password}".encode("utf-8")).decode("ascii")
            self._credentials = {"Authorization": f"Basic {pair}"}

    def close(self):
        self.connection.close()

    def expect_close(self, timeout=PATIENCE):
        """Passes when the server closes the idle connection, or said with its last answer that it does."""
        if self._told_to_close:
            # `http.client` has closed our end on reading that, so that there is nothing left to wait on.
            return
        self.connection.sock.settimeout(timeout)
        try:
            data = self.connection.sock.recv(1)
        except ConnectionError:
            return
        if data:
            raise AssertionError(f"expected the server to close, got {data}")

    def request(self, method, path, body=None, headers=None):
        """`body`: bytes as they are, anything else as JSON."""
        headers = {**self._credentials, **(headers or {})}
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode("utf-8")
            headers.setdefault("Content-Type", "application/json")
        self.connection.request(method, path, body, headers)
        answer = Answer(self.connection.getresponse())
        self._told_to_close = answer.will_close
        return answer

    def get(self, path, **headers):
        return self.request("GET", path, headers=headers)

    def post(self, path, body, **headers):
        return self.request("POST", path, body, headers)

    def delete(self, path, **headers):
        return self.request("DELETE", path, headers=headers)


class Control:
    """One session with the control plane."""

    def __init__(self, address):
        self.http = Http(address)
        self.token = None

    def close(self):
        self.http.close()

    def login(self, username, password):
        answer = self.http.post("/control/auth", {"username": username, "password": password})
        if answer.status == 200:
            self.token = answer.json["token"]
        return answer

    def call(self, action, headers=None, **fields):
        """The raw answer to an action."""
        authorization = {} if self.token is None else {"Authorization": f"Bearer {self.token}"}
        return self.http.request("POST", "/control", {"action": action, **fields}, {**authorization, **(headers or {})})

    def ok(self, action, **fields):
        """The result of an action that must succeed."""
        answer = self.call(action, **fields)
        if answer.status != 200 or answer.json.get("status") != "success":
            raise AssertionError(f"{action} failed: {answer}")
        return answer.json["result"]

    def refused(self, action, **fields):
        """(status, message) of an action that must fail."""
        answer = self.call(action, **fields)
        if answer.status == 200 or answer.json.get("status") != "error":
            raise AssertionError(f"{action} was expected to fail: {answer}")
        return answer.status, answer.json["message"]
