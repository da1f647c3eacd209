"""The files of a source tree that the structure tests look at."""

import pathlib

SKIPPED = {".git", "build", "node_modules", "__pycache__", "dist"}


def files(root, suffixes, names=()):
    """Paths below root, relative to it, in order; folders that are made by tools are left out."""
    found = []
    pending = [pathlib.Path(root)]
    while pending:
        for entry in sorted(pending.pop().iterdir()):
            if entry.is_symlink():
                continue
            if entry.is_dir():
                if entry.name not in SKIPPED:
                    pending.append(entry)
            elif entry.suffix in suffixes or entry.name in names:
                found.append(entry.relative_to(root))
    return sorted(found)
