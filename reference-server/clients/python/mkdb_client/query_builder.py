"""Filters as Python expressions: `(Q.field("price").lt(5) & Q.field("stock").gt(0)).sort("-price")`."""

import copy


class Field:
    """One field, waiting for its condition."""

    def __init__(self, name):
        self._name = name

    def _condition(self, operator, value):
        return Q({self._name: {operator: value}})

    def eq(self, value):
        return self._condition("eq", value)

    def neq(self, value):
        return self._condition("neq", value)

    def gt(self, value):
        return self._condition("gt", value)

    def gte(self, value):
        return self._condition("gte", value)

    def lt(self, value):
        return self._condition("lt", value)

    def lte(self, value):
        return self._condition("lte", value)

    def between(self, low, high):
        """low <= field <= high."""
        return Q({self._name: {"gte": low, "lte": high}})

    def is_included(self, values):
        """The field equals one of the values."""
        return self._condition("in", list(values))

    def not_included(self, values):
        """The field equals none of the values."""
        return self._condition("nin", list(values))

    def contains(self, text):
        """Full text: every term of `text` occurs in the field."""
        return self._condition("contains", text)

    def phrase(self, text):
        """Full text: the terms of `text` follow each other in the field."""
        return self._condition("phrase", text)

    def fuzzy(self, text, edits=None):
        """Full text: every term of `text` occurs in the field, give or take so many edits (0 to 2; None: as its length
        bears)."""
        return self._condition("fuzzy", text if edits is None else {"text": text, "edits": edits})

    def prefix(self, text):
        """The field is a string, or has an element, that begins with `text`."""
        return self._condition("prefix", text)

    def regex(self, expression):
        """The regular expression (RE2) is found in the field."""
        return self._condition("regex", expression)

    def any(self, values):
        """One of the values is an element of the field."""
        return self._condition("any", list(values))

    def all(self, values):
        """Each of the values is an element of the field."""
        return self._condition("all", list(values))

    def keywords(self, *words):
        """Full text: the terms of every one of the words occur in the field."""
        return Q({self._name: list(words)})

    def exists(self, value=True):
        """The field is there and not null, "" or []; with False, the opposite."""
        return self._condition("exists", bool(value))


class Q:
    """A filter with its order and page. Immutable: every method returns a new one.

    Combined with & and |, the order and page of the left side count, else those of the right. `~query` holds where the
    filter does not.
    """

    def __init__(self, filter=None):
        self._filter = filter if filter is not None else {}
        self._page = {}

    @staticmethod
    def field(name):
        return Field(name)

    @staticmethod
    def id(*record_ids):
        """The records with these ids."""
        return Q({"id": record_ids[0] if len(record_ids) == 1 else list(record_ids)})

    @staticmethod
    def all():
        """Every record."""
        return Q({})

    def sort(self, field):
        """By a field: "+price" or "price" ascending, "-price" descending."""
        return self._with(sort=field)

    def limit(self, count):
        return self._with(limit=count)

    def offset(self, count):
        return self._with(offset=count)

    def build(self):
        """The JSON form: `{"filter": …}`, with `sort`, `limit` and `offset` where they were set."""
        return {"filter": copy.deepcopy(self._filter), **self._page}

    def __and__(self, other):
        return self._join("$and", other)

    def __or__(self, other):
        return self._join("$or", other)

    def __invert__(self):
        negated = Q({"$not": self._filter})
        negated._page = dict(self._page)
        return negated

    def __bool__(self):
        # `q1 and q2` would silently drop q1.
        raise TypeError("combine conditions with & and |, not with 'and' and 'or'")

    def __repr__(self):
        return f"Q({self.build()!r})"

    def _with(self, **page):
        copied = Q(self._filter)
        copied._page = {**self._page, **page}
        return copied

    def _join(self, operator, other):
        if not isinstance(other, Q):
            return NotImplemented
        sides = []
        for side in (self._filter, other._filter):
            # a & b & c is one list of three, not a nest: servers bound the depth.
            sides.extend(side[operator] if list(side) == [operator] else [side])
        joined = Q({operator: sides})
        joined._page = {**other._page, **self._page}
        return joined
