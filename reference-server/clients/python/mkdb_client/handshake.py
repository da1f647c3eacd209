"""The first exchange on a socket: the server speaks first, the client says what it wants to do."""

from .errors import MkDBAuthError, MkDBConnectionError, MkDBServerError, error_from_text


def perform_handshake(receive, send, access, username, password):
    """Leaves the connection ready for requests; `receive` gives the next message, `send` takes one.

    Returns (can_read, can_write) as the server granted them.
    """
    _expect(receive(), "permissions")
    send({"access": access})
    answer = receive()
    if answer.get("type") == "auth_required":
        send({"type": "auth", "username": username, "password": password})
        answer = _expect(receive(), "auth_ok")
    else:
        _expect(answer, "ready")
    return bool(answer.get("can_read")), bool(answer.get("can_write"))


def _expect(message, kind):
    if message.get("type") == kind:
        return message
    if message.get("type") != "error":
        raise MkDBConnectionError(f"the server sent '{message.get('type')}' where '{kind}' was expected")
    text = str(message.get("error"))
    error = error_from_text(text)
    if isinstance(error, MkDBAuthError) or text.startswith("access must be"):
        raise MkDBAuthError(text)
    if isinstance(error, MkDBServerError):
        raise MkDBConnectionError(text)
    raise error
