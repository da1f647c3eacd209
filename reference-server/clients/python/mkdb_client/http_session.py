"""Keep-alive HTTP connections to one server, shared by any number of threads."""

import http.client
import json
import queue
import select
import socket

from .errors import MkDBConnectionError, MkDBTimeoutError
from .frames import encode_json


class HttpAnswer:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    def json(self):
        """The body as a dictionary; {} when it is none, as from a proxy in between."""
        try:
            value = json.loads(self.body.decode("utf-8"))
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}


class HttpSession:
    def __init__(self, host, port, timeout):
        self._host = host
        self._port = port
        self._timeout = timeout
        self._idle = queue.LifoQueue()

    def request(self, method, path, body=None, headers=None):
        """One exchange; `body` is sent as JSON."""
        headers = dict(headers or {})
        payload = None
        if body is not None:
            payload = encode_json(body)
            headers["Content-Type"] = "application/json; charset=utf-8"
        connection = self._take()
        try:
            connection.request(method, path, payload, headers)
            response = connection.getresponse()
            answer = HttpAnswer(response.status, response.headers, response.read())
        except socket.timeout:
            connection.close()
            raise MkDBTimeoutError(f"no answer to {method} {path} within {self._timeout:g} s") from None
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            raise MkDBConnectionError(f"cannot reach {self._host}:{self._port}: {_reason(error)}") from None
        self._idle.put(connection)
        return answer

    def close(self):
        try:
            while True:
                self._idle.get_nowait().close()
        except queue.Empty:
            pass

    def _take(self):
        while True:
            try:
                connection = self._idle.get_nowait()
            except queue.Empty:
                return http.client.HTTPConnection(self._host, self._port, timeout=self._timeout)
            if _still_open(connection):
                return connection
            connection.close()


def _still_open(connection):
    # A server that has closed an idle connection makes it readable; writing into it would leave open
    # whether the request was carried out.
    if connection.sock is None:
        return True
    poll = select.poll()
    poll.register(connection.sock, select.POLLIN)
    return not poll.poll(0)


def _reason(error):
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
