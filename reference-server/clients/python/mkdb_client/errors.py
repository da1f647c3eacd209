"""What can go wrong, as exceptions.

The server reports failures as text, and the wording is part of the protocol: the class of an
exception follows from it. Each class also derives from the built-in exception that a program
would catch if it had never heard of MkDB.
"""

import re


class MkDBError(Exception):
    """Base of every exception that this package raises."""

    def __init__(self, message=""):
        super().__init__(message)
        self.message = message

    # KeyError would print the repr of its argument: a sentence in quotes.
    def __str__(self):
        return self.message


class MkDBConnectionError(MkDBError, ConnectionError):
    """The server cannot be reached, or the connection to it was lost."""


class MkDBAuthError(MkDBError, PermissionError):
    """Wrong credentials, or the caller may not do this."""


class MkDBTimeoutError(MkDBError, TimeoutError):
    """No answer within the time allowed."""


class MkDBTransportError(MkDBError):
    """The chosen transport refused the call, or cannot carry it; `status` is the HTTP status, if any."""

    def __init__(self, message="", status=None):
        super().__init__(message)
        self.status = status


class MkDBServerError(MkDBError):
    """The server answered with an error."""


class MkDBStoreNotFoundError(MkDBServerError, KeyError):
    """There is no store of this name."""


class MkDBRecordNotFoundError(MkDBServerError, KeyError):
    """There is no record of this id in the store."""


class MkDBStoreExistsError(MkDBServerError):
    """A store of this name exists already."""


class MkDBQueryError(MkDBServerError, ValueError):
    """The filter of a query is malformed."""


class MkDBRevisionConflictError(MkDBServerError):
    """The record is not at the revision that the write asked for."""


class MkDBValueTakenError(MkDBServerError, ValueError):
    """Another record holds the value of a field that is unique."""


class MkDBHttpError(MkDBTransportError, MkDBServerError):
    """An error status of the HTTP plane whose text belongs to no more specific class."""


class ControllerError(MkDBError):
    """The control plane refused a call; `status` is the HTTP status, None when there was no answer."""

    def __init__(self, message="", status=None):
        super().__init__(message)
        self.status = status


class ControllerConnectionError(ControllerError, MkDBConnectionError):
    """The control plane cannot be reached."""


class ControllerTimeoutError(ControllerError, MkDBTimeoutError):
    """The control plane did not answer in time."""


class ControllerAuthError(ControllerError, MkDBAuthError):
    """Wrong credentials, an expired session, or a role that does not allow the action."""


class ControllerStoreNotFoundError(ControllerError, MkDBStoreNotFoundError):
    """The action names a store that does not exist."""


class ControllerStoreExistsError(ControllerError, MkDBStoreExistsError):
    """A store of this name exists already."""


_CLASS_BY_TEXT = (
    (re.compile(r"Record '.*' not found in store '", re.DOTALL), MkDBRecordNotFoundError),
    (re.compile(r"Store '.*' not found", re.DOTALL), MkDBStoreNotFoundError),
    (re.compile(r"Store '.*' already exists", re.DOTALL), MkDBStoreExistsError),
    (re.compile(r"Query syntax error|'filter' must be a JSON object"), MkDBQueryError),
    (re.compile(r"Revision conflict"), MkDBRevisionConflictError),
    (re.compile(r"Record '.*': field '.*': .* is taken by record '", re.DOTALL), MkDBValueTakenError),
    (
        re.compile(
            r"(Write|Read) access (denied|disabled)|No access to store '|Invalid credentials"
            r"|Authenticated user no longer exists|Expected auth message"
        ),
        MkDBAuthError,
    ),
)


def error_class(text):
    """The class for a server's error text; MkDBServerError when the text says nothing more."""
    for pattern, cls in _CLASS_BY_TEXT:
        if pattern.match(text):
            return cls
    return MkDBServerError


def error_from_text(text):
    """The exception for an error that came over the socket."""
    return error_class(text)(text)


def error_from_http(status, text):
    """The exception for an error answer of the HTTP plane: by its text, else by its status."""
    cls = error_class(text)
    if cls is not MkDBServerError:
        return cls(text)
    if status in (401, 403):
        return MkDBAuthError(text)
    return MkDBHttpError(text, status)


def error_from_control(status, text):
    """The exception for an error answer of the control plane."""
    cls = error_class(text)
    if status in (401, 403):
        return ControllerAuthError(text, status)
    if cls is MkDBStoreNotFoundError:
        return ControllerStoreNotFoundError(text, status)
    if cls is MkDBStoreExistsError:
        return ControllerStoreExistsError(text, status)
    return ControllerError(text, status)
