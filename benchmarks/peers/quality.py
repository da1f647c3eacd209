"""How well MkDB, SQLite and Xapian rank: the same questions over documents whose relevance is known, and a table.

Documents are made from topics, so what is relevant does not follow from what is found (judged.hpp). Measures are means
over the questions; differences have an interval in which 95 % of 2,000 samples of the questions lie.
"""

import argparse
import json
import pathlib
import random
import shutil
import statistics
import subprocess
import sys

import table

ENGINES = ("mkdb", "sqlite", "xapian")
MEASURES = {"gain_10": "nDCG at 10", "average_precision": "mean average precision", "precision_10": "precision at 10"}


def judged(options, engine):
    directory = options.work / "judged" / engine
    directory.parent.mkdir(parents=True, exist_ok=True)
    program = options.programs.resolve() / f"peers_{engine}"
    done = subprocess.run([program, "judge", str(directory), str(options.documents), "--seed", str(options.seed)],
                          stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{program.name} judge failed")
    shutil.rmtree(directory)
    return json.loads(done.stdout)


def interval(differences):
    """Where the mean of the differences lies in 95 % of 2,000 samples with replacement."""
    chance = random.Random(1)
    means = sorted(statistics.fmean(chance.choices(differences, k=len(differences))) for _ in range(2000))
    return means[50], means[-51]


def difference(ours, theirs):
    values = [one - other for one, other in zip(ours, theirs, strict=True)]
    low, high = interval(values)
    return f"{statistics.fmean(values):+.3f} ({low:+.3f} to {high:+.3f})"


def quality_table(reports):
    """A line for each ranking, best to compare first, and what MkDB's has more than each peer's."""
    titles = list(MEASURES.values())
    lines = table.head(["ranking", *titles])
    for engine, report in reports.items():
        for order in ("ranked", "unranked"):
            if order == "ranked" or engine == table.OURS:
                title = table.TITLES[engine] + (", BM25" if order == "ranked" else ", as it finds them")
                means = [statistics.fmean(report[order][name]) for name in MEASURES]
                lines.append(table.line([title, *[f"{mean:.3f}" for mean in means]]))
    ours = reports.get(table.OURS)
    for engine, report in reports.items():
        if ours and engine != table.OURS:
            lines.append(table.line([f"MkDB − {table.TITLES[engine]}",
                                     *[difference(ours["ranked"][name], report["ranked"][name]) for name in MEASURES]]))
    return "\n".join(lines)


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", type=pathlib.Path, required=True, help="where peers_mkdb and the others are")
    parser.add_argument("--work", type=pathlib.Path, required=True, help="for the databases")
    parser.add_argument("--documents", type=int, default=20_000, help="a question for every twenty of them")
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=list(ENGINES))
    parser.add_argument("--seed", type=int, default=20240601, help="of documents and questions")
    return parser.parse_args()


def main():
    options = parse()
    reports = {engine: judged(options, engine) for engine in options.engines}
    questions = len(next(iter(reports.values()))["ranked"]["gain_10"])
    print(f"{options.documents:,} documents, {questions:,} questions of three words, seed {options.seed}\n")
    print(quality_table(reports))


if __name__ == "__main__":
    main()
