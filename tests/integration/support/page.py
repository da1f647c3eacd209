"""Runs a page of the documentation from top to bottom, as a reader who types its blocks one after the other.

What the page says is what is run, but for ports: `mkdb serve` gets free ones, and where a block names a usual
port, that port's stand-in is put. A block ```text right after a block is what that one prints.
"""

import os
import re
import shutil
import signal
import subprocess
import tempfile

from .server import Server, binary, free_port

SOURCE = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))
PYTHON_CLIENT = os.path.join(SOURCE, "reference-server", "clients", "python")
BLOCK = re.compile(r"^```(sh|python|js)\n(.*?)^```\n(?:```text\n(.*?)^```\n)?", re.MULTILINE | re.DOTALL)
INTERPRETERS = {"sh": ["sh", "-e", "-c"], "python": ["python3", "-c"], "js": ["node", "--input-type=module", "-e"]}
INIT = re.compile(r"^mkdb init (\S+)", re.MULTILINE)
SERVE = re.compile(r"^mkdb serve (\S+)(?: *#.*)?\n", re.MULTILINE)
MADE_PASSWORD = re.compile(r"shown this once: (\S+)")
USUAL_PORTS = (("socket_server", 9001), ("http_server", 9002), ("control_server", 8090))
BLOCK_SECONDS = 120


def blocks(path):
    """(language, code, what it prints or None) in the order of the page."""
    with open(os.path.join(SOURCE, path), encoding="utf-8") as file:
        return [(language, code, output or None) for language, code, output in BLOCK.findall(file.read())]


class DirectoryServer(Server):
    """A server in a directory that somebody else has made."""

    def __init__(self, directory):
        self._parent = tempfile.mkdtemp(prefix="mkdb-page-")
        self.directory = directory
        self.process = None
        self.ready = None
        addresses = {name: {"address": {"port": free_port()}} for name, _ in USUAL_PORTS}
        self.edit_config({"servers": addresses})


class PageRunner:
    """The reader of one page, at work in `directory`; a server that the page starts ends with the test.

    `environment` is what the page tells its reader to export, `server` one that runs before the page begins.
    `skip(language, code)` is true for a block that cannot be run on this machine.
    """

    def __init__(self, test, directory, environment=None, server=None, skip=lambda language, code: False):
        self._test = test
        self._directory = directory
        self._environment = {**os.environ, "PATH": f"{self._programs()}:{os.environ['PATH']}",
                             "PYTHONPATH": PYTHON_CLIENT,
                             **(environment or {})}
        self._skip = skip
        self._server = server

    def run(self, path):
        found = blocks(path)
        self._test.assertNotEqual(found, [], f"{path} has nothing to run")
        for language, code, printed in found:
            if not self._cannot_run(language, code):
                self._run_block(language, code, printed)
        self._stop_server()

    def _programs(self):
        """A folder that holds `mkdb`, for PATH."""
        folder = tempfile.TemporaryDirectory(prefix="mkdb-programs-")
        self._test.addCleanup(folder.cleanup)
        os.symlink(os.path.abspath(binary()), os.path.join(folder.name, "mkdb"))
        return folder.name

    def _cannot_run(self, language, code):
        return (language == "js" and shutil.which("node") is None) or self._skip(language, code)

    def _run_block(self, language, code, printed):
        served = SERVE.search(code) if language == "sh" else None
        if served:
            self._test.assertEqual(code[served.end():], "", "nothing can follow `mkdb serve` in its terminal")
            code = code[:served.start()]
        output = self._run_code(language, code)
        if printed is not None:
            self._test.assertEqual(output, printed, code)
        self._remember_password(code, output)
        if served:
            self._serve(served.group(1))

    def _run_code(self, language, code):
        done = subprocess.run([*INTERPRETERS[language], self._on_this_server(code)], cwd=self._directory,
                              env=self._environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              timeout=BLOCK_SECONDS)
        self._test.assertEqual(done.returncode, 0, f"{code}\n{done.stdout}\n{done.stderr}")
        return done.stdout

    def _remember_password(self, code, output):
        """As the pages ask: what `mkdb init` printed is exported."""
        if INIT.search(code):
            self._environment["MKDB_ADMIN_PASSWORD"] = MADE_PASSWORD.search(output).group(1)

    def _serve(self, name):
        """A page that serves again has told its reader to press Ctrl+C first."""
        self._stop_server()
        self._server = DirectoryServer(os.path.join(self._directory, name))
        self._test.addCleanup(self._server.remove)
        self._server.start()

    def _stop_server(self):
        if self._server is not None:
            self._server.stop(signal.SIGINT)
            self._server = None

    def _on_this_server(self, code):
        if self._server is None:
            return code
        planes = (self._server.socket, self._server.http, self._server.control)
        for (_, usual), (_, port) in zip(USUAL_PORTS, planes):
            code = code.replace(f"127.0.0.1:{usual}", f"127.0.0.1:{port}").replace(f"port={usual}", f"port={port}")
        return code
