"""The handle of a request in flight."""

import threading
import time

from .errors import MkDBTimeoutError


class MkDBTask:
    """What the asynchronous calls return; `result()` waits for the answer or raises its error."""

    def __init__(self, describe, timeout, convert):
        self._describe = describe
        self._timeout = timeout
        self._deadline = time.monotonic() + timeout
        self._convert = convert
        self._finished = threading.Event()
        self._lock = threading.Lock()
        self._reply = None
        self._error = None
        self._on_give_up = None

    def done(self):
        """True once the answer, or the failure, is known."""
        return self._finished.is_set()

    def result(self, timeout=None):
        """The response object; waits at most `timeout` seconds, by default until the client's
        recv_timeout after the call. Raises MkDBTimeoutError when that time has passed."""
        if timeout is None:
            waited, remaining = self._timeout, max(0.0, self._deadline - time.monotonic())
        else:
            waited = remaining = timeout
        if not self._finished.wait(remaining):
            if timeout is None and self._on_give_up is not None:
                self._on_give_up()
            raise MkDBTimeoutError(f"no answer to {self._describe} within {waited:g} s")
        if self._error is not None:
            raise self._error
        return self._convert(self._reply)

    def exception(self, timeout=None):
        """The error that `result()` would raise, or None."""
        try:
            self.result(timeout)
        except Exception as error:  # whatever it is, the caller asked to be handed it
            return error
        return None

    def on_give_up(self, action):
        """Called when the default wait has passed: nobody expects the answer any more."""
        self._on_give_up = action

    def complete(self, reply):
        self._settle(reply, None)

    def fail(self, error):
        self._settle(None, error)

    def _settle(self, reply, error):
        # The first outcome stands: an answer may race with the loss of its connection.
        with self._lock:
            if self._finished.is_set():
                return
            self._reply, self._error = reply, error
            self._finished.set()
