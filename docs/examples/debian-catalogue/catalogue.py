#!/usr/bin/env python3
"""Turns the package catalogue of a Debian machine into JSON Lines for MkDB.

Reads the output of `apt-cache dumpavail` and writes one JSON object a line, one line a package.
`size` (of the download) and `installed_size` are in bytes. What cannot be understood is reported
on standard error with its line and left out; the rest of the catalogue is still written.
"""

import argparse
import collections
import json
import os
import re
import subprocess
import sys

COMMAND = ("apt-cache", "dumpavail")
NOTES_SHOWN = 20
KIBIBYTE = 1024

Field = collections.namedtuple("Field", "line value")


def paragraphs(lines, note):
    """Yields {lower-case field name: Field} for every block between empty lines.

    `lines` are bytes; a value keeps its line breaks, without those at its end.
    """
    fields, name = {}, None
    for number, raw in enumerate(lines, start=1):
        line = decode(raw.rstrip(b"\r\n"), number, note)
        if not line.strip():
            if fields:
                yield fields
            fields, name = {}, None
        elif line[0] in " \t":
            if name is None:
                note(number, f"a continued line continues nothing: {line.strip()[:60]!r}")
            else:
                fields[name].value.append(line)
        else:
            name = open_field(fields, line, number, note)
    if fields:
        yield fields


def open_field(fields, line, number, note):
    """Enters the first line of a field; returns its name, or None when continued lines must be dropped."""
    name, colon, value = line.partition(":")
    name = name.lower()
    if not colon or not name or re.search(r"\s", name):
        note(number, f"neither a field nor a continued line: {line[:60]!r}")
        return None
    if name in fields:
        note(number, f"field {name!r} occurs twice in one package; the first counts")
        return None
    fields[name] = Field(number, [value.strip()])
    return name


def decode(raw, number, note):
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        note(number, f"byte {error.start + 1} is not UTF-8; such bytes become U+FFFD")
        return raw.decode("utf-8", "replace")


def to_record(fields, note):
    """The record of a paragraph, without its id; None when it names no package."""
    first_line = min(field.line for field in fields.values())
    name = text(fields, "package")
    if not name:
        note(first_line, "a block without a Package field is left out")
        return None
    record = {
        "name": name,
        "version": text(fields, "version"),
        "architecture": text(fields, "architecture"),
        "section": text(fields, "section"),
        "priority": text(fields, "priority"),
        "source": text(fields, "source").partition(" ")[0] or name,
        "maintainer": text(fields, "maintainer"),
        "description": description(fields),
        "homepage": text(fields, "homepage"),
        "tags": unique(split(text(fields, "tag"), ",")),
        "depends": unique(package_names(text(fields, "pre-depends"), text(fields, "depends"))),
        "size": number_of(fields, "size", 1, note),
        "installed_size": number_of(fields, "installed-size", KIBIBYTE, note),
    }
    return {key: value for key, value in record.items() if value is not None and value != ""}


def text(fields, name):
    field = fields.get(name)
    return " ".join(" ".join(field.value).split()) if field else ""


def description(fields):
    """The synopsis, then the long text where the catalogue has it, its paragraphs kept apart."""
    names = [name for name in fields if re.fullmatch(r"description(-(?!md5)[a-z_]+)?", name)]
    if not names:
        return ""
    synopsis, *rest = fields[min(names)].value
    body = ("" if line.strip() == "." else line[1:].rstrip() for line in rest)
    return "\n".join([synopsis, *body]).strip()


def package_names(*relations):
    """Names in `a (>= 1), b:any | c [amd64]`: without versions and architectures, alternatives side by side."""
    for relation in relations:
        for alternative in split(relation, r"[,|]"):
            yield re.split(r"[\s(\[<:]", alternative, maxsplit=1)[0]


def split(value, separators):
    return [part.strip() for part in re.split(separators, value) if part.strip()]


def unique(values):
    return list(dict.fromkeys(values))


