"""Requests that wait: to be sent, for their receipt, for their answer. Pure bookkeeping, no I/O."""

import threading
import time

from .errors import MkDBConnectionError

RECEIPT_SECONDS = 1.0


class PendingRequest:
    """`repeatable`: asking again after a lost connection cannot do anything twice."""

    def __init__(self, request_id, frame, task, repeatable, give_up_at):
        self.request_id = request_id
        self.frame = frame
        self.task = task
        self.repeatable = repeatable
        self.give_up_at = give_up_at
        self.connection = None
        self.has_receipt = False


class PendingTable:
    """The requests of one client, shared by its callers and its reader thread."""

    def __init__(self, clock=time.monotonic):
        self._clock = clock
        self._lock = threading.Lock()
        self._requests = {}
        # Request id to the time its receipt is due. Every receipt is due after the same time, so the
        # first entry is the earliest.
        self._receipts_due = {}

    def add(self, request):
        with self._lock:
            self._requests[request.request_id] = request

    def unsent(self):
        with self._lock:
            return [request for request in self._requests.values() if request.connection is None]

    def claim(self, request, connection):
        """True when the caller is to send `request` over `connection`; False: it is taken or settled."""
        with self._lock:
            if request.connection is not None or request.request_id not in self._requests:
                return False
            request.connection = connection
            return True

    def release(self, request):
        """The frame did not go out whole, so the server cannot act on it: it may be sent again."""
        with self._lock:
            self._unsend(request)

    def sent(self, request, connection):
        """The frame is out: its receipt is awaited. True when no other receipt was."""
        with self._lock:
            alone = not self._receipts_due
            current = self._requests.get(request.request_id) is request and request.connection is connection
            if current and not request.has_receipt:
                self._receipts_due[request.request_id] = self._clock() + RECEIPT_SECONDS
            return alone

    def receipt(self, request_id):
        with self._lock:
            self._receipts_due.pop(request_id, None)
            if request_id in self._requests:
                self._requests[request_id].has_receipt = True

    def take(self, request_id):
        """Removes and returns the request; None when nobody waits for it any more."""
        with self._lock:
            self._receipts_due.pop(request_id, None)
            return self._requests.pop(request_id, None)

    def seconds_to_receipt(self):
        """Until the earliest receipt is overdue; None when none is awaited."""
        with self._lock:
            for due in self._receipts_due.values():
                return max(0.0, due - self._clock())
            return None

    def connection_lost(self, connection, error):
        """Repeatable requests wait for the next connection; what may already have been done fails."""
        lost = MkDBConnectionError(f"{error}; whether the server has carried out the write is not known")
        with self._lock:
            hit = [request for request in self._requests.values() if request.connection is connection]
            for request in hit:
                self._unsend(request)
            failed = [request for request in hit if not request.repeatable]
            for request in failed:
                del self._requests[request.request_id]
        for request in failed:
            request.task.fail(lost)

    def fail_overdue(self, error):
        """Fails the unsent requests that have waited long enough for a connection."""
        now = self._clock()
        self._fail_where(lambda request: request.connection is None and request.give_up_at <= now, error)

    def fail_all(self, error):
        self._fail_where(lambda request: True, error)

    def _unsend(self, request):
        request.connection = None
        request.has_receipt = False
        self._receipts_due.pop(request.request_id, None)

    def _fail_where(self, chosen, error):
        with self._lock:
            failed = [request for request in self._requests.values() if chosen(request)]
            for request in failed:
                self._receipts_due.pop(request.request_id, None)
                del self._requests[request.request_id]
        for request in failed:
            request.task.fail(error)
