"""Callbacks of the stores subscribed to, run on a thread of their own.

A callback may therefore use the client; it never delays an answer or a heartbeat.
"""

import logging
import queue
import threading

_LOG = logging.getLogger("mkdb_client")
_STOP = object()


class Subscriptions:
    def __init__(self):
        self._lock = threading.Lock()
        self._callbacks = {}
        self._events = queue.SimpleQueue()
        self._thread = None

    def add(self, store, callback):
        with self._lock:
            self._callbacks.setdefault(store, []).append(callback)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="mkdb-updates", daemon=True)
                self._thread.start()

    def remove(self, store, callback):
        with self._lock:
            callbacks = self._callbacks.get(store, [])
            if callback in callbacks:
                callbacks.remove(callback)
            if not callbacks:
                self._callbacks.pop(store, None)

    def stores(self):
        with self._lock:
            return list(self._callbacks)

    def publish(self, event):
        self._events.put(event)

    def stop(self):
        """Ends the thread; events that wait are dropped. A callback may call this itself."""
        with self._lock:
            thread, self._thread = self._thread, None
            self._callbacks = {}
        if thread is not None:
            self._events.put(_STOP)
            if thread is not threading.current_thread():
                thread.join()

    def _run(self):
        while True:
            event = self._events.get()
            if event is _STOP:
                return
            with self._lock:
                callbacks = list(self._callbacks.get(event.get("store"), ()))
            for callback in callbacks:
                _call(callback, event)


def _call(callback, event):
    try:
        callback(event)
    except Exception:  # one faulty callback must not silence the others
        _LOG.exception("the update callback of store '%s' failed", event.get("store"))
