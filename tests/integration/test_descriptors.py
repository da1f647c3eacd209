"""More connections than the process may have descriptors: nothing breaks, nothing spins, and service comes back."""

import os
import resource
import socket
import time
import unittest

from support.server import Server
from support.waiting import wait_until
from support.wire import Peer

LIMIT = 64
STORM = 300


def processor_seconds(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Descriptors(unittest.TestCase):
    def setUp(self):
        self.server = Server({"parts": {"durability": "sync", "partitions": 1}})
        self.addCleanup(self.server.remove)
        self.server.start()
        self.pid = self.server.process.pid
        resource.prlimit(self.pid, resource.RLIMIT_NOFILE, (LIMIT, LIMIT))

    def write(self, peer, number):
        peer.ok("write", store="parts", record_id=f"r{number}", delta={"n": number})

    def can_write(self, number):
        try:
            peer = Peer(self.server.socket)
        except OSError:
            return False
        try:
            if peer.shake_hands().get("type") == "error":
                return False
            self.write(peer, number)
            return True
        except Exception:  # refused, closed or too late: it is tried again
            return False
        finally:
            peer.close()

    def test_a_storm_of_connections_costs_nothing_acknowledged(self):
        before = Peer(self.server.socket)
        self.addCleanup(before.close)
        before.shake_hands()
        self.write(before, 0)
        storm = []
        for _ in range(STORM):
            connection = socket.socket()
            connection.setblocking(False)
            connection.connect_ex(self.server.socket)
            storm.append(connection)
        # What was connected before goes on, in the segment that is open already.
        for number in range(1, 20):
            self.write(before, number)
        used = processor_seconds(self.pid)
        began = time.monotonic()
        wait_until(lambda: time.monotonic() - began >= 2, "two seconds of idling")
        self.assertLess((processor_seconds(self.pid) - used) / 2, 0.1, "it spins")
        for connection in storm:
            connection.close()
        wait_until(lambda: self.can_write(20), "service after the storm", timeout=5)
        self.server.kill()
        self.server.start()
        after = Peer(self.server.socket)
        self.addCleanup(after.close)
        after.shake_hands()
        self.assertEqual(after.ok("query", store="parts", filter={})["total_matches"], 21)
