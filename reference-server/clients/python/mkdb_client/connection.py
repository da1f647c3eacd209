"""One TCP connection to the socket plane, from connecting to closing."""

import collections
import selectors
import socket
import threading
import time

from .errors import MkDBConnectionError, MkDBError, MkDBTimeoutError
from .frames import FrameDecoder, encode_frame
from .handshake import perform_handshake

_RECEIVE_BYTES = 256 * 1024


class Connection:
    """Frames in and out of one socket.

    Any thread may send; one thread receives. `wake()` ends that thread's wait.
    """

    def __init__(self, sock):
        self._socket = sock
        self._decoder = FrameDecoder()
        self._received = collections.deque()
        self._send_lock = threading.Lock()
        self._wake_reader, self._wake_writer = socket.socketpair()
        self._wake_reader.setblocking(False)
        self._wake_writer.setblocking(False)
        # Not select.select(), which fails for descriptors above 1023.
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._socket, selectors.EVENT_READ)
        self._selector.register(self._wake_reader, selectors.EVENT_READ)
        self.can_read = self.can_write = False
        self.heard = False

    @classmethod
    def open(cls, settings):
        """Connects and shakes hands, all within the settings' recv_timeout."""
        deadline = time.monotonic() + settings.recv_timeout
        address = f"{settings.host}:{settings.port}"
        try:
            sock = socket.create_connection((settings.host, settings.port), settings.recv_timeout)
        except socket.timeout:
            raise MkDBTimeoutError(f"no connection to {address} within {settings.recv_timeout:g} s") from None
        except OSError as error:
            raise MkDBConnectionError(f"cannot connect to {address}: {error.strerror or error}") from None
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # A peer that vanished without a word is noticed even when nothing is asked of it.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        connection = cls(sock)
        try:
            connection.can_read, connection.can_write = perform_handshake(
                lambda: connection._receive_before(deadline),
                connection.send,
                settings.access,
                settings.username,
                settings.password,
            )
        except MkDBError:
            connection.close()
            raise
        return connection

    def send(self, message):
        self.send_frame(encode_frame(message))

    def send_frame(self, frame):
        try:
            with self._send_lock:
                self._socket.sendall(frame)
        except OSError as error:
            # Part of the frame may be out: nothing further on this connection would be understood.
            self.shut_down()
            raise MkDBConnectionError(f"connection lost while sending: {error}") from None

    def receive(self, timeout):
        """Messages that have come; [] when `timeout` seconds (None: any time) passed, when `wake()` was
        called, or when only part of a message came. `heard` tells whether anything came."""
        self.heard = False
        if self._received:
            messages = list(self._received)
            self._received.clear()
            return messages
        readable = [key.fileobj for key, _ in self._selector.select(timeout)]
        if self._wake_reader in readable:
            self._drain_wake_ups()
        if self._socket not in readable:
            return []
        self.heard = True
        return self._decoder.feed(self._receive_bytes())

    def set_timeout(self, seconds):
        """How long sending may wait for a server that does not read."""
        self._socket.settimeout(seconds)

    def wake(self):
        try:
            self._wake_writer.send(b"w")
        except (BlockingIOError, OSError):
            pass  # full: it wakes already; closed: nobody waits

    def shut_down(self):
        """Ends the connection for both directions; the receiving thread notices at once."""
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # it was lost already

    def close(self):
        self.shut_down()
        # A sender fails now and lets go; closing under its feet could hand its descriptor to another socket.
        with self._send_lock:
            self._selector.close()
            for sock in (self._socket, self._wake_reader, self._wake_writer):
                sock.close()

    def _receive_bytes(self):
        try:
            data = self._socket.recv(_RECEIVE_BYTES)
        except OSError as error:
            raise MkDBConnectionError(f"connection lost: {error}") from None
        if not data:
            raise MkDBConnectionError("connection closed by the server")
        return data

    def _receive_before(self, deadline):
        while not self._received:
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                raise MkDBTimeoutError("the server did not finish the handshake in time")
            self._received.extend(self.receive(remaining))
        return self._received.popleft()

    def _drain_wake_ups(self):
        try:
            while self._wake_reader.recv(4096):
                pass
        except BlockingIOError:
            pass
