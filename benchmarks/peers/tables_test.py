"""The comparison of answers, and the tables.

Usage: tables_test.py [unittest options]
"""

import unittest

import answers
import quality
import table


def report(engine, **kinds):
    return {"engine": engine, "kinds": kinds}


def kind(totals, pages=(), sets=(), p50_us=10.0):
    return {"totals": list(totals), "pages": list(pages), "sets": list(sets), "p50_us": p50_us, "p99_us": 2 * p50_us,
            "prepare_p50_us": 1.0, "mean_matches": 7.0}


def measured(documents, **times):
    """As run.py gathers it: each engine built, and asked for a range in one round."""
    return {engine: {"built": {"engine": engine, "seed": 3, "documents": documents, "text_bytes": 400,
                               "disk_bytes": 100 * documents, "rates": {"load": 1000.0 if engine == "mkdb" else 500.0}},
                     "rounds": [{**report(engine, range_1=kind([7], p50_us=time)), "version": "1", "open_ms": 1.5,
                                 "opened_bytes": 5 * documents, "memory_bytes": 6 * documents}]}
            for engine, time in times.items()}


class Answers(unittest.TestCase):
    def test_are_alike_as_far_as_both_were_asked(self):
        quick, slow = report("mkdb", phrase=kind([1, 2, 3])), report("sqlite", phrase=kind([1, 2]))
        self.assertEqual(answers.all_differences([quick, slow]), [])

    def test_of_other_kinds_are_not_compared(self):
        self.assertEqual(answers.all_differences([report("mkdb", phrase=kind([1])), report("sqlite", range=kind([2]))]),
                         [])

    def test_that_differ_are_told_by_kind_question_and_engine(self):
        self.assertEqual(answers.all_differences([report("mkdb", phrase=kind([1, 2])),
                                                  report("sqlite", phrase=kind([1, 5]))]),
                         ["phrase: totals of question 1: mkdb 2, sqlite 5"])

    def test_with_equal_totals_may_still_be_other_documents(self):
        for part in ("pages", "sets"):
            found = answers.all_differences([report("mkdb", phrase=kind([1], **{part: [8]})),
                                             report("xapian", phrase=kind([1], **{part: [9]}))])
            self.assertEqual(found, [f"phrase: {part} of question 0: mkdb 8, xapian 9"])


class Tables(unittest.TestCase):
    def test_compare_with_the_best_peer_and_the_target(self):
        text = table.size_table(measured(1_000_000, mkdb=4.0, sqlite=8.0, xapian=100.0), 1_000_000)
        self.assertIn("| range 1 %: total + first 300 | 7 | 4 (8) | 8 (16) | 100 (200) | 2 | ≤ 5: reached |", text)
        self.assertIn("| load with all indexes, documents/s | 1,000 | 500 | 500 | 2 |  |", text)
        self.assertIn("| bytes on disk a document | 100 | 100 | 100 |  |  |", text)

    def test_do_not_judge_by_a_target_for_another_size(self):
        text = table.size_table(measured(1000, mkdb=4.0, sqlite=8.0), 1000)
        self.assertIn("≤ 5 (at 1,000,000)", text)
        self.assertNotIn("reached", text)

    def test_leave_out_what_nobody_was_asked(self):
        self.assertNotIn("phrase", table.size_table(measured(1000, mkdb=4.0, sqlite=8.0), 1000))

    def test_show_growth_by_size(self):
        by_size = {1000: measured(1000, mkdb=4.0, sqlite=8.0), 10: measured(10, mkdb=1.0, sqlite=2.0)}
        self.assertIn("| range 1 %: total + first 300 | MkDB | 1 | 4 |", table.growth_table(by_size))
        self.assertEqual(table.growth_csv(by_size).splitlines()[1], "10,range_1,mkdb,1,2,7")


class Quality(unittest.TestCase):
    def test_tells_means_and_what_mkdb_has_more(self):
        def of(*values):
            return {name: list(values) for name in quality.MEASURES}
        text = quality.quality_table({"mkdb": {"ranked": of(0.5, 1.0), "unranked": of(0.0, 0.5)},
                                      "xapian": {"ranked": of(0.25, 0.75), "unranked": of(0.0, 0.0)}})
        self.assertIn("| MkDB, BM25 | 0.750 | 0.750 | 0.750 |", text)
        self.assertIn("| MkDB, as it finds them | 0.250 | 0.250 | 0.250 |", text)
        self.assertNotIn("Xapian, as it finds them", text)
        self.assertIn("| MkDB − Xapian | +0.250 (+0.250 to +0.250) |", text)

    def test_an_interval_holds_the_mean(self):
        low, high = quality.interval([0.1, -0.1, 0.3, 0.5, -0.2] * 20)
        self.assertLess(low, 0.12)
        self.assertGreater(high, 0.12)


if __name__ == "__main__":
    unittest.main()
