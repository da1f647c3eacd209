"""One process owns a database directory: a second one is refused, and the death of the first frees it."""

import os
import subprocess
import unittest

from support.server import Server, binary

ROUNDS = int(os.environ.get("MKDB_OWNER_ROUNDS", "3"))
PATIENCE = 20


def refusal_of(directory):
    """How a second server in this directory ends: its status and what it says."""
    finished = subprocess.run([binary(), "serve", directory, "--json"], capture_output=True, text=True,
                              timeout=PATIENCE,
                              stdin=subprocess.DEVNULL)
    return finished.returncode, finished.stdout + finished.stderr


class Owner(unittest.TestCase):
    def setUp(self):
        self.server = Server(["parts"])
        self.addCleanup(self.server.remove)

    def test_a_second_server_is_refused_until_the_first_is_dead(self):
        link = os.path.join(os.path.dirname(self.server.directory), "link")
        os.symlink(self.server.directory, link)
        for round_number in range(ROUNDS):
            self.server.start()
            for directory in (self.server.directory, link):
                with self.subTest(round=round_number, directory=os.path.basename(directory)):
                    status, said = refusal_of(directory)
                    self.assertNotEqual(status, 0)
                    self.assertIn("locked", said)
            self.server.kill()
        self.server.start()
        self.server.stop()
