"""Markdown of what was measured at one size, or as collections grow."""

import statistics

from rows import QUESTIONS, RATES

OURS = "mkdb"
TITLES = {"mkdb": "MkDB", "sqlite": "SQLite", "xapian": "Xapian"}


def figure(number):
    if number is None:
        return "–"
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}"


def middle(rounds, kind, part):
    """The median over the rounds; None when the engine was not asked."""
    values = [report["kinds"][kind][part] for report in rounds if kind in report["kinds"]]
    return statistics.median(values) if values else None


def line(cells):
    return "| " + " | ".join(cells) + " |"


def head(cells):
    return [line(cells), line(["---"] + ["---:"] * (len(cells) - 1))]


def versus(ours, theirs, more_is_better):
    """How many times as good as the best of the others we are; above 1 is better."""
    theirs = [value for value in theirs if value]
    if not ours or not theirs:
        return None
    return ours / max(theirs) if more_is_better else min(theirs) / ours


def target(row, documents, value, more_is_better):
    if row.target is None:
        return ""
    said = f"{'≥' if more_is_better else '≤'} {row.target:,}"
    if documents != row.target_documents:
        return f"{said} (at {row.target_documents:,})"
    if value is None:
        return said
    reached = value >= row.target if more_is_better else value <= row.target
    return f"{said}: {'reached' if reached else 'missed'}"


def compared(row, documents, values, cells, more_is_better):
    """A line of the table, from the value that counts and what is shown of each engine."""
    ours = values.get(OURS)
    ratio = versus(ours, [value for engine, value in values.items() if engine != OURS], more_is_better)
    return line([row.title, *cells, figure(ratio), target(row, documents, ours, more_is_better)])


def question_lines(measured, documents):
    engines = list(measured)
    titles = [TITLES[engine] for engine in engines]
    yield from head(["question, µs: p50 (p99)", "matches", *titles, "best peer ÷ MkDB", "target"])
    for row in QUESTIONS:
        values = {engine: middle(measured[engine]["rounds"], row.name, "p50_us") for engine in engines}
        worst = {engine: middle(measured[engine]["rounds"], row.name, "p99_us") for engine in engines}
        matches = [middle(measured[engine]["rounds"], row.name, "mean_matches") for engine in engines]
        cells = [figure(max((count for count in matches if count is not None), default=None))]
        cells += ["–" if values[engine] is None else f"{figure(values[engine])} ({figure(worst[engine])})"
                  for engine in engines]
        if any(value is not None for value in values.values()):
            yield compared(row, documents, values, cells, more_is_better=False)


def keeping_values(built, rounds, documents):
    """What an engine's database takes, by title."""
    def median(part):
        return statistics.median(report[part] for report in rounds)
    return {
        "bytes on disk a document": built["disk_bytes"] / documents,
        "memory a document when opened, bytes": median("opened_bytes") / documents,
        "memory a document when asked, bytes": median("memory_bytes") / documents,
        "opening, ms": median("open_ms"),
    }


def keeping_lines(measured, documents):
    engines = list(measured)
    yield from head(["building and keeping", *[TITLES[engine] for engine in engines], "MkDB ÷ best peer", "target"])
    for row in RATES:
        values = {engine: measured[engine]["built"]["rates"].get(row.name) for engine in engines}
        cells = [figure(values[engine]) for engine in engines]
        yield compared(row, documents, values, cells, more_is_better=True)
    kept = {engine: keeping_values(part["built"], part["rounds"], documents) for engine, part in measured.items()}
    for title in next(iter(kept.values())):
        yield line([title, *[figure(kept[engine][title]) for engine in engines], "", ""])


def preface(measured, documents):
    """What was measured, and how the table is to be read."""
    one = next(iter(measured.values()))["built"]
    versions = ", ".join(f"{TITLES[engine]} {part['rounds'][0]['version']}" for engine, part in measured.items())
    text = f"{versions}; seed {one['seed']}; {one['text_bytes'] / documents:.0f} bytes of text a document."
    if len(measured) > 1:
        text += " All engines gave the same answers; ratios above 1 are in MkDB's favour."
    prepare = middle(measured[OURS]["rounds"], "range_1", "prepare_p50_us") if OURS in measured else None
    if prepare is not None:
        text += f" Of MkDB's times some {figure(prepare)} µs are the parsing of the question."
    return text


def size_table(measured, documents):
    """Everything about one size. `measured`: by engine, the report of its building and those of its rounds."""
    return "\n".join([f"### {documents:,} documents", "", preface(measured, documents), "",
                      *question_lines(measured, documents), "", *keeping_lines(measured, documents), ""])


def growth_table(by_size):
    """p50 of each kind of question, a column a size, a line an engine."""
    sizes = sorted(by_size)
    lines = ["### As the collection grows", "",
             *head(["question, µs: p50", "engine", *[f"{size:,}" for size in sizes]])]
    for row in QUESTIONS:
        for engine in by_size[sizes[0]]:
            values = [middle(by_size[size][engine]["rounds"], row.name, "p50_us") for size in sizes]
            if any(value is not None for value in values):
                lines.append(line([row.title, TITLES[engine], *[figure(value) for value in values]]))
    return "\n".join([*lines, ""])


def growth_csv(by_size):
    lines = ["documents,kind,engine,p50_us,p99_us,mean_matches"]
    for documents, measured in sorted(by_size.items()):
        for row in QUESTIONS:
            for engine, part in measured.items():
                values = [middle(part["rounds"], row.name, name) for name in ("p50_us", "p99_us", "mean_matches")]
                if values[0] is not None:
                    lines.append(",".join([str(documents), row.name, engine, *[f"{value:.6g}" for value in values]]))
    return "\n".join(lines) + "\n"
