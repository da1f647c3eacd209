"""Runs rows of the catalogue of faults at their full counts and writes docs/evidence.md.

Everything is built with the preset campaign, with assertions and optimized, or with another that --preset names.
Results are kept in docs/evidence, one file a row, so that a campaign can go on later and elsewhere. The page says of each
at which commit it was had, and whether the code that its row is built from is still the same.
"""

import argparse
import json
import os
import pathlib
import platform
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from campaign_rows import ROWS

ROOT = pathlib.Path(__file__).resolve().parent.parent
LOGS = ROOT / "build" / "evidence"
KEPT = ROOT / "docs" / "evidence"
EVIDENCE = ROOT / "docs" / "evidence.md"
SEEDS_A_PART = 500


def output_of(*command):
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def commit():
    return output_of("git", "rev-parse", "--short=12", "HEAD")


# What programs use of other folders.
BORROWED = {"recovery": {"tests/golden"}, "conformance": {"tests/unit/text", "tests/unit/query"}}


def folders(row):
    """Where the code lies that the programs of a row are built from."""
    wanted = {"include", "tests/support"}
    for run in ROWS[row].runs:
        if run.program == "integration":
            wanted |= {"reference-server", "tests/integration"}
        elif run.program == "script":
            wanted |= {"scripts", "tests"}
        else:
            wanted |= {"tests/" + run.program.replace("unit_", "unit/"), *BORROWED.get(run.program, ())}
    return sorted(wanted)


def code(row):
    """What a result holds for; None, for nothing, while there are changes that are not committed. Not the commit: that
    becomes another when it is rebased, and with every page that is written."""
    where = folders(row)
    if output_of("git", "status", "--porcelain", "--", *where):
        return None
    return {folder: output_of("git", "rev-parse", f"HEAD:{folder}")[:12] for folder in where}


def build(rows, preset):
    programs = {run.program for row in rows for run in ROWS[row].runs} - {"script"}
    targets = ["mkdb_server" if program == "integration" else program for program in sorted(programs)]
    if not targets:
        return
    print(f"Building {', '.join(targets)} (preset {preset})", flush=True)
    subprocess.run(["cmake", "--preset", preset], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["cmake", "--build", "--preset", preset, "--target", *targets], cwd=ROOT, check=True)


