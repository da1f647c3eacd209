"""Leaves out each sync and each comparison of a checksum, one at a time, and expects a test to fail.

All mutants are compiled at once, into a copy of the tree: each is switched on by MKDB_MUTANT=n when the tests run. The
tree itself is not touched.
"""

import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor

ROOT = pathlib.Path(__file__).resolve().parent.parent
MUTATED = ("log", "storage", "file", "store")

# What is tried, in this order, until one fails: quick ones first.
STAGES = {
    "quick": "*-CrashStates.*:Simulation.*:TornTail.*:BackupCrash.*:RestoreCrash.*:CompactionCrash.*:TombstoneModel.*"
             ":*CheckpointCrash*:ParityCrash.*:Healing.Every*:Erasures.*:Scrubber*:ScrubPass.*:Backups.*:FailingDisk.*",
    "parity": "ParityCrash.*:Healing.Every*:Erasures.*",
    "checkpoints": "*CheckpointCrash*",
    "stores": "Scrubber*:Backups.*:FailingDisk.*",
    "crash states": "CrashStates.*",
    "compaction": "CompactionCrash.*",
    "backup": "BackupCrash.*:RestoreCrash.*",
    "simulation": "Simulation.EveryAnswer*",
}
FOLDERS = {"support": "*.cpp"} | dict.fromkeys(
    ("recovery", "simulation", "unit/file", "unit/log", "unit/storage", "unit/store"), "*_test.cpp")
SOURCES = [str(path.relative_to(ROOT / "tests"))
           for folder, names in FOLDERS.items() for path in sorted((ROOT / "tests" / folder).glob(names))]
LIBRARIES = ["-lgtest_main", "-lgtest", "-lgmock", "-lboost_json", "-lxxhash", "-lstemmer", "-lre2", "-licuuc", "-lroaring",
             "-lpthread"]
SWITCH = """#pragma once
#include <mkdb/core/result.hpp>
#include <cstdlib>
inline bool mkdb_mutant(int number) {
    static int const chosen = [] {
        auto const* const wanted = std::getenv("MKDB_MUTANT");
        return wanted == nullptr ? 0 : std::atoi(wanted);
    }();
    return number == chosen;
}
"""
SYNC = re.compile(r"(?<![\w>])(?:[\w:]+(?:\([^()]*\))?(?:->|\.))*(?:sync|sync_directory)\(")
SYSTEM_SYNC = re.compile(r"Calls::f(?:data)?sync\(")
COMPARISON = re.compile(r"[!=]=")
STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
SUM = re.compile(r"crc|digest|checksum", re.IGNORECASE)


class Mutant:
    def __init__(self, path, line, kind, text):
        self.path, self.line, self.kind, self.text = path, line, kind, " ".join(text.split())


def closing(text, opening):
    """The index after the parenthesis that closes the one at `opening`."""
    depth = 0
    for at in range(opening, len(text)):
        depth += (text[at] == "(") - (text[at] == ")")
        if depth == 0:
            return at + 1
    raise ValueError("unbalanced")


def operand(text, at, step):
    """Where the operand ends that begins at `at` and goes in the direction of `step`."""
    depth = 0
    opens, closes = ("([", ")]") if step > 0 else (")]", "([")
    while 0 <= at < len(text):
        if text[at] == '"' and step > 0:
            at = STRING.match(text, at).end()
            continue
        if text[at] in closes and depth == 0 or text[at] in ";{}?" or depth == 0 and text[at] == ",":
            break
        if depth == 0 and text[at] == ":" and ":" not in (text[at - 1], text[at + 1]):
            break
        if depth == 0 and text[at:at + 2] in ("||", "&&") or depth == 0 and step < 0 and text[at - 1:at + 1] in ("||", "&&"):
            break
        if depth == 0 and step < 0 and (text[at] == "=" and text[at - 1] not in "!=<>" or text[at - 5:at + 1] == "return"):
            break
        depth += (text[at] in opens) - (text[at] in closes)
        at += step
    return at


def is_call(text, start):
    """Whether a sync that begins at `start` is called there, and not declared or described."""
    line = text[text.rfind("\n", 0, start) + 1:start]
    return "//" not in line and not re.search(r"(\]\]|result<>|\{) *$|result<.*> $", line)


def replacements(text):
    """Yields (start, end, kind, how to write it with the number of the mutant)."""
    for found in SYNC.finditer(text):
        if is_call(text, found.start()):
            end = closing(text, found.end() - 1)
            yield found.start(), end, "sync", "(mkdb_mutant({0}) ? mkdb::result<>() : {1})"
    for found in SYSTEM_SYNC.finditer(text):
        yield found.start(), closing(text, found.end() - 1), "system", "(mkdb_mutant({0}) ? 0 : {1})"
    for found in COMPARISON.finditer(text):
        line = text[text.rfind("\n", 0, found.start()) + 1:found.start()]
        if "//" in line or "operator" in line or "static_assert" in line:
            continue
        start = operand(text, found.start() - 1, -1) + 1
        start += len(text[start:]) - len(text[start:].lstrip())
        end = operand(text, found.end(), 1)
        if SUM.search(text[start:end]):
            how = "(!mkdb_mutant({0}) && ({1}))" if found.group() == "!=" else "(mkdb_mutant({0}) || ({1}))"
            yield start, end, "checksum", how


