"""What the calls of the client return."""

from .tracking import SnapshotBaseObject, wrap_record

__all__ = [
    "BatchResponse",
    "DeleteResponse",
    "GenerateIdResponse",
    "GetResponse",
    "ListStoresResponse",
    "QueryResponse",
    "Reply",
    "SnapshotBaseObject",
    "WriteResponse",
]


class Reply:
    """A success as it came from a transport: its data, and the revision beside it where there is one."""

    __slots__ = ("data", "revision")

    def __init__(self, data, revision=None):
        self.data = data
        self.revision = revision


class _Response:
    _shown = ()

    def __repr__(self):
        values = ", ".join(f"{name}={getattr(self, name)!r}" for name in self._shown)
        return f"{type(self).__name__}({values})"


class GetResponse(_Response):
    """One record: `found`, `data`, `record_id`, `store`, `revision`."""

    _shown = ("store", "record_id", "found", "data")

    def __init__(self, store, record_id, data, revision=None):
        self.store = store
        self.record_id = record_id
        self.data = data
        self.found = data is not None
        self.revision = revision

    def __bool__(self):
        return self.found

    @classmethod
    def from_reply(cls, reply, store, record_id, client=None, as_type=None):
        data = reply.data
        if as_type is not None and data is not None:
            data = wrap_record(as_type, data, record_id, store, client)
        return cls(store, record_id, data, reply.revision)


class _RecordIdResponse(_Response):
    _shown = ("store", "record_id")

    def __init__(self, store, record_id, revision=None):
        self.store = store
        self.record_id = record_id
        self.revision = revision

    @classmethod
    def from_reply(cls, reply, store):
        revision = reply.revision if reply.revision is not None else reply.data.get("revision")
        return cls(store, reply.data["record_id"], revision)


class WriteResponse(_RecordIdResponse):
    """The id of the record written, and its new `revision`."""


class DeleteResponse(_RecordIdResponse):
    """The id of the record deleted."""


class GenerateIdResponse(_RecordIdResponse):
    """A unique id; nothing was written."""


class BatchResponse(_Response):
    """The ids of the records, in the order of the operations, and their `revisions`; 0 for a deleted one."""

    _shown = ("store", "record_ids", "revisions")

    def __init__(self, store, record_ids, revisions):
        self.store = store
        self.record_ids = record_ids
        self.revisions = revisions

    def __len__(self):
        return len(self.record_ids)

    def __iter__(self):
        return iter(self.record_ids)

    @classmethod
    def from_reply(cls, reply, store):
        return cls(store, reply.data["record_ids"], reply.data["revisions"])


class QueryResponse(_Response):
    """One page of matches.

    `count` is the number on this page, `total_matches` that of all; `ids` are there in either case,
    `records` only with hydrate=True or fields. Iterating gives the records, or without them the ids.
    `next_cursor` leads to the next page; None when nothing follows. Of a search, `scores` are those of
    the rows, and `highlights`, when it asked for them, the places of its words: by field, a list of
    `{"start", "length"}` in bytes of UTF-8.
    """

    _shown = ("store", "count", "total_matches", "ids")

    def __init__(self, store, data):
        self.store = store
        self.count = data["count"]
        self.total_matches = data.get("total_matches", self.count)
        self.records = data.get("records")
        self.ids = data["ids"] if "ids" in data else [record["_id"] for record in self.records or ()]
        self.duration_ms = data.get("duration_ms")
        self.next_cursor = data.get("next_cursor")
        self.scores = data.get("scores", [])
        self.highlights = data.get("highlights", [])

    def __bool__(self):
        return self.count > 0

    def __len__(self):
        return self.count

    def __iter__(self):
        return iter(self.ids if self.records is None else self.records)

    @classmethod
    def from_reply(cls, reply, store):
        return cls(store, reply.data)


class ListStoresResponse(_Response):
    """The stores that the caller may read, each a dictionary with `name` and `record_count`."""

    _shown = ("stores",)

    def __init__(self, stores):
        self.stores = stores

    @property
    def names(self):
        return [store["name"] for store in self.stores]

    def __len__(self):
        return len(self.stores)

    def __iter__(self):
        return iter(self.stores)

    def __getitem__(self, index):
        return self.stores[index]

    def __contains__(self, name):
        return name in self.names or name in self.stores

    @classmethod
    def from_reply(cls, reply):
        return cls(reply.data)
