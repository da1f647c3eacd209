"""Draws how answers slow down as the collection grows: one panel a kind of question, one line an engine.

Usage: plot.py GROWTH.csv PLOT.svg      (the CSV is what run.py --csv wrote)
"""

import csv
import math
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


def whole_decades(lines):
    """Limits of an axis that holds all values."""
    values = [value for line in lines for _, value in line]
    return 10 ** math.floor(math.log10(min(values))), 10 ** math.ceil(math.log10(max(values)))


def draw_panel(panel, title, engines):
    from matplotlib.ticker import NullFormatter
    for engine, line in sorted(engines.items()):
        panel.loglog(*zip(*sorted(line)), marker="o", markersize=3, color=COLOURS[engine], label=TITLES[engine])
    panel.set_title(title, fontsize=7)
    panel.set_ylim(*whole_decades(engines.values()))
    panel.yaxis.set_minor_formatter(NullFormatter())
    panel.grid(True, which="major", linewidth=0.3)
    panel.tick_params(labelsize=7)


def draw(points, path):
    try:
        import matplotlib
    except ImportError:
        sys.exit("plot.py needs matplotlib: apt-get install python3-matplotlib, and Debian's /usr/bin/python3")
    matplotlib.use("svg")
    matplotlib.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "mkdb"})  # The same file for the same figures.
    from matplotlib import pyplot
    shown = [row for row in QUESTIONS if row.name in points]
    lines = -(-len(shown) // COLUMNS)
    figure, axes = pyplot.subplots(lines, COLUMNS, figsize=(4 * COLUMNS, 2.6 * lines), squeeze=False)
    panels = list(axes.flat)
    for row, panel in zip(shown, panels):
        draw_panel(panel, row.title, points[row.name])
    for panel in panels[len(shown):]:
        panel.set_visible(False)
    figure.legend(*panels[0].get_legend_handles_labels(), loc="lower right", ncol=len(TITLES), fontsize=7)
    figure.supxlabel("documents", fontsize=8)
    figure.supylabel("median, µs", fontsize=8)
    figure.tight_layout()
    figure.savefig(path, format="svg", metadata={"Date": None})


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    draw(read(sys.argv[1]), sys.argv[2])
