"""The same calls over the HTTP plane: one exchange per request, no updates."""

import base64
import concurrent.futures
import secrets
import string
from urllib.parse import quote

from .errors import (
    MkDBConnectionError,
    MkDBError,
    MkDBRecordNotFoundError,
    MkDBTransportError,
    error_from_http,
)
from .http_session import HttpSession
from .responses import Reply
from .task import MkDBTask

_PARALLEL_REQUESTS = 8
_ID_CHARACTERS = string.ascii_letters + string.digits
_ID_LENGTH = 16


class HttpTransport:
    def __init__(self, settings):
        self._settings = settings
        self._session = HttpSession(settings.host, settings.port, settings.recv_timeout)
        self._workers = None
        self._routes = {
            "ping": self._ping,
            "list_stores": lambda fields: self._call("GET", "/data"),
            "read": lambda fields: self._call("GET", _record_path(fields)),
            "write": self._write,
            "delete": self._delete,
            "batch": lambda fields: self._call("POST", "/batch", fields),
            "query": lambda fields: self._call("POST", "/query", fields),
            "explain": lambda fields: self._call("POST", "/explain", fields),
            "generate_id": self._generate_id,
        }

    @property
    def connected(self):
        return self._workers is not None

    def connect(self):
        """Checks that the server answers, and the credentials where there are any."""
        if self._workers is not None:
            return
        try:
            self._ping({})
            if self._settings.username:
                self._call("GET", "/data")
        except MkDBError:
            self._session.close()
            raise
        self._workers = concurrent.futures.ThreadPoolExecutor(_PARALLEL_REQUESTS, "mkdb-http")

    def close(self):
        workers, self._workers = self._workers, None
        if workers is not None:
            workers.shutdown(wait=True)
        self._session.close()

    def request(self, action, fields, convert):
        if self._workers is None:
            raise MkDBConnectionError("not connected: call connect() first")
        task = MkDBTask(f"'{action}'", self._settings.recv_timeout, convert)
        self._workers.submit(self._run, task, self._routes[action], fields)
        return task

    def subscribe(self, store, callback):
        raise MkDBTransportError(
            f"updates of store '{store}' need the socket transport: create the client with transport=\"socket\""
        )

    def _run(self, task, route, fields):
        try:
            task.complete(route(fields))
        except Exception as error:  # belongs to the caller of result(), not to this worker
            task.fail(error)

    def _call(self, method, path, body=None, headers=None):
        answer = self._session.request(method, path, body, {**self._credentials(), **(headers or {})})
        content = answer.json()
        if answer.status >= 400 or content.get("status") != "ok":
            raise error_from_http(answer.status, content.get("message") or f"HTTP status {answer.status}")
        return Reply(content.get("data"), _revision(answer, content))

    def _credentials(self):
        if not self._settings.username:
            return {}
        pair = f"{self._settings.username}:{self._settings.password}".encode("utf-8")
        return {"Authorization": "Basic " + base64.b64encode(pair).decode("ascii")}

    def _ping(self, fields):
        answer = self._session.request("GET", "/health")
        if answer.status != 200:
            raise error_from_http(answer.status, answer.json().get("message") or f"HTTP status {answer.status}")
        return Reply("pong")

    def _write(self, fields):
        return self._call("POST", "/data", fields)

    def _delete(self, fields):
        revision = fields.get("if_revision")
        headers = {} if revision is None else {"If-Match": f'"{revision}"'}
        return self._call("DELETE", _record_path(fields), headers=headers)

    def _generate_id(self, fields):
        # The plane has no route for it: an id as the server makes them, found to be free.
        while True:
            record_id = "".join(secrets.choice(_ID_CHARACTERS) for _ in range(_ID_LENGTH))
            try:
                self._call("GET", _record_path({"store": fields["store"], "record_id": record_id}))
            except MkDBRecordNotFoundError:
                return Reply({"record_id": record_id})


def _record_path(fields):
    return f"/data/{quote(fields['store'], safe='')}/{quote(fields['record_id'], safe='')}"


def _revision(answer, content):
    tag = (answer.headers.get("ETag") or "").strip('W/"')
    return int(tag) if tag.isdigit() else content.get("revision")
