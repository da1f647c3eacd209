"""Every public header compiles alone: CMake has a translation unit of each, of which a share is compiled, another with
each seed; all of them with MKDB_FULL_TESTS=1.

Usage: headers_stand_alone_test.py BUILD_DIRECTORY
Environment: MKDB_SEED chooses the share again that a run printed.
"""

import json
import os
import pathlib
import random
import subprocess
import sys

SHARE = 4
FULL = os.environ.get("MKDB_FULL_TESTS") == "1"
SEED = int(os.environ.get("MKDB_SEED", str(random.SystemRandom().randrange(2**32))))


def objects(build):
    """What the build tool makes of headers alone."""
    commands = json.loads((build / "compile_commands.json").read_text(encoding="utf-8"))
    mine = [each["command"].split() for each in commands if "_verify_interface_header_sets/" in each["file"]]
    return sorted(words[words.index("-o") + 1] for words in mine)


def main(build):
    known = objects(build)
    if not known:
        sys.exit(f"No translation unit of a header is in {build / 'compile_commands.json'}.")
    wanted = known if FULL else random.Random(SEED).sample(known, -(-len(known) // SHARE))
    print(f"{len(wanted)} of {len(known)} headers, MKDB_SEED={SEED}", flush=True)
    sys.exit(subprocess.run(["cmake", "--build", build, "--target", *wanted], check=False).returncode)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
