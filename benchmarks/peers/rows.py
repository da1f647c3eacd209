"""What the tables have as rows: the kinds of questions, and what is measured beside them."""

import dataclasses
import typing

TEXTS = 200_000
NUMBERS = 1_000_000


@dataclasses.dataclass(frozen=True)
class Row:
    name: str
    title: str
    target: typing.Optional[float] = None
    target_documents: int = 0  # The collection for which the target is said.


# In microseconds; the names are those of question.hpp.
QUESTIONS = (
    Row("and_two", "two words AND: total + first 300", 15, TEXTS),
    Row("common_word", "one common word: total + first 300", 10, TEXTS),
    Row("phrase", "phrase of two words: total + first 300"),
    Row("ranked_and_two", "two words AND, BM25 top 10", 60, TEXTS),
    Row("ranked_or_two", "two words OR, BM25 top 10", 120, TEXTS),
    Row("ranked_common_word", "one common word, BM25 top 10", 400, TEXTS),
    Row("range_few", "range of about 100 documents: total + first 300"),
    Row("range_0.1", "range 0.1 %: total + first 300"),
    Row("range_1", "range 1 %: total + first 300", 5, NUMBERS),
    Row("range_10", "range 10 %: total + first 300"),
    Row("range_1_total", "range 1 %: total alone", 5, NUMBERS),
    Row("range_1_all", "range 1 %: all ids", 30, NUMBERS),
    Row("range_1_sorted", "range 1 %: total + first 300 by price"),
    Row("all_sorted", "everything: total + first 10 by price"),
    Row("three_way", "common word, category and range 10 %: total + first 300"),
)

# In documents a second.
RATES = (
    Row("load", "load with all indexes, documents/s"),
    Row("text_index", "text index alone, from what is stored, documents/s", 150_000, TEXTS),
    Row("price_index", "number index alone, from what is stored, documents/s", 1_000_000, NUMBERS),
)
