"""Python client of MkDB: `MkDBClient` for data, `MkDBController` for administration."""

from .client import MkDBClient
from .controller import MkDBController
from .errors import (
    ControllerAuthError,
    ControllerConnectionError,
    ControllerError,
    ControllerStoreExistsError,
    ControllerStoreNotFoundError,
    ControllerTimeoutError,
    MkDBAuthError,
    MkDBConnectionError,
    MkDBError,
    MkDBHttpError,
    MkDBQueryError,
    MkDBRecordNotFoundError,
    MkDBRevisionConflictError,
    MkDBServerError,
    MkDBStoreExistsError,
    MkDBStoreNotFoundError,
    MkDBTimeoutError,
    MkDBTransportError,
    MkDBValueTakenError,
)
from .query_builder import Q
from .responses import (
    BatchResponse,
    DeleteResponse,
    GenerateIdResponse,
    GetResponse,
    ListStoresResponse,
    QueryResponse,
    WriteResponse,
)
from .task import MkDBTask
from .tracking import SnapshotBaseObject

__version__ = "0.1.0"

__all__ = [
    "BatchResponse",
    "ControllerAuthError",
    "ControllerConnectionError",
    "ControllerError",
    "ControllerStoreExistsError",
    "ControllerStoreNotFoundError",
    "ControllerTimeoutError",
    "DeleteResponse",
    "GenerateIdResponse",
    "GetResponse",
    "ListStoresResponse",
    "MkDBAuthError",
    "MkDBClient",
    "MkDBConnectionError",
    "MkDBController",
    "MkDBError",
    "MkDBHttpError",
    "MkDBQueryError",
    "MkDBRecordNotFoundError",
    "MkDBRevisionConflictError",
    "MkDBServerError",
    "MkDBStoreExistsError",
    "MkDBStoreNotFoundError",
    "MkDBTask",
    "MkDBTimeoutError",
    "MkDBTransportError",
    "MkDBValueTakenError",
    "Q",
    "QueryResponse",
    "SnapshotBaseObject",
    "WriteResponse",
]
