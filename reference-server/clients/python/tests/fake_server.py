"""A peer for the client's tests: the socket plane's frames over a real socket, with a script for answers."""

import json
import queue
import socket
import struct
import threading


class FakeServer:
    """Serves any number of connections, each on a thread.

    `answer(request)` gives the response's fields, or None for silence. Every message of a client is put
    into `seen`. `receipts` and `handshake` may be changed between connections.
    """

    def __init__(self, answer=None, receipts=True, permissions=None, after_access=None, after_auth=None):
        self.answer = answer or (lambda request: {"status": "ok", "data": request["action"]})
        self.receipts = receipts
        self.permissions = permissions or {"type": "permissions", "read_protected": False, "write_protected": True}
        self.after_access = after_access
        self.after_auth = after_auth or {"type": "auth_ok", "username": "", "can_read": True, "can_write": True}
        self.seen = queue.Queue()
        self.accepted = queue.Queue()
        self._peers = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def close(self):
        self.stop_listening()
        self.drop_all()

    def stop_listening(self):
        # shutdown() first: a thread inside accept() keeps a closed listener alive.
        try:
            self._listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._listener.close()

    def listen_again(self):
        self._listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def drop_all(self):
        peers, self._peers = self._peers, []
        for peer in peers:
            peer.close()

    def broadcast(self, message):
        for peer in list(self._peers):
            peer.send(message)

    def expect(self, kind, timeout=5):
        """The next message of this type; others are passed over."""
        while True:
            message = self.seen.get(timeout=timeout)
            if message.get("type") == kind:
                return message

    def _accept(self, listener):
        while True:
            try:
                sock, _ = listener.accept()
            except OSError:
                return
            peer = Peer(sock)
            self._peers.append(peer)
            self.accepted.put(peer)
            threading.Thread(target=self._serve, args=(peer,), daemon=True).start()

    def _serve(self, peer):
        try:
            if self._shake_hands(peer):
                while True:
                    self._react(peer, self._take(peer))
        except (OSError, EOFError):
            peer.close()

    def _take(self, peer):
        message = peer.receive()
        self.seen.put(message)
        return message

    def _shake_hands(self, peer):
        peer.send(self.permissions)
        access = self._take(peer)["access"]
        if self.after_access is not None:
            peer.send(self.after_access)
            return self.after_access["type"] == "ready"
        if "W" not in access.upper():
            peer.send({"type": "ready", "can_read": True, "can_write": False})
            return True
        peer.send({"type": "auth_required"})
        self._take(peer)
        peer.send(self.after_auth)
        return self.after_auth["type"] == "auth_ok"

    def _react(self, peer, message):
        if message.get("type") == "subscribe":
            if message["store"] == "missing":
                peer.send({"type": "error", "error": "Store 'missing' not found"})
            else:
                peer.send({"type": "subscribed", "store": message["store"]})
        if message.get("type") != "request":
            return
        if self.receipts:
            peer.send({"type": "receipt", "id": message["id"]})
        fields = self.answer(message)
        if fields is not None:
            peer.send({"type": "response", "id": message["id"], "data": None, "error": None, **fields})


class Peer:
    """The server's end of one connection."""

    def __init__(self, sock):
        self._socket = sock
        self._lock = threading.Lock()

    def send(self, message):
        self.send_bytes(frame(message))

    def send_bytes(self, data):
        with self._lock:
            self._socket.sendall(data)

    def receive(self):
        (length,) = struct.unpack(">I", self._read(4))
        return json.loads(self._read(length))

    def close(self):
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._socket.close()

    def _read(self, size):
        data = b""
        while len(data) < size:
            chunk = self._socket.recv(size - len(data))
            if not chunk:
                raise EOFError
            data += chunk
        return data


def frame(message):
    body = json.dumps(message).encode()
    return struct.pack(">I", len(body)) + body


def ok(data, **beside):
    return {"status": "ok", "data": data, **beside}


def failed(text):
    return {"status": "error", "error": text}
