"""Where the example lies, and how its parts are run."""

import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
EXAMPLE = os.path.normpath(os.path.join(HERE, "../../../docs/examples/debian-catalogue"))
SAMPLE = os.path.join(EXAMPLE, "sample.jsonl")
SCHEMA = os.path.join(EXAMPLE, "schema.json")
GUIDE = os.path.join(EXAMPLE, "README.md")

# The helpers of the integration tests next door: process, HTTP and control plane.
sys.path.insert(0, os.path.dirname(HERE))


def questions():
    with open(os.path.join(EXAMPLE, "questions.json"), encoding="utf-8") as file:
        return json.load(file)


def schema():
    with open(SCHEMA, encoding="utf-8") as file:
        return json.load(file)


def convert(*arguments, **options):
    """Runs catalogue.py as a reader of the guide would."""
    command = [sys.executable, os.path.join(EXAMPLE, "catalogue.py"), *arguments]
    return subprocess.run(command, capture_output=True, timeout=120, **options)