def scaled(run, percent):
    environment = dict(run.environment)
    if run.counted:
        environment[run.counted] = str(max(1, int(environment[run.counted]) * percent // 100))
    return environment


def command_of(run, report, built):
    if run.program == "integration":
        return [sys.executable, "-m", "unittest", "-v", run.tests], ROOT / "tests" / "integration"
    if run.program == "script":
        return run.tests.split(), ROOT
    return [str(built / "tests" / run.program), f"--gtest_filter={run.tests}", f"--gtest_output=json:{report}"], ROOT


def properties(report):
    """What the tests counted, by the name of the property."""
    counts = {}
    if report.exists():
        for suite in json.loads(report.read_text(encoding="utf-8")).get("testsuites", []):
            for test in suite.get("testsuite", []):
                for name, value in test.items():
                    if name not in ("name", "status", "result", "time", "timestamp", "classname", "file", "line") and \
                            str(value).isdigit():
                        counts[name] = counts.get(name, 0) + int(value)
                counts["tests"] = counts.get("tests", 0) + (test.get("status") == "RUN")
    return counts


def attempt(row, number, run, environment, built, part=""):
    report = LOGS / f"{row}-{number}{part}.json"
    report.unlink(missing_ok=True)
    command, where = command_of(run, report, built)
    variables = {**os.environ, "MKDB_BINARY": str(built / "reference-server" / "mkdb"), "MKDB_SOURCE": str(ROOT),
                 "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(ROOT / "reference-server" / "clients" / "python"),
                 **environment}
    if not pathlib.Path(command[0]).exists() and "/" in command[0]:
        sys.exit(f"{command[0]} is not built: leave out --no-build")
    done = subprocess.run(command, cwd=where, env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, errors="replace")
    (LOGS / f"{row}-{number}{part}.log").write_text(done.stdout, encoding="utf-8")
    skipped = re.search(r"skipped[ =']+(.*)", done.stdout)
    counts = properties(report)
    # A filter that names no test passes as well.
    ran = run.program in ("integration", "script") or counts.get("tests", 0) > 0
    return {"passed": done.returncode == 0 and ran, "counts": counts,
            "skipped": skipped.group(1) if skipped and "OK (skipped" in done.stdout else "",
            "seed": ", ".join(dict.fromkeys(re.findall(r"MKDB_SEED=(\d+)", done.stdout))),
            "end": done.stdout[-1500:] if done.returncode != 0 else "" if ran else f"{run.tests} names no test"}


def run_in_parts(row, number, run, last, jobs, built):
    """Seeds 1 to `last`, as many parts at once as there are processors."""
    parts = [(first, min(first + SEEDS_A_PART - 1, last)) for first in range(1, last + 1, SEEDS_A_PART)]
    done = 0

    def one(part):
        nonlocal done
        outcome = attempt(row, number, run, {"MKDB_SIMULATION_SEEDS": f"{part[0]}..{part[1]}"}, built,
                          f"-{part[0]}")
        done += part[1] - part[0] + 1
        print(f"  {row}: {done} of {last} seeds" + ("" if outcome["passed"] else ", FAILED"), flush=True)
        return outcome

    with ThreadPoolExecutor(jobs) as pool:
        outcomes = list(pool.map(one, parts))
    counts = {}
    for each in outcomes:
        for name, value in each["counts"].items():
            counts[name] = counts.get(name, 0) + value
    return {"passed": all(each["passed"] for each in outcomes), "counts": counts, "skipped": "", "seed": f"1..{last}",
            "end": "".join(each["end"] for each in outcomes)[:1500]}


def run_row(row, percent, jobs, preset):
    built = ROOT / "build" / preset
    before = code(row)
    began = time.monotonic()
    outcomes = []
    for number, run in enumerate(ROWS[row].runs, 1):
        environment = scaled(run, percent)
        print(f"{row} {ROWS[row].title}: {run.program} {run.tests} {environment or ''}", flush=True)
        if run.seeds:
            outcome = run_in_parts(row, number, run, max(1, run.seeds * percent // 100), jobs, built)
        else:
            outcome = attempt(row, number, run, environment, built)
        outcomes.append({"what": f"{run.program} {run.tests}", "environment": environment, **outcome})
    seconds = round(time.monotonic() - began)
    result = {"row": row, "commit": commit(), "code": before if before == code(row) else None,
              "date": time.strftime("%Y-%m-%d"), "machine": machine(), "seconds": seconds, "scale": percent,
              "preset": preset, "runs": outcomes}
    (KEPT / f"{row}.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(f"{row}: {verdict(result)} in {seconds} s", flush=True)
    return result


def verdict(result):
    if not all(run["passed"] for run in result["runs"]):
        return "failed"
    if any(run["skipped"] for run in result["runs"]):
        return "not shown"
    return "shown" if result["scale"] >= 100 else f"shown at {result['scale']} % of the counts"


def kept_results():
    """Without those of code that was never committed."""
    results = [json.loads(path.read_text(encoding="utf-8")) for path in KEPT.glob("*.json")]
    return {result["row"]: result for result in results if result["code"]}


def standing(result):
    """The verdict, and whether it is one on the code that is checked out."""
    return verdict(result) + ("" if result["code"] == code(result["row"]) else ", of earlier code")


def describe(run):
    said = [f"`{run['what']}`"]
    said += [f"{name}={value}" for name, value in run["environment"].items()]
    said += [f"{name.replace('_', ' ')}: {value:,}" for name, value in run["counts"].items()]
    said += [f"seeds {run['seed']}"] if run["seed"] else []
    said += [f"skipped: {run['skipped']}"] if run["skipped"] else []
    return ", ".join(said)


def machine():
    return f"{os.cpu_count()} processors, {platform.system()} {platform.release()}, {platform.machine()}"


def evidence(results):
    lines = ["# Evidence", "",
             "What `scripts/campaign.sh` ran, made by it and not edited by hand, from the results in [evidence](evidence). A row",
             "holds for the code of its commit; where that of this page differs in what the row is built from, it says so. What was",
             "found is in [findings.md](findings.md).", "",
             "Run on " + "; ".join(sorted({result["machine"] for result in results.values()}) or ["no machine"]) + ".", "",
             "| row | what | result | date | commit | seconds | preset | what was run |", "|---|---|---|---|---|---|---|---|"]
    for row, about in ROWS.items():
        result = results.get(row)
        ran = "; ".join(describe(run) for run in result["runs"]) if result else ""
        remark = f"{about.remark} " if about.remark else ""
        facts = [str(result[name]) for name in ("date", "commit", "seconds", "preset")] if result else [""] * 4
        lines.append(f"| {row} | {about.title} | {standing(result) if result else 'not shown'} | "
                     f"{' | '.join(facts)} | {remark}{ran} |")
    for row, result in sorted(results.items()):
        for run in result["runs"]:
            if not run["passed"]:
                lines += ["", f"## {row} failed", "", "```", run["end"].strip(), "```"]
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(prog="scripts/campaign.sh", description=__doc__)
    parser.add_argument("rows", nargs="*", metavar="ROW", help="such as T4; without any, all rows that have tests")
    parser.add_argument("--list", action="store_true", help="only list the rows")
    parser.add_argument("--scale", type=int, default=100, metavar="PERCENT", help="of the full counts")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="parts of a simulation at once")
    parser.add_argument("--preset", default="campaign", help="what to build; dev is slow, and quick to build")
    parser.add_argument("--page", action="store_true", help="only write docs/evidence.md, of what is kept")
    parser.add_argument("--no-build", action="store_true", help="use what is built as it is")
    wanted = parser.parse_args()
    if unknown := [row for row in wanted.rows if row not in ROWS]:
        parser.error(f"no such row: {' '.join(unknown)}")
    if wanted.list:
        for row, about in ROWS.items():
            print(f"{row:4} {about.title}{'' if about.runs else ' (no test yet)'}")
        return 0
    rows = [] if wanted.page else wanted.rows or [row for row, about in ROWS.items() if about.runs]
    for folder in (KEPT, LOGS):
        folder.mkdir(parents=True, exist_ok=True)
    if not wanted.no_build:
        build(rows, wanted.preset)
    failed = [row for row in rows if verdict(run_row(row, wanted.scale, wanted.jobs, wanted.preset)) == "failed"]
    EVIDENCE.write_text(evidence(kept_results()), encoding="utf-8")
    print(f"Wrote {EVIDENCE.relative_to(ROOT)}" + (f"; failed: {' '.join(failed)}" if failed else ""))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