def number_of(fields, name, unit, note):
    if name not in fields:
        return None
    value = text(fields, name)
    if not re.fullmatch(r"[0-9]{1,15}", value):
        note(fields[name].line, f"{name} is not a number of bytes or kibibytes: {value[:40]!r}")
        return None
    return int(value) * unit


class IdGiver:
    """Gives each package the shortest of name, name_version, name_version_architecture that is free.

    None of the three parts can contain `_`, so ids made of different parts never meet.
    """

    def __init__(self):
        self._packages = set()
        self._taken = set()

    def give(self, record):
        """None when the same package was there before (or a malformed version left no id free)."""
        parts = (record["name"], record.get("version", ""), record.get("architecture", ""))
        if parts in self._packages:
            return None
        self._packages.add(parts)
        candidates = ("_".join(parts[:count]) for count in (1, 2, 3))
        chosen = next((candidate for candidate in candidates if candidate not in self._taken), None)
        self._taken.add(chosen)
        return chosen


def convert(lines, output, note):
    """Writes the packages of `lines` to `output`; returns how many."""
    ids, written = IdGiver(), 0
    for fields in paragraphs(lines, note):
        record = to_record(fields, note)
        if record is None:
            continue
        record_id = ids.give(record)
        if record_id is None:
            note(fields["package"].line, f"{record['name']} is there twice with one version and architecture; the first counts")
            continue
        output.write(json.dumps({"_id": record_id, **record}, ensure_ascii=False, separators=(",", ":")) + "\n")
        written += 1
    return written


class Notes:
    """Reports the first few oddities of the input and counts the rest."""

    def __init__(self, stream):
        self._stream = stream
        self.count = 0

    def __call__(self, line, message):
        self.count += 1
        if self.count <= NOTES_SHOWN:
            print(f"line {line}: {message}", file=self._stream)


def read_catalogue(path):
    """Yields the lines of a file, of standard input (`-`), or of the machine's catalogue (None)."""
    if path == "-":
        yield from sys.stdin.buffer
    elif path is not None:
        with open(path, "rb") as file:
            yield from file
    else:
        with subprocess.Popen(COMMAND, stdout=subprocess.PIPE) as process:
            yield from process.stdout
        if process.returncode != 0:
            raise OSError(f"{' '.join(COMMAND)} failed with exit status {process.returncode}")


def write_catalogue(arguments, note):
    lines = read_catalogue(arguments.input)
    if arguments.output == "-":
        sys.stdout.reconfigure(encoding="utf-8", newline="\n")
        written = convert(lines, sys.stdout, note)
        sys.stdout.flush()
        return written
    target = os.path.realpath(arguments.output)
    # Only a file may be replaced: renaming onto a device or a pipe would destroy it for everybody.
    if os.path.exists(target) and not os.path.isfile(target):
        return write_to(target, lines, note)
    return replace_file(target, lines, note)


def write_to(path, lines, note):
    with open(path, "w", encoding="utf-8", newline="\n") as output:
        return convert(lines, output, note)


def replace_file(target, lines, note):
    """The file appears whole or not at all: an import must never meet half a catalogue."""
    part = target + ".part"
    try:
        written = write_to(part, lines, note)
        if written:
            os.replace(part, target)
        return written
    finally:
        if os.path.exists(part):
            os.unlink(part)


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("input", nargs="?", help="output of `apt-cache dumpavail`; - is standard input; default: run the command")
    parser.add_argument("-o", "--output", default="-", help="file to write; default: standard output")
    arguments = parser.parse_args()
    note = Notes(sys.stderr)
    try:
        written = write_catalogue(arguments, note)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except FileNotFoundError as error:
        print(f"{error.filename} is not there: this needs a Debian machine, or a file made on one", file=sys.stderr)
        return 1
    except OSError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{written} packages, {note.count} oddities in the input", file=sys.stderr)
    if not written:
        print("the catalogue is empty: run `apt-get update` first, or use sample.jsonl", file=sys.stderr)
    return 0 if written else 1


if __name__ == "__main__":
    sys.exit(main())
