"""Asks MkDB, SQLite and Xapian the same questions over the same documents and writes one table of ratios.

Each engine has a program of its own. Databases are built first; then the engines are asked in turn, for several rounds,
and medians are compared. Engines that answer differently end it: there is no table then. Several sizes give a table of
how answers slow down as the collection grows, and a CSV for plot.py.
"""

import argparse
import json
import os
import pathlib
import resource
import shutil
import subprocess
import sys
import time

import answers
import table
from quiet import busy_seconds, wait_until_quiet

ENGINES = ("mkdb", "sqlite", "xapian")


def note(text):
    print(f"# {text}", file=sys.stderr, flush=True)


def processor_seconds():
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return children.ru_utime + children.ru_stime


def call(options, engine, *arguments):
    """The report of one run of an engine's program, with how many cores others used meanwhile."""
    wait_until_quiet(options.quiet)
    started, busy, own = time.monotonic(), busy_seconds(), processor_seconds()
    program = options.programs.resolve() / f"peers_{engine}"
    done = subprocess.run([program, *arguments, "--seed", str(options.seed)], stdout=subprocess.PIPE, text=True,
                          check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join([program.name, *arguments])} failed")
    seconds = time.monotonic() - started
    report = json.loads(done.stdout)
    if engine == table.OURS:
        report["version"] = tree()
    report["foreign_cores"] = max(0.0, busy_seconds() - busy - (processor_seconds() - own)) / seconds
    note(f"{engine} {' '.join(arguments)}: {seconds:.1f} s, {report['foreign_cores']:.2f} cores used by others")
    return report


def tree():
    """The commit that MkDB is at."""
    where = pathlib.Path(__file__).parent
    described = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=where, capture_output=True, text=True,
                               check=False)
    return described.stdout.strip() or "of an unknown commit"


def built(options, engine, directory, documents):
    """The report of the building, which is not done again when it was kept."""
    kept = directory.with_suffix(".json")
    if kept.exists():
        report = json.loads(kept.read_text(encoding="utf-8"))
        if (report["documents"], report["seed"]) == (documents, options.seed):
            return report
    report = call(options, engine, "build", str(directory), str(documents))
    kept.write_text(json.dumps(report), encoding="utf-8")
    return report


def undisturbed(options, rounds):
    """Rounds during which others used little; all, when there is none."""
    return [report for report in rounds if report["foreign_cores"] <= options.most_foreign] or rounds


def measure(options, documents):
    """By engine, the report of its building and those of its rounds."""
    work = options.work / str(documents)
    work.mkdir(parents=True, exist_ok=True)
    made = {engine: built(options, engine, work / engine, documents) for engine in options.engines}
    rounds = {engine: [] for engine in options.engines}
    for _ in range(options.rounds):
        for engine in options.engines:
            rounds[engine].append(call(options, engine, "ask", str(work / engine), str(documents), "--seconds",
                                       str(options.seconds), *options.only))
    refuse_differences([report for reports in rounds.values() for report in reports])
    if not options.keep:
        shutil.rmtree(work)
    return {engine: {"built": made[engine], "rounds": undisturbed(options, rounds[engine])}
            for engine in options.engines}


def refuse_differences(reports):
    found = answers.all_differences(reports)
    if found:
        sys.exit("The engines answer differently, and so cannot be compared:\n" + "\n".join(found[:20]))


def disturbance(options, by_size):
    worst = max(report["foreign_cores"] for measured in by_size.values() for part in measured.values()
                for report in part["rounds"])
    if worst <= options.most_foreign:
        return ""
    return f"**Disturbed**: others used up to {worst:.2f} cores meanwhile. Take no figure from this run.\n"


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", type=pathlib.Path, required=True, help="where peers_mkdb and the others are")
    parser.add_argument("--work", type=pathlib.Path, required=True, help="for the databases, on the disk to measure")
    parser.add_argument("--documents", type=int, nargs="+", default=[200_000, 1_000_000])
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=list(ENGINES))
    parser.add_argument("--only", nargs="+", default=[], metavar="KIND", help="ask only these kinds of questions")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=2, help="for each kind of question in a round, at most")
    parser.add_argument("--seed", type=int, default=20240601, help="of documents and questions")
    parser.add_argument("--quiet", type=float, default=60, help="seconds to wait for an idle machine before each part")
    parser.add_argument("--most-foreign", type=float, default=0.25,
                        help="cores that others may use in a round that counts")
    parser.add_argument("--keep", action="store_true", help="leave the databases for another run")
    parser.add_argument("--out", type=pathlib.Path, help="write the table here too")
    parser.add_argument("--csv", type=pathlib.Path, help="write latency by size here")
    return parser.parse_args()


def main():
    options = parse()
    note(f"seed {options.seed}, {os.cpu_count()} processors")
    by_size = {documents: measure(options, documents) for documents in options.documents}
    parts = [table.size_table(measured, documents) for documents, measured in by_size.items()]
    if len(by_size) > 1:
        parts.append(table.growth_table(by_size))
    text = "\n".join([*parts, disturbance(options, by_size)])
    print(text)
    if options.out:
        options.out.write_text(text, encoding="utf-8")
    if options.csv:
        options.csv.write_text(table.growth_csv(by_size), encoding="utf-8")


if __name__ == "__main__":
    main()
