"""Base classes: one server for all tests of a class, or one for each test."""

import unittest

from .server import Server
from .wire import Control, Http, Peer


class ServerCase(unittest.TestCase):
    """All tests of the class share one server; it must stop cleanly after the last."""

    stores = ("parts",)
    config = {}
    fixed_ports = False

    @classmethod
    def setUpClass(cls):
        cls.server = Server(cls.stores, cls.config, cls.fixed_ports)
        cls.addClassCleanup(cls.server.remove)
        cls.server.start()

    @classmethod
    def tearDownClass(cls):
        if cls.server.process is not None:
            cls.server.stop()

    def peer(self, access="RW", username="", password="mk_db"):
        """A connection of the second client, ready for requests."""
        peer = self.raw_peer()
        peer.shake_hands(access, username, password)
        return peer

    def raw_peer(self):
        """A connection on which nothing has been said yet."""
        peer = Peer(self.server.socket)
        self.addCleanup(peer.close)
        return peer

    def web(self, username=None, password=None):
        web = Http(self.server.http, username, password)
        self.addCleanup(web.close)
        return web

    def control(self, username=None, password=None):
        control = Control(self.server.control)
        self.addCleanup(control.close)
        if username is not None:
            control.login(username, password)
        return control
