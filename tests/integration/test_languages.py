"""A language for each field: set over the control plane and in config.json, met over the socket."""

from support.case import ServerCase
from support.server import CONTROL_USERS

GERMAN = {"title": {"queryable": "full-text", "language": "german"}, "text": {"queryable": "full-text"}}
RECORDS = {"r1": {"title": "Die Häuser am See", "text": "houses by the lake"},
           "r2": {"title": "Ein Haus", "text": "one house, the das of it"},
           "r3": {"title": "Straßen", "text": "roads"}}


class Languages(ServerCase):
    stores = ("parts",)

    def setUp(self):
        self.admin = self.control("admin", CONTROL_USERS["admin"])
        self.name = self.id().rpartition(".")[2]
        self.admin.ok("api_create_store", name=self.name)
        self.p = self.peer()
        for record_id, delta in RECORDS.items():
            self.p.ok("write", store=self.name, record_id=record_id, delta=delta)

    def speak(self, fields):
        return self.admin.ok("api_update_store_config", name=self.name, schema_config={"fields": fields})

    def found(self, filter_):
        return self.p.ok("query", store=self.name, filter=filter_)["ids"]

    def search(self, text, **more):
        search = {"text": text, "fields": ["title", "text"], **more}
        data = self.p.ok("query", store=self.name, filter={}, search=search)
        return data["ids"], data["scores"]

    def answers(self):
        return [self.found({"title": ["das Haus"]}), self.found({"text": ["das"]}), self.found({"title": ["strasse"]}),
                self.found({"title": {"phrase": "Haus am See"}}), self.search("Häuser roads"),
                self.search("Häuser lake", match="all")]

    def test_are_those_of_the_fields_with_and_without_an_index(self):
        self.assertEqual(self.found({"title": ["das Haus"]}), [])
        self.speak(GERMAN)
        indexed = self.answers()
        self.assertEqual(indexed[:4], [["r1", "r2"], ["r2"], ["r3"], ["r1"]])
        self.assertCountEqual(indexed[4][0], ["r1", "r2", "r3"])
        self.assertEqual(indexed[5][0], ["r1"])
        self.speak({name: {**field, "queryable": False} for name, field in GERMAN.items()})
        self.assertEqual(self.answers(), indexed)

    def test_show_their_words(self):
        self.speak(GERMAN)
        data = self.p.ok("query", store=self.name, filter={"id": "r1"},
                         search={"text": "Haus house", "fields": ["title", "text"], "highlight": True})
        self.assertEqual(data["highlights"], [{"title": [{"start": 4, "length": 7}],
                                               "text": [{"start": 0, "length": 6}]}])

    def test_are_explained_by_the_index_that_has_them(self):
        self.speak(GERMAN)
        told = self.p.ok("explain", store=self.name, filter={"title": ["Häuser"]})
        self.assertEqual((told["plan"]["by"], told["records_read"], told["total_matches"]), (["full-text"], 0, 2))

    def test_that_are_unknown_are_refused_with_a_list(self):
        self.speak(GERMAN)
        status, message = self.admin.refused("api_update_store_config", name=self.name, schema_config={
            "fields": {"title": {"language": "klingon"}}})
        self.assertEqual(status, 400)
        self.assertRegex(message, rf'^stores\.{self.name}\.schema_config\.fields\.title\.language is "klingon", '
                                  r'expected "arabic", "armenian", .* or "yiddish"$')
        self.assertEqual(self.found({"title": ["das Haus"]}), ["r1", "r2"])

    def test_are_kept_over_a_restart(self):
        self.speak(GERMAN)
        fields = self.server.read_config()["stores"][self.name]["schema_config"]["fields"]
        self.assertEqual({name: field["language"] for name, field in fields.items()},
                         {"title": "german", "text": "english"})
        before = self.answers()
        self.server.stop()
        self.server.start()
        self.p = self.peer()
        self.assertEqual(self.answers(), before)
