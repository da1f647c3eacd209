"""Whether engines answered the same questions alike: figures for different answers say nothing."""

# Totals, pages (ids in order where the order is defined, how many elsewhere) and digests of whole answers.
COMPARED = ("totals", "pages", "sets")


def differences(first, second):
    """One sentence for each kind of question that two reports answer differently. Slower engines had time for fewer
    questions: those that both answered are compared."""
    found = []
    for kind in sorted(first["kinds"].keys() & second["kinds"].keys()):
        for part in COMPARED:
            ours, theirs = first["kinds"][kind][part], second["kinds"][kind][part]
            for number, (one, other) in enumerate(zip(ours, theirs)):
                if one != other:
                    found.append(f"{kind}: {part} of question {number}: {first['engine']} {one}, "
                                 f"{second['engine']} {other}")
                    break
    return found


def all_differences(reports):
    """Each report is compared with every other one."""
    return [sentence for number, first in enumerate(reports) for second in reports[number + 1:]
            for sentence in differences(first, second)]
