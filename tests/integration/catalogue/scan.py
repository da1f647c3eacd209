"""Answers questions about a JSON Lines file by reading it from end to end, without MkDB.

    /usr/bin/python3 scan.py RECORDS.jsonl QUESTIONS.json

Shares no code with the server or its clients, so that they cannot agree on a mistake. Full text is
analysed as the server's default does it: Unicode word segmentation, case folding, English stop words
removed, Snowball's English stemmer; here with Debian's python3-snowballstemmer.
An operator that it does not know is an error, never a guess.
"""

import functools
import json
import re
import sys

import snowballstemmer

DEFAULT_LIMIT = 300

# The rules of UAX 29 for scripts that put spaces between words: letters, digits, marks and `_` make words;
# an apostrophe, full stop or middle dot joins two letters; a comma, semicolon, full stop or apostrophe two digits.
WORD_CHARACTER = r"[\w\u0300-\u036f]"
JOINED_LETTERS = r"(?<=[^\W\d_])['.\u2018\u2019\u2024\u00b7\u2027](?=[^\W\d_])"
JOINED_DIGITS = r"(?<=\d)['.,;\u2018\u2019](?=\d)"
WORD = re.compile(f"{WORD_CHARACTER}+(?:(?:{JOINED_LETTERS}|{JOINED_DIGITS}){WORD_CHARACTER}+)*")

# A question made of such words only would depend on the server's list: questions must not use them.
STOP_WORDS = frozenset("a an and are as at be but by for if in into is it no not of on or such that the their then "
                       "there these they this to was will with".split())

STEMMER = snowballstemmer.stemmer("english")


@functools.lru_cache(maxsize=None)
def stem(word):
    return STEMMER.stemWord(word.casefold())


@functools.lru_cache(maxsize=None)
def terms_in_order(text):
    return tuple(stem(word) for word in WORD.findall(text) if word.casefold() not in STOP_WORDS)


@functools.lru_cache(maxsize=None)
def terms(text):
    return frozenset(stem(word) for word in WORD.findall(text))


def asked_terms(text):
    words = [word for word in WORD.findall(text) if word.casefold() not in STOP_WORDS]
    if not words:
        raise ValueError(f"{text!r} has nothing to look for but stop words")
    return {stem(word) for word in words}


def has_terms(value, text):
    texts = value if isinstance(value, list) else [value]
    found = set().union(*(terms(part) for part in texts if isinstance(part, str)))
    return asked_terms(text) <= found


def items_of(value):
    return value if isinstance(value, list) else [] if value is None else [value]


def strings(test):
    """The field, or an element of it, is a string for which the test holds."""
    return lambda value, operand: any(isinstance(item, str) and test(item, operand) for item in items_of(value))


def has_phrase(text, phrase):
    wanted, found = terms_in_order(phrase), terms_in_order(text)
    if not wanted:
        raise ValueError(f"{phrase!r} has nothing to look for but stop words")
    return any(found[at : at + len(wanted)] == wanted for at in range(len(found) - len(wanted) + 1))


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def equal(value, operand):
    if isinstance(operand, bool) or isinstance(value, bool):
        return value is operand
    if is_number(value) and is_number(operand):
        return value == operand
    return type(value) is type(operand) and value == operand


def equals(value, operand):
    """A field that is an array equals when any element does."""
    return equal(value, operand) or (isinstance(value, list) and any(equal(item, operand) for item in value))


def ordered(compare):
    def holds(value, operand):
        items = value if isinstance(value, list) else [value]
        return any(
            compare(item, operand)
            for item in items
            if is_number(item) and is_number(operand) or isinstance(item, str) and isinstance(operand, str)
        )

    return holds


OPERATORS = {
    "eq": equals,
    "neq": lambda value, operand: not equals(value, operand),
    "gt": ordered(lambda a, b: a > b),
    "gte": ordered(lambda a, b: a >= b),
    "lt": ordered(lambda a, b: a < b),
    "lte": ordered(lambda a, b: a <= b),
    "in": lambda value, operand: any(equals(value, item) for item in operand),
    "nin": lambda value, operand: not any(equals(value, item) for item in operand),
    "contains": has_terms,
    "phrase": strings(has_phrase),
    "prefix": strings(str.startswith),
    # Python's expressions and RE2's are alike as far as questions use them.
    "regex": strings(lambda text, expression: re.search(expression, text) is not None),
    "any": lambda value, operand: any(equal(item, wanted) for item in items_of(value) for wanted in operand),
    "all": lambda value, operand: all(any(equal(item, wanted) for item in items_of(value)) for wanted in operand),
    "exists": lambda value, operand: (value not in (None, "", [])) == operand,
}
ALIASES = {">": "gt", ">=": "gte", "<": "lt", "<=": "lte", "is_included": "in", "not_included": "nin"}


def condition_holds(record, field, condition):
    value = record.get(field)
    if field == "$and":
        return all(matches(record, part) for part in condition)
    if field == "$or":
        return any(matches(record, part) for part in condition)
    if field == "$not":
        return not matches(record, condition)
    if field == "id":
        return record["_id"] in ([condition] if isinstance(condition, str) else condition)
    if isinstance(condition, list):
        return all(has_terms(value, word) for word in condition)
    if isinstance(condition, dict):
        return all(OPERATORS[ALIASES.get(name, name)](value, operand) for name, operand in condition.items())
    return equals(value, condition)


def matches(record, condition):
    return all(condition_holds(record, field, part) for field, part in condition.items())


def type_rank(value):
    ranks = ((type(None), 0), (bool, 1), ((int, float), 2), (str, 3), (list, 4), (dict, 5))
    return next(rank for kind, rank in ranks if isinstance(value, kind))


def in_order(records, sort):
    """Ties by id; records without the field last in both directions."""
    rows = sorted(records, key=lambda record: record["_id"].encode())
    for key in reversed([sort] if isinstance(sort, str) else sort):
        field = key.lstrip("+-")
        present = [row for row in rows if field in row]
        # Python keeps equal rows in their order when reversed too.
        present.sort(key=lambda row: (type_rank(row[field]), row[field]), reverse=key.startswith("-"))
        rows = present + [row for row in rows if field not in row]
    return rows


def answer(records, request):
    """Every match in order: {"total", "ids": those of the page asked for, "all_ids"}."""
    found = [record for record in records if matches(record, request["filter"])]
    all_ids = [record["_id"] for record in in_order(found, request.get("sort", []))]
    start, limit = request.get("offset", 0), request.get("limit", DEFAULT_LIMIT)
    return {"total": len(all_ids), "ids": all_ids[start : start + limit if limit else None], "all_ids": all_ids}


def load(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def main():
    records = load(sys.argv[1])
    with open(sys.argv[2], encoding="utf-8") as file:
        questions = json.load(file)
    for question in questions:
        result = answer(records, question["request"])
        print(f"{question['title']}\n  {result['total']} in all: {' '.join(result['ids'][:10])}")


if __name__ == "__main__":
    main()
