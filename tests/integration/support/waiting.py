"""Waiting for something that another process does."""

import threading
import time


def wait_until(condition, what, timeout=10):
    """Returns once `condition()` is true; fails saying `what` did not happen."""
    deadline = time.monotonic() + timeout
    pause = threading.Event()
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"within {timeout} s it did not happen that {what}")
        pause.wait(0.01)
