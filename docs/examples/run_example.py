"""Runs a program in an empty directory and compares what it prints.

Usage: run_example.py PROGRAM FILE_WITH_ITS_OUTPUT
"""

import difflib
import pathlib
import subprocess
import sys
import tempfile

SECONDS = 60


def main(program, expected_file):
    expected = pathlib.Path(expected_file).read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory(prefix="mkdb-example-") as directory:
        done = subprocess.run([program], cwd=directory, capture_output=True, text=True, timeout=SECONDS)
    if done.returncode != 0:
        sys.exit(f"{program} ended with {done.returncode}: {done.stderr}")
    if done.stdout != expected:
        lines = difflib.unified_diff(expected.splitlines(True), done.stdout.splitlines(True), expected_file, "printed")
        sys.exit("".join(lines))


if __name__ == "__main__":
    main(*sys.argv[1:])
