import unittest

from mkdb_client import Q


class QueryBuilder(unittest.TestCase):
    def test_every_condition(self):
        field = Q.field("mass")
        for query, filter in [
            (field.eq(3), {"mass": {"eq": 3}}),
            (field.eq(None), {"mass": {"eq": None}}),
            (field.neq(3), {"mass": {"neq": 3}}),
            (field.gt(3), {"mass": {"gt": 3}}),
            (field.gte(3), {"mass": {"gte": 3}}),
            (field.lt(3), {"mass": {"lt": 3}}),
            (field.lte(3), {"mass": {"lte": 3}}),
            (field.between(3, 5), {"mass": {"gte": 3, "lte": 5}}),
            (field.is_included((3, 4)), {"mass": {"in": [3, 4]}}),
            (field.not_included([3]), {"mass": {"nin": [3]}}),
            (field.contains("heavy metal"), {"mass": {"contains": "heavy metal"}}),
            (field.phrase("heavy metal"), {"mass": {"phrase": "heavy metal"}}),
            (field.fuzzy("hevy metal"), {"mass": {"fuzzy": "hevy metal"}}),
            (field.fuzzy("hevy", edits=1), {"mass": {"fuzzy": {"text": "hevy", "edits": 1}}}),
            (field.prefix("he"), {"mass": {"prefix": "he"}}),
            (field.regex("^he"), {"mass": {"regex": "^he"}}),
            (field.any((3, 4)), {"mass": {"any": [3, 4]}}),
            (field.all([3]), {"mass": {"all": [3]}}),
            (~field.eq(3), {"$not": {"mass": {"eq": 3}}}),
            (field.keywords("heavy", "metal"), {"mass": ["heavy", "metal"]}),
            (field.exists(), {"mass": {"exists": True}}),
            (field.exists(False), {"mass": {"exists": False}}),
            (Q.id("a"), {"id": "a"}),
            (Q.id("a", "b"), {"id": ["a", "b"]}),
            (Q.all(), {}),
        ]:
            with self.subTest(filter=filter):
                self.assertEqual(query.build(), {"filter": filter})

    def test_and_and_or_nest_only_where_they_change(self):
        a, b, c = (Q.field(name).eq(1) for name in "abc")
        one = {"eq": 1}
        self.assertEqual((a & b & c).build()["filter"], {"$and": [{"a": one}, {"b": one}, {"c": one}]})
        self.assertEqual((a & ~(b | c)).build()["filter"],
                         {"$and": [{"a": one}, {"$not": {"$or": [{"b": one}, {"c": one}]}}]})
        self.assertEqual((~a.limit(3)).build(), {"filter": {"$not": {"a": one}}, "limit": 3})
        self.assertEqual((a & (b | c)).build()["filter"], {"$and": [{"a": one}, {"$or": [{"b": one}, {"c": one}]}]})

    def test_order_and_page_survive_combination(self):
        query = Q.field("a").gt(1).sort("-a").limit(5) & Q.field("b").lt(2).offset(10).limit(7)
        built = query.build()
        self.assertEqual({key: built[key] for key in ("sort", "limit", "offset")},
                         {"sort": "-a", "limit": 5, "offset": 10})

    def test_queries_are_values(self):
        base = Q.field("a").gt(1)
        base.sort("a").limit(1)
        base.build()["filter"]["a"]["gt"] = 9
        self.assertEqual(base.build(), {"filter": {"a": {"gt": 1}}})

    def test_python_and_is_refused_because_it_would_drop_a_side(self):
        with self.assertRaisesRegex(TypeError, "&"):
            Q.field("a").eq(1) and Q.field("b").eq(2)
        with self.assertRaises(TypeError):
            Q.field("a").eq(1) & {"b": 2}
