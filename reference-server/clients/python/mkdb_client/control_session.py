"""The session with the control plane: login, calls, logout."""

from .errors import (
    ControllerConnectionError,
    ControllerTimeoutError,
    MkDBConnectionError,
    MkDBTimeoutError,
    error_from_control,
)
from .http_session import HttpSession


class ControlSession:
    def __init__(self, host="127.0.0.1", port=8090, timeout=10.0):
        self._http = HttpSession(host, port, timeout)
        self._token = None
        self.role = None

    def login(self, username, password):
        """Logs in and returns the role: "viewer", "operator" or "admin"."""
        answer = self._exchange("POST", "/control/auth", {"username": username, "password": password})
        self._token = answer["token"]
        self.role = answer.get("role")
        return self.role

    def logout(self):
        """Ends the session on the server; without one it does nothing."""
        if self._token is not None:
            self._exchange("POST", "/control/auth/logout", {})
        self._token = self.role = None

    def close(self):
        """Logs out and closes the connections."""
        try:
            self.logout()
        finally:
            self._http.close()

    def check_active(self):
        """True when the control plane answers."""
        return bool(self._exchange("GET", "/check_active").get("active"))

    def call(self, action, **fields):
        """Any action by its name, with or without the leading `api_`; returns its result."""
        name = action if action.startswith("api_") else "api_" + action
        return self._exchange("POST", "/control", {"action": name, **fields}).get("result")

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()

    def _exchange(self, method, path, body=None):
        headers = {} if self._token is None else {"Authorization": f"Bearer {self._token}"}
        try:
            answer = self._http.request(method, path, body, headers)
        except MkDBTimeoutError as error:
            raise ControllerTimeoutError(error.message) from None
        except MkDBConnectionError as error:
            raise ControllerConnectionError(error.message) from None
        content = answer.json()
        if answer.status >= 400 or content.get("status") == "error":
            message = content.get("message") or content.get("error") or f"HTTP status {answer.status}"
            raise error_from_control(answer.status, message)
        return content


def unwrap(result, key):
    """The list inside a result such as {"stores": […], "count": n}, or the result itself."""
    return result[key] if isinstance(result, dict) and key in result else result


def given(**fields):
    """The arguments that the caller has set."""
    return {name: value for name, value in fields.items() if value is not None}
