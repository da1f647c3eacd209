"""Draws how answers slow down as the collection grows: one panel a kind of question, one line an engine.

Usage: plot.py GROWTH.csv PLOT.svg      (the CSV is what run.py --csv wrote)
"""

import csv
import sys

from rows import QUESTIONS
from table import TITLES

COLUMNS = 3
COLOURS = {"mkdb": "#c0392b", "sqlite": "#2471a3", "xapian": "#7d8c2f"}


def read(path):
    """(documents, µs) by kind and engine."""
    points = {}
    with open(path, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            engines = points.setdefault(row["kind"], {})
            engines.setdefault(row["engine"], []).append((int(row["documents"]), float(row["p50_us"])))
    return points


def draw(points, path):
    try:
        import matplotlib
    except ImportError:
        sys.exit("plot.py needs matplotlib: apt-get install python3-matplotlib, and Debian's /usr/bin/python3")
    matplotlib.use("svg")
    from matplotlib import pyplot
    shown = [row for row in QUESTIONS if row.name in points]
    lines = -(-len(shown) // COLUMNS)
    figure, axes = pyplot.subplots(lines, COLUMNS, figsize=(4 * COLUMNS, 2.6 * lines), squeeze=False)
    panels = list(axes.flat)
    for row, panel in zip(shown, panels):
        for engine, line in sorted(points[row.name].items()):
            panel.loglog(*zip(*sorted(line)), marker="o", markersize=3, color=COLOURS[engine], label=TITLES[engine])
        panel.set_title(row.title, fontsize=8)
        panel.grid(True, which="major", linewidth=0.3)
        panel.tick_params(labelsize=7)
    for panel in panels[len(shown):]:
        panel.set_visible(False)
    panels[0].legend(fontsize=7)
    figure.supxlabel("documents", fontsize=8)
    figure.supylabel("median, µs", fontsize=8)
    figure.tight_layout()
    figure.savefig(path, format="svg", metadata={"Date": None})


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    draw(read(sys.argv[1]), sys.argv[2])
