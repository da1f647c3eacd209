"""The data-plane client."""

from .credentials import AuthManager
from .http_transport import HttpTransport
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
from .settings import Settings
from .socket_transport import SocketTransport
from .tracking import SnapshotBaseObject

_TRANSPORTS = {"socket": (SocketTransport, 9001), "http": (HttpTransport, 9002)}


class MkDBClient:
    """Reads, writes, queries and watches the stores of an MkDB server.

    `access` is "R", "W" or "RW". `username` is needed where the server has users; without users the
    password is the default write password. `recv_timeout` is how long a call waits for its answer,
    `reconnect_timeout` how long it waits for a lost connection to come back, both in seconds.
    `transport` is "socket" or "http"; the port defaults to that of the transport.
    With track_records=True, records come back as objects with `.patch()`; nested_patches=True makes
    `.patch()` send changes inside objects as dotted paths.

    Every call has an asynchronous form, `…_async`, that returns an MkDBTask at once. One client may be
    used by any number of threads. Use it as a context manager, or call `connect()` and `close()`.
    """

    def __init__(self, host="127.0.0.1", port=None, access="R", username="", password="mk_db",
                 recv_timeout=30.0, transport="socket", track_records=False, reconnect_timeout=5.0,
                 nested_patches=False):
        if transport not in _TRANSPORTS:
            raise ValueError(f"transport must be 'socket' or 'http', not {transport!r}")
        make_transport, default_port = _TRANSPORTS[transport]
        settings = Settings(host, default_port if port is None else port, access, username or "",
                            password or "", recv_timeout, reconnect_timeout)
        self._transport = make_transport(settings)
        self.track_records = track_records
        self.nested_patches = nested_patches
        self.auth = AuthManager(self)

    def connect(self):
        """Connects and authenticates; raises MkDBConnectionError, MkDBAuthError or MkDBTimeoutError."""
        self._transport.connect()
        return self

    def close(self):
        """Closes the connection; calls in flight fail with MkDBConnectionError."""
        self._transport.close()

    @property
    def connected(self):
        """True while there is a connection."""
        return self._transport.connected

    def __enter__(self):
        return self.connect()

    def __exit__(self, *exception):
        self.close()

    def ping(self):
        """"pong"."""
        return self.ping_async().result()

    def ping_async(self):
        return self._transport.request("ping", {}, lambda reply: reply.data)

    def list_stores(self):
        """The stores that this client may read."""
        return self.list_stores_async().result()

    def list_stores_async(self):
        return self._transport.request("list_stores", {}, ListStoresResponse.from_reply)

    def get(self, store, record_id, as_type=None, track_records=None):
        """One record; MkDBRecordNotFoundError when there is none of this id."""
        return self.get_async(store, record_id, as_type, track_records).result()

    def get_async(self, store, record_id, as_type=None, track_records=None):
        tracked = self.track_records if track_records is None else track_records
        if as_type is None and tracked:
            as_type = SnapshotBaseObject
        return self._transport.request(
            "read", {"store": store, "record_id": record_id},
            lambda reply: GetResponse.from_reply(reply, store, record_id, self, as_type))

    def set(self, store, record_id, delta, if_revision=None, durability=None, ttl=None):
        """Merges `delta` into the record, which is made if need be; a field set to None is removed.

        With `if_revision` only when the record is at that revision (0: must not exist), otherwise
        MkDBRevisionConflictError. `durability` ("sync", "buffered") overrides the mode of the store. `ttl` seconds
        later the record is over, in a store with a `ttl_field`; 0 has it stay.
        """
        return self.set_async(store, record_id, delta, if_revision, durability, ttl).result()

    def set_async(self, store, record_id, delta, if_revision=None, durability=None, ttl=None):
        fields = {"store": store, "record_id": record_id, "delta": delta}
        return self._write(fields, if_revision, durability, ttl)

    def insert(self, store, delta, durability=None, ttl=None):
        """A new record with an id that the server makes."""
        return self.insert_async(store, delta, durability, ttl).result()

    def insert_async(self, store, delta, durability=None, ttl=None):
        return self._write({"store": store, "delta": delta}, None, durability, ttl)

    def generate_id(self, store):
        """A unique id; nothing is written."""
        return self.generate_id_async(store).result()

    def generate_id_async(self, store):
        return self._transport.request(
            "generate_id", {"store": store}, lambda reply: GenerateIdResponse.from_reply(reply, store))

    def delete(self, store, record_id, if_revision=None, durability=None):
        """Deletes the record; succeeds when there is none."""
        return self.delete_async(store, record_id, if_revision, durability).result()

    def delete_async(self, store, record_id, if_revision=None, durability=None):
        fields = _present(store=store, record_id=record_id, if_revision=if_revision, durability=durability)
        return self._transport.request("delete", fields, lambda reply: DeleteResponse.from_reply(reply, store))

    def batch(self, store, operations):
        """Writes and deletes in order, all of them or none, also over a crash of the server.

        `operations` is a list of dictionaries, `{"op": "write", "record_id": "a", "delta": {"n": 1}}` or
        `{"op": "delete", "record_id": "b"}`, each with `if_revision` where it depends on one. A write without
        `record_id` makes a record under an id of the server's. A refusal names the position of the operation.
        """
        return self.batch_async(store, operations).result()

    def batch_async(self, store, operations):
        fields = {"store": store, "operations": list(operations)}
        return self._transport.request("batch", fields, lambda reply: BatchResponse.from_reply(reply, store))

    def query(self, store, filter_dict=None, hydrate=None, sort=None, limit=None, offset=None, fields=None,
              cursor=None, count_only=False, search=None):
        """The records that match a filter, given as a dictionary or a Q.

        `hydrate` brings the records with their ids, `fields` only these of their fields. `sort`, `limit` and
        `offset` override those of a Q. `cursor`, the `next_cursor` of an answer to the same query, goes on after
        it. `count_only` brings `total_matches` alone. `search`, a dictionary such as
        `{"text": "steel bolt", "fields": ["name^2", "description"]}`, brings the best records first, with `scores`.
        """
        return self.query_async(
            store, filter_dict, hydrate, sort, limit, offset, fields, cursor, count_only, search).result()

    def query_async(self, store, filter_dict=None, hydrate=None, sort=None, limit=None, offset=None, fields=None,
                    cursor=None, count_only=False, search=None):
        built = filter_dict.build() if isinstance(filter_dict, Q) else {"filter": filter_dict}
        if built["filter"] is None:
            built["filter"] = {}
        # Whoever names fields wants records, unless they say otherwise: the server decides so when it is not told.
        said = {} if hydrate is None and fields is not None else {"hydrate": bool(hydrate)}
        request = {"store": store, **said, **built}
        request.update(_present(sort=sort, limit=limit, offset=offset, fields=fields, cursor=cursor,
                                count_only=True if count_only else None, search=search))
        return self._transport.request("query", request, lambda reply: QueryResponse.from_reply(reply, store))

    def query_pages(self, store, filter_dict=None, hydrate=None, sort=None, limit=None, offset=None, fields=None,
                    cursor=None):
        """The answers of a query, page after page of at most `limit` records, until nothing follows.

        A page goes on after the last row of the one before, so that what is written meanwhile shifts nothing.
        """
        while True:
            page = self.query(store, filter_dict, hydrate, sort, limit, offset, fields, cursor)
            yield page
            if page.next_cursor is None:
                return
            # What an offset skips lies before the cursor.
            cursor, offset = page.next_cursor, 0

    def aggregate(self, store, metrics, filter_dict=None, group_by=None):
        """Figures of all records that match, by name, or a list of groups, each with `key` and `metrics`.

        `metrics` is a dictionary such as `{"n": "count", "mean": {"avg": "price"}}`; `group_by` names a field.
        """
        return self.aggregate_async(store, metrics, filter_dict, group_by).result()

    def aggregate_async(self, store, metrics, filter_dict=None, group_by=None):
        where = filter_dict.build()["filter"] if isinstance(filter_dict, Q) else filter_dict
        wanted = _present(group_by=group_by, metrics=metrics)
        fields = {"store": store, "filter": where if where is not None else {}, "aggregate": wanted}
        return self._transport.request(
            "query", fields, lambda reply: reply.data["aggregate"] if group_by is None else reply.data["aggregate"]["groups"])

    def explain(self, store, filter_dict=None, sort=None, limit=None, offset=None, search=None):
        """How the query is answered: the plan with the index of each condition, estimates beside what was found, and
        how long it took."""
        return self.explain_async(store, filter_dict, sort, limit, offset, search).result()

    def explain_async(self, store, filter_dict=None, sort=None, limit=None, offset=None, search=None):
        built = filter_dict.build() if isinstance(filter_dict, Q) else {"filter": filter_dict or {}}
        request = {"store": store, **built, **_present(sort=sort, limit=limit, offset=offset, search=search)}
        return self._transport.request("explain", request, lambda reply: reply.data)

    def on_update(self, store, callback):
        """Calls `callback(event)` after every change in the store, whoever makes it.

        The event has `store`, `record_id`, `op` ("write" or "delete") and `sequence`. Callbacks run
        one after the other on a thread of their own and may use the client. The subscription outlives
        a lost connection; changes made while there is none are not reported. Socket transport only.
        """
        self._transport.subscribe(store, callback)

    def _write(self, fields, if_revision, durability, ttl):
        store = fields["store"]
        fields.update(_present(if_revision=if_revision, durability=durability, ttl=ttl))
        return self._transport.request("write", fields, lambda reply: WriteResponse.from_reply(reply, store))


def _present(**fields):
    return {name: value for name, value in fields.items() if value is not None}
