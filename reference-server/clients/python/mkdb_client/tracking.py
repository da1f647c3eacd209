"""Records that remember what they were, so that `.patch()` sends only what changed."""

import copy

_INTERNAL = ("__id__", "__store__", "__client__", "__fields__", "__snapshot__")
_RESERVED = ("_id", "_rev")


class SnapshotBaseObject:
    """A record as an object: fields are attributes, or items where a name is no attribute name.

    Derive from it to give records methods of their own; a class with its own constructor takes the
    record as its argument and hands it on to this one.
    """

    def __init__(self, data=None):
        fields = {name: value for name, value in (data or {}).items() if name not in _RESERVED}
        object.__setattr__(self, "__fields__", fields)
        object.__setattr__(self, "__snapshot__", copy.deepcopy(fields))
        self.bind(None, None, None)

    def bind(self, record_id, store, client):
        """Says which record this is and through which client `.patch()` writes."""
        object.__setattr__(self, "__id__", record_id)
        object.__setattr__(self, "__store__", store)
        object.__setattr__(self, "__client__", client)

    def to_dict(self):
        """The record's fields, without its id."""
        return copy.deepcopy(self.__fields__)

    def changes(self, nested=False):
        """What `.patch()` would send."""
        return dotted_delta(self.__snapshot__, self.__fields__) if nested else delta(self.__snapshot__, self.__fields__)

    def patch(self, nested=None):
        """Writes the fields changed since the record was read or last patched.

        A removed field is sent as None. With nested=True a change inside an object is sent as a dotted
        path, so that writers of different inner fields do not overwrite one another: for stores with
        nested_queries_enabled. Otherwise the whole object is sent, which is right in every store.
        Returns the WriteResponse, or None when nothing has changed.
        """
        if self.__client__ is None:
            raise ValueError("this record belongs to no client: only records that get() returned can be patched")
        changed = self.changes(self.__client__.nested_patches if nested is None else nested)
        if not changed:
            return None
        response = self.__client__.set(self.__store__, self.__id__, changed)
        object.__setattr__(self, "__snapshot__", copy.deepcopy(self.__fields__))
        return response

    def __getattr__(self, name):
        fields = self.__dict__.get("__fields__", {})
        if name in fields:
            return fields[name]
        raise AttributeError(f"the record has no field '{name}'")

    def __setattr__(self, name, value):
        if name in _INTERNAL:
            object.__setattr__(self, name, value)
        else:
            self.__fields__[name] = value

    def __delattr__(self, name):
        if name not in self.__fields__:
            raise AttributeError(f"the record has no field '{name}'")
        del self.__fields__[name]

    def __getitem__(self, name):
        return self.__fields__[name]

    def __setitem__(self, name, value):
        self.__fields__[name] = value

    def __delitem__(self, name):
        del self.__fields__[name]

    def __contains__(self, name):
        return name in self.__fields__

    def __iter__(self):
        return iter(self.__fields__)

    def __repr__(self):
        return f"{type(self).__name__}(id={self.__id__!r}, {self.__fields__!r})"


def wrap_record(as_type, data, record_id, store, client):
    """`data` as an `as_type`, bound to its record: through its `bind` method, else by plain attributes."""
    record = as_type(data)
    bind = getattr(record, "bind", None)
    if callable(bind):
        bind(record_id, store, client)
    elif hasattr(record, "__dict__"):
        vars(record).update({"__id__": record_id, "__store__": store, "__client__": client})
    return record


def delta(before, after):
    """Changed top-level fields with their whole new values; fields and inner keys that went are None."""
    changed = {name: None for name in before if name not in after}
    for name, value in after.items():
        if name not in before:
            changed[name] = value
        elif not same(before[name], value):
            changed[name] = _with_removals(before[name], value)
    return changed


def dotted_delta(before, after, prefix=""):
    """Changed leaves by their dotted paths; an object that came or went is one change."""
    changed = {prefix + name: None for name in before if name not in after}
    for name, value in after.items():
        old = before.get(name)
        if name in before and isinstance(old, dict) and isinstance(value, dict) and value:
            changed.update(dotted_delta(old, value, f"{prefix}{name}."))
        elif name not in before or not same(old, value):
            changed[prefix + name] = value
    return changed


def same(left, right):
    """Equality of JSON values: Python's True equals 1 and 1 equals 1.0, records tell them apart."""
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, (list, tuple)) and isinstance(right, (list, tuple)):
        return len(left) == len(right) and all(map(same, left, right))
    return type(left) is type(right) and left == right


def _with_removals(before, after):
    # A store that merges nested objects drops an inner key only when told so by a null.
    if not (isinstance(before, dict) and isinstance(after, dict)):
        return after
    merged = {name: None for name in before if name not in after}
    for name, value in after.items():
        merged[name] = _with_removals(before.get(name), value)
    return merged
