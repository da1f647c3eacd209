"""What a Markdown page holds that a test can look at: its blocks of code and its links."""

import dataclasses
import pathlib
import re
import urllib.parse

SKIPPED = {".git", "build", "node_modules"}
FENCE = re.compile(r"^(?P<indent>\s*)```(?P<info>.*)$")
LINK = re.compile(r"\[[^\]]*\]\(<?(?P<target>[^)\s>]+)>?(?:\s+\"[^\"]*\")?\)")
HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*$")
NOT_IN_A_TREE = re.compile(r"^[a-z][a-z0-9+.-]*:|^//", re.IGNORECASE)


@dataclasses.dataclass(frozen=True)
class Block:
    page: str  # relative to the root of the tree
    line: int  # of the fence
    language: str  # all that follows the fence
    code: str

    @property
    def place(self):
        return f"{self.page}:{self.line}"


def markdown(root):
    """The pages of a tree, relative to it, in order."""
    found = (path.relative_to(root) for path in pathlib.Path(root).rglob("*.md"))
    return sorted(str(path) for path in found if not SKIPPED.intersection(path.parts))


def read(root, page):
    return pathlib.Path(root, page).read_text(encoding="utf-8")


def _split(root, page):
    """(number, line, the fence that it stands in or None) of every line; fences themselves are in none."""
    opened = None
    for number, line in enumerate(read(root, page).splitlines(), 1):
        fence = FENCE.match(line)
        if fence:
            opened = None if opened else (number, fence["info"])
        else:
            yield number, line, opened


def blocks(root, page):
    code = {}
    for _, line, fence in _split(root, page):
        if fence:
            code.setdefault(fence, []).append(line)
    return [Block(page, number, info.strip(), "\n".join(lines) + "\n")
            for (number, info), lines in code.items()]


def anchors(root, page):
    """The names by which headings are reached, as GitHub makes them."""
    names = set()
    for _, line, fence in _split(root, page):
        heading = None if fence else HEADING.match(line)
        if heading:
            kept = re.sub(r"[^\w\- ]", "", heading[1].lower())
            names.add(kept.replace(" ", "-"))
    return names


def broken_links(root, page):
    """A sentence for each link of a page that leads nowhere in the tree."""
    wrong = []
    for number, line, fence in _split(root, page):
        for link in LINK.finditer("" if fence else re.sub(r"`[^`]*`", "", line)):
            target = link["target"]
            if not NOT_IN_A_TREE.match(target) and not _leads_somewhere(root, page, target):
                wrong.append(f"{page}:{number}: {target}")
    return wrong


def _leads_somewhere(root, page, target):
    path, _, anchor = urllib.parse.unquote(target).partition("#")
    top = pathlib.Path(root).resolve()
    reached = (top / page).resolve() if not path else (top / page).parent.joinpath(path).resolve()
    if not reached.exists() or not (reached == top or top in reached.parents):
        return False
    return not anchor or reached.suffix != ".md" or anchor in anchors(top, str(reached.relative_to(top)))
