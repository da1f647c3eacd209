#!/usr/bin/env python3
"""Chooses about 2,000 packages of a catalogue, so that the questions of the guide have answers.

    python3 catalogue.py | python3 choose_sample.py > sample.jsonl

All databases, the five biggest packages of each section, a few well-known ones, and then as chance
has it: by the SHA-256 of the name, so that the same catalogue always gives the same sample.
"""

import collections
import hashlib
import json
import sys

WANTED = 2000
BIGGEST_OF_SECTION = 5
WHOLE_SECTIONS = {"database"}
WELL_KNOWN = frozenset(
    """7zip apt bash btrfs-compsize coreutils curl cadaver debian-cd dpkg geany git gitlab-cli gphoto2 gztool hdav
    libaprutil1-dbd-sqlite3 locales lua-sql-sqlite3 lxappearance nginx openssh-client openssh-server openssl postgresql
    prometheus python3 ripgrep sqlite3 systemd udev victoria-metrics vim""".split()
)


def by_chance(record):
    return hashlib.sha256(record["_id"].encode()).digest()


def choose(records):
    sections = collections.defaultdict(list)
    for record in records:
        sections[record.get("section")].append(record)
    chosen = {record["_id"] for record in records if record.get("section") in WHOLE_SECTIONS or record["name"] in WELL_KNOWN}
    for members in sections.values():
        members.sort(key=lambda record: (-record["size"], record["_id"]))
        chosen.update(record["_id"] for record in members[:BIGGEST_OF_SECTION])
    for record in sorted(records, key=by_chance):
        if len(chosen) >= WANTED:
            break
        chosen.add(record["_id"])
    return chosen


def main():
    # A package without a size is installed here and in no archive: it would not be found elsewhere.
    lines = [line for line in sys.stdin.buffer if b'"size":' in line]
    records = [json.loads(line) for line in lines]
    chosen = choose(records)
    for record, line in sorted(zip(records, lines), key=lambda pair: pair[0]["_id"]):
        if record["_id"] in chosen:
            sys.stdout.buffer.write(line)


if __name__ == "__main__":
    main()
