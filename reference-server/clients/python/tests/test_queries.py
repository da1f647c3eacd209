import unittest

from mkdb_client import MkDBClient, Q

from fake_server import FakeServer, ok

NOTHING = {"count": 0, "total_matches": 0, "ids": []}


class QueryCase(unittest.TestCase):
    def serve(self, answer):
        """A client of a server that answers queries with `answer(request)`; what it asked is in `self.asked`."""
        self.asked = []

        def answer_and_note(request):
            self.asked.append({key: request[key] for key in request if key not in ("type", "id", "action")})
            return ok(answer(request))

        server = FakeServer(answer_and_note)
        self.addCleanup(server.close)
        client = MkDBClient(port=server.port)
        self.addCleanup(client.close)
        return client.connect()


class Requests(QueryCase):
    def test_only_what_is_said_is_sent(self):
        client = self.serve(lambda request: NOTHING)
        for options, expected in [
            ({}, {"hydrate": False}),
            ({"hydrate": True}, {"hydrate": True}),
            ({"fields": ["name"]}, {"fields": ["name"]}),
            ({"fields": []}, {"fields": []}),
            ({"fields": ["name"], "hydrate": False}, {"fields": ["name"], "hydrate": False}),
            ({"cursor": "{}", "sort": "n"}, {"hydrate": False, "cursor": "{}", "sort": "n"}),
            ({"count_only": True}, {"hydrate": False, "count_only": True}),
            ({"count_only": False}, {"hydrate": False}),
            ({"search": {"text": "a", "fields": ["b"]}}, {"hydrate": False, "search": {"text": "a", "fields": ["b"]}}),
        ]:
            for call in (client.query, lambda *args, **more: client.query_async(*args, **more).result()):
                with self.subTest(options=options):
                    call("parts", {"n": 1}, **options)
                    self.assertEqual(self.asked.pop(), {"store": "parts", "filter": {"n": 1}, **expected})

    def test_a_request_without_fields_is_written_as_ever(self):
        self.serve(lambda request: NOTHING).query("parts", Q.field("n").gt(0).sort("-n"), offset=3)
        self.assertEqual(list(self.asked.pop()), ["store", "hydrate", "filter", "sort", "offset"])

    def test_an_answer_says_where_the_next_page_begins(self):
        client = self.serve(lambda request: {**NOTHING, **({} if "cursor" in request else {"next_cursor": "{}"})})
        self.assertEqual(client.query("parts").next_cursor, "{}")
        self.assertIsNone(client.query("parts", cursor="{}").next_cursor)


class Aggregates(QueryCase):
    def test_figures_come_by_name_and_groups_as_a_list(self):
        client = self.serve(lambda request: {**NOTHING, "aggregate": (
            {"groups": [{"key": "red", "metrics": {"n": 2}}]} if "group_by" in request["aggregate"] else {"groups": 2})})
        self.assertEqual(client.aggregate("parts", {"groups": "count"}, Q.field("n").gt(0)), {"groups": 2})
        self.assertEqual(self.asked.pop(), {"store": "parts", "filter": {"n": {"gt": 0}},
                                            "aggregate": {"metrics": {"groups": "count"}}})
        self.assertEqual(client.aggregate("parts", {"n": "count"}, group_by="colour"),
                         [{"key": "red", "metrics": {"n": 2}}])
        self.assertEqual(self.asked.pop(), {"store": "parts", "filter": {},
                                            "aggregate": {"group_by": "colour", "metrics": {"n": "count"}}})


class Pages(QueryCase):
    ANSWERS = {
        None: {"count": 2, "total_matches": 4, "ids": ["a", "b"], "next_cursor": "after b"},
        "after b": {"count": 0, "total_matches": 4, "ids": [], "next_cursor": "after c"},
        "after c": {"count": 1, "total_matches": 4, "ids": ["d"]},
    }

    def pages(self, *arguments, **options):
        client = self.serve(lambda request: self.ANSWERS[request.get("cursor")])
        return client.query_pages("parts", *arguments, **options)

    def test_they_follow_the_cursor_to_the_end(self):
        self.assertEqual([page.ids for page in self.pages({"n": 1}, sort="-n", fields=["n"])], [["a", "b"], [], ["d"]])
        first = {"store": "parts", "filter": {"n": 1}, "sort": "-n", "fields": ["n"]}
        self.assertEqual(self.asked, [first, {**first, "offset": 0, "cursor": "after b"},
                                      {**first, "offset": 0, "cursor": "after c"}])

    def test_they_skip_an_offset_once(self):
        list(self.pages(Q.all().limit(2).offset(1)))
        self.assertEqual([(asked["limit"], asked["offset"]) for asked in self.asked], [(2, 1), (2, 0), (2, 0)])

    def test_they_begin_where_they_are_told(self):
        self.assertEqual([page.ids for page in self.pages(cursor="after b")], [[], ["d"]])

    def test_none_is_asked_for_that_is_not_taken(self):
        self.assertEqual(next(self.pages()).ids, ["a", "b"])
        self.assertEqual(len(self.asked), 1)
