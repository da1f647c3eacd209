"""Requests over one multiplexed TCP connection, reopened whenever it is lost.

One reader thread owns the connection: it receives, answers heartbeats, watches for receipts that do
not come, and reconnects. Callers only send. A request made while there is no connection waits for
the next one; reads that were under way are asked again, writes are not, for they may have happened.
"""

import collections
import itertools
import logging
import threading
import time

from .connection import Connection
from .errors import MkDBAuthError, MkDBConnectionError, MkDBError, error_from_text
from .frames import encode_frame
from .pending import RECEIPT_SECONDS, PendingRequest, PendingTable
from .responses import Reply
from .subscriptions import Subscriptions
from .task import MkDBTask

_LOG = logging.getLogger("mkdb_client")
_REPEATABLE = frozenset({"ping", "list_stores", "read", "query", "explain", "generate_id"})
_FIRST_RETRY_SECONDS = 0.05
_LAST_RETRY_SECONDS = 1.0


class SocketTransport:
    def __init__(self, settings):
        self._settings = settings
        self._connection = None
        self._reader = None
        self._fatal = None
        self._closing = threading.Event()
        self._connected = threading.Event()
        self._pending = PendingTable()
        self._ids = itertools.count(1)
        self._subscriptions = Subscriptions()
        # Subscribe frames carry no id: they are answered in the order in which they were sent.
        self._subscribe_lock = threading.Lock()
        self._unconfirmed = collections.deque()

    @property
    def connected(self):
        return self._connected.is_set()

    def connect(self):
        if self._reader is not None and self._reader.is_alive():
            return
        connection = Connection.open(self._settings)
        self._closing.clear()
        self._fatal = None
        self._adopt(connection)
        self._reader = threading.Thread(target=self._run, args=(connection,), name="mkdb-reader", daemon=True)
        self._reader.start()

    def close(self):
        self._closing.set()
        reader, self._reader = self._reader, None
        connection = self._connection
        if connection is not None:
            connection.shut_down()
        if reader is not None:
            reader.join()
        self._subscriptions.stop()

    def request(self, action, fields, convert):
        """Sends a request; the task's result is `convert` of its Reply."""
        if self._reader is None:
            raise MkDBConnectionError("not connected: call connect() first")
        if self._fatal is not None:
            raise self._fatal
        request_id = str(next(self._ids))
        frame = encode_frame({"type": "request", "id": request_id, "action": action, **fields})
        task = MkDBTask(f"'{action}'", self._settings.recv_timeout, convert)
        task.on_give_up(lambda: self._pending.take(request_id))
        give_up_at = time.monotonic() + self._settings.reconnect_timeout
        request = PendingRequest(request_id, frame, task, action in _REPEATABLE, give_up_at)
        self._pending.add(request)
        self._transmit(request)
        if self._closing.is_set() or self._fatal is not None:
            self._pending.fail_all(self._fatal or MkDBConnectionError("the client was closed"))
        return task

    def subscribe(self, store, callback):
        """Returns once the server has confirmed; from then on no change is missed while connected."""
        if self._reader is None or not self._connected.wait(self._settings.reconnect_timeout):
            raise self._fatal or MkDBConnectionError("not connected: call connect() first")
        known = store in self._subscriptions.stores()
        self._subscriptions.add(store, callback)
        if known:
            return
        task = MkDBTask(f"subscribing to '{store}'", self._settings.recv_timeout, lambda reply: None)
        try:
            self._send_subscribe(self._connection, store, task)
            task.result()
        except MkDBError:
            self._subscriptions.remove(store, callback)
            raise

    def _transmit(self, request):
        while True:
            connection = self._connection
            # Without one the request stays unsent: the reader sends it over the next connection.
            if connection is None or not self._pending.claim(request, connection):
                return
            try:
                connection.send_frame(request.frame)
            except MkDBConnectionError:
                self._pending.release(request)
                if self._connection is connection:
                    return
                continue
            if self._pending.sent(request, connection):
                connection.wake()
            return

    def _send_subscribe(self, connection, store, task=None):
        if connection is None:
            raise MkDBConnectionError("the connection was lost")
        with self._subscribe_lock:
            self._unconfirmed.append((store, task))
            connection.send({"type": "subscribe", "store": store})

    def _adopt(self, connection):
        self._connection = connection
        self._connected.set()

    def _run(self, connection):
        while connection is not None:
            try:
                self._serve(connection)
            except MkDBError as error:
                self._drop(connection, error)
            if self._closing.is_set():
                break
            connection = self._reconnect()
        self._pending.fail_all(self._fatal or MkDBConnectionError("the client was closed"))

    def _serve(self, connection):
        heard_at = time.monotonic()
        while True:
            due_in = self._pending.seconds_to_receipt()
            if due_in is not None:
                # While something comes in, the peer lives and the receipt may be queued behind it.
                due_in = max(due_in, heard_at + RECEIPT_SECONDS - time.monotonic(), 0.0)
            messages = connection.receive(due_in)
            if connection.heard:
                heard_at = time.monotonic()
            elif due_in == 0.0:
                raise MkDBConnectionError(f"the server gave no receipt within {RECEIPT_SECONDS:g} s")
            for message in messages:
                self._handle(connection, message)

    def _handle(self, connection, message):
        kind = message.get("type")
        if kind == "receipt":
            self._pending.receipt(message.get("id"))
        elif kind == "response":
            self._settle(message)
        elif kind == "ping":
            connection.send({"type": "pong"})
        elif kind == "update":
            self._subscriptions.publish(message)
        elif kind == "subscribed":
            self._confirm(message.get("store"), None)
        elif kind == "error":
            self._confirm(None, error_from_text(str(message.get("error"))))
        elif kind == "disconnect":
            raise MkDBConnectionError("the server is shutting down")

    def _settle(self, message):
        request = self._pending.take(message.get("id"))
        if request is None:
            return
        if message.get("status") == "ok":
            request.task.complete(Reply(message.get("data"), message.get("revision")))
        else:
            request.task.fail(error_from_text(str(message.get("error"))))

    def _confirm(self, store, error):
        try:
            expected, task = self._unconfirmed.popleft()
        except IndexError:
            _LOG.warning("the server says: %s", error or f"subscribed to '{store}'")
            return
        if error is None and task is not None:
            task.complete(None)
        elif task is not None:
            task.fail(error)
        elif error is not None:
            _LOG.warning("no more updates of store '%s': %s", expected, error)

    def _drop(self, connection, error):
        self._connected.clear()
        self._connection = None
        connection.close()
        self._pending.connection_lost(connection, error)
        with self._subscribe_lock:
            unconfirmed = list(self._unconfirmed)
            self._unconfirmed.clear()
        for _, task in unconfirmed:
            if task is not None:
                task.fail(error)

    def _reconnect(self):
        patience = min(self._settings.recv_timeout, self._settings.reconnect_timeout)
        settings = self._settings.with_recv_timeout(patience)
        delay = 0.0
        while not self._closing.wait(delay):
            try:
                connection = Connection.open(settings)
            except MkDBAuthError as error:
                # Trying again would only be refused again: the next call tells the program.
                self._fatal = error
                return None
            except MkDBError as error:
                self._pending.fail_overdue(error)
                delay = min(max(2 * delay, _FIRST_RETRY_SECONDS), _LAST_RETRY_SECONDS)
                continue
            connection.set_timeout(self._settings.recv_timeout)
            self._adopt(connection)
            # close() sets the flag before it looks for a connection to end: one of the two sees the other.
            if self._closing.is_set():
                self._drop(connection, MkDBConnectionError("the client was closed"))
                return None
            # Sent from another thread: a server that first wants its answers read must not stop the reading.
            threading.Thread(target=self._resume, args=(connection,), daemon=True).start()
            return connection
        return None

    def _resume(self, connection):
        try:
            for store in self._subscriptions.stores():
                self._send_subscribe(connection, store)
        except MkDBConnectionError:
            return  # the reader has noticed too, and begins again
        for request in self._pending.unsent():
            self._transmit(request)
