"""Waiting for a quiet machine, and telling how much of it others used."""

import os
import time

TICKS = os.sysconf("SC_CLK_TCK")
QUIET_CORES = 0.10


def busy_seconds():
    """Processor time that the whole machine has used: user, nice, system, interrupts, and what its host took."""
    with open("/proc/stat", encoding="ascii") as stat:
        ticks = [int(field) for field in stat.readline().split()[1:9]]
    user, nice, system, _idle, _waiting, interrupts, soft_interrupts, stolen = ticks
    return (user + nice + system + interrupts + soft_interrupts + stolen) / TICKS


def wait_until_quiet(limit):
    """Returns when a second passed in which next to nothing ran, or after so many seconds."""
    end = time.monotonic() + limit
    while time.monotonic() < end:
        before = busy_seconds()
        time.sleep(1)
        if busy_seconds() - before < QUIET_CORES:
            return