def mutate(include):
    """Rewrites the headers of a copy; returns the mutants, whose numbers begin at one."""
    mutants = []
    for folder in MUTATED:
        for path in sorted((include / "mkdb" / folder).rglob("*.hpp")):
            text = path.read_text(encoding="utf-8")
            name = str(path.relative_to(include / "mkdb"))
            chosen = sorted(replacements(text), key=lambda each: each[0])
            done, at = [], 0
            for start, end, kind, how in chosen:
                if start < at:
                    continue
                mutants.append(Mutant(name, text.count("\n", 0, start) + 1, kind, text[start:end]))
                done.append(text[at:start] + how.format(len(mutants), text[start:end]))
                at = end
            path.write_text("".join(done) + text[at:], encoding="utf-8")
    return mutants


def build(work, wanted):
    """Objects that a directory of --work has already are kept."""
    (work / "mutant.hpp").write_text(SWITCH, encoding="utf-8")
    flags = ["g++", "-std=c++20", "-O1", "--param", "ggc-min-heapsize=2097152", "-I", str(work / "include"),
             "-I", str(work / "tests"), "-include", str(work / "mutant.hpp")]
    broken = threading.Event()

    def compile_one(source):
        target = work / (source.replace("/", "-") + ".o")
        if target.exists() or broken.is_set():
            return target
        done = subprocess.run([*wanted.launcher.split(), *flags, "-c", str(work / "tests" / source), "-o", str(target)],
                              text=True, capture_output=True)
        if done.returncode != 0:
            broken.set()
        print(f"  compiled {source}" if done.returncode == 0 else done.stderr[-4000:], flush=True)
        return target

    with ThreadPoolExecutor(wanted.jobs) as pool:
        objects = list(pool.map(compile_one, wanted.tests or SOURCES))
    if broken.is_set():
        sys.exit("the mutated tree does not compile")
    program = work / "tests" / "mutation_tests"
    subprocess.run(["g++", "-o", str(program), *map(str, objects), *LIBRARIES], check=True)
    return program


def run_stage(program, number, wanted, seconds):
    """Returns the name of the test that failed, or None."""
    environment = dict(os.environ, MKDB_MUTANT=str(number))
    try:
        done = subprocess.run([str(program), f"--gtest_filter={wanted}", "--gtest_fail_fast", "--gtest_brief=1"], text=True,
                              errors="replace", capture_output=True, env=environment, timeout=seconds, cwd=ROOT)
    except subprocess.TimeoutExpired:
        return "a test that did not end"
    if done.returncode == 0:
        return None
    failed = re.search(r"\[  FAILED  \] ([\w./]+)", done.stdout)
    return failed.group(1) if failed else f"a crash ({done.returncode})"


def try_mutant(program, number, seconds):
    for wanted in STAGES.values():
        killer = run_stage(program, number, wanted, seconds)
        if killer:
            return killer
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--list", action="store_true", help="only list the mutants")
    parser.add_argument("--work", type=pathlib.Path, help="keep the copy there, and use what is built there already")
    parser.add_argument("--tests", nargs="*", metavar="FILE", help="of tests/, in place of the usual ones")
    parser.add_argument("--only", type=int, nargs="*", help="numbers of mutants")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--launcher", default="", help="put before each compiler call, such as ccache")
    parser.add_argument("--seconds", type=int, default=600, help="after which a test counts as failed")
    wanted = parser.parse_args()
    if wanted.work:
        return check_in(wanted.work.resolve(), wanted)
    with tempfile.TemporaryDirectory(prefix="mkdb-mutants-") as scratch:
        return check_in(pathlib.Path(scratch), wanted)


def check_in(work, wanted):
    if (work / "include").exists():
        shutil.rmtree(work / "include")
    shutil.copytree(ROOT / "include", work / "include")
    mutants = mutate(work / "include")
    if wanted.list:
        for number, each in enumerate(mutants, 1):
            print(f"{number:3} {each.kind:8} {each.path}:{each.line}  {each.text}")
        return 0
    return check(work, mutants, wanted)


def check(work, mutants, wanted):
    shutil.copytree(ROOT / "tests", work / "tests", dirs_exist_ok=True)
    print(f"Compiling {len(mutants)} mutants", flush=True)
    program = build(work, wanted)
    began = time.monotonic()
    if killer := try_mutant(program, 0, wanted.seconds):
        sys.exit(f"without any mutant {killer} fails")
    print(f"Without a mutant all tests pass, in {time.monotonic() - began:.0f} s", flush=True)
    numbers = wanted.only or range(1, len(mutants) + 1)
    with ThreadPoolExecutor(wanted.jobs) as pool:
        outcomes = dict(zip(numbers, pool.map(lambda number: report(program, number, mutants[number - 1], wanted.seconds),
                                              numbers)))
    survivors = [number for number, killer in outcomes.items() if killer is None]
    print(f"{len(outcomes) - len(survivors)} of {len(outcomes)} mutants were killed in {time.monotonic() - began:.0f} s")
    for number in survivors:
        each = mutants[number - 1]
        print(f"  survived: {number} {each.kind} {each.path}:{each.line}  {each.text}")
    return 1 if survivors else 0


def report(program, number, each, seconds):
    killer = try_mutant(program, number, seconds)
    print(f"{number:3} {each.kind:8} {each.path}:{each.line} {'killed by ' + killer if killer else 'SURVIVED'}", flush=True)
    return killer


if __name__ == "__main__":
    sys.exit(main())
