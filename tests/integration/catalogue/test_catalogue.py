"""The questions of the guide, asked of a real server, against a scan of the file that it imported.

With MKDB_CATALOGUE=full the catalogue of this machine is asked as well, not only the sample.
"""

import os
import tempfile
import unittest

import example
import scan
from support.case import ServerCase
from support.server import CONTROL_USERS, Server, run
from support.wire import Control, Http

IMPORT_SECONDS = 300


def socket_url(server):
    host, port = server.socket
    return f"mkdb://{host}:{port}"


def import_file(target, store, path, *options):
    done = run("import", *options, target, store, path, timeout=IMPORT_SECONDS)
    if done.returncode != 0:
        raise AssertionError(f"mkdb import ended with {done.returncode}: {done.stderr}")
    return done


class CatalogueCase(ServerCase):
    """Two stores with the same records: `packages` has the schema of the guide, `bare` has no index."""

    stores = ()
    records_file = example.SAMPLE

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.records = scan.load(cls.records_file)
        cls.questions = [(question, scan.answer(cls.records, question["request"])) for question in example.questions()]
        cls.by_id = {record["_id"]: record for record in cls.records}
        cls.make_stores()

    @classmethod
    def make_stores(cls):
        admin = Control(cls.server.control)
        admin.login("admin", CONTROL_USERS["admin"])
        for store in ("packages", "bare"):
            admin.ok("api_create_store", name=store, description="Debian packages")
        admin.ok("api_update_store_config", name="packages", schema_config=example.schema())
        admin.close()
        for store in ("packages", "bare"):
            import_file(socket_url(cls.server), store, cls.records_file)

    def admin(self):
        return self.control("admin", CONTROL_USERS["admin"])

    def ask(self, web, store, request, **more):
        answer = web.post("/query", {"store": store, "hydrate": False, **request, **more})
        self.assertEqual(answer.status, 200, answer)
        return answer.data

    def check_questions(self, store, server=None):
        web = Http((server or self.server).http)
        self.addCleanup(web.close)
        for question, expected in self.questions:
            with self.subTest(store=store, question=question["name"]):
                self.check_page(web, store, question["request"], expected)
                if question.get("all_pages"):
                    self.check_all_pages(web, store, question["request"], expected)

    def check_page(self, web, store, request, expected):
        answer = self.ask(web, store, request)
        self.assertEqual(answer["total_matches"], expected["total"])
        self.assertEqual(answer["count"], len(expected["ids"]))
        self.assert_ids(request, answer["ids"], expected["ids"])
        hydrated = self.ask(web, store, request, hydrate=True)["records"]
        self.assert_ids(request, [record["_id"] for record in hydrated], expected["ids"])
        for record in hydrated:
            self.assertEqual(record, self.by_id[record["_id"]])

    def assert_ids(self, request, ids, expected):
        if "sort" in request:
            self.assertEqual(ids, expected)
        else:
            self.assertCountEqual(ids, expected)

    def check_all_pages(self, web, store, request, expected):
        wanted = expected["all_ids"][request.get("offset", 0):]
        seen, offset = [], request.get("offset", 0)
        while page := self.ask(web, store, request, offset=offset)["ids"]:
            seen += page
            offset += request["limit"]
        self.assertEqual(seen, wanted, "page by offset")


class CatalogueChecks:
    """What must hold for the sample and for a whole catalogue."""

    def test_every_record_arrives_under_its_id(self):
        counts = {store["name"]: store["record_count"] for store in self.web().get("/data").data}
        self.assertEqual({name: counts.get(name) for name in ("packages", "bare")},
                         {"packages": len(self.records), "bare": len(self.records)})

    def test_indexes_answer_as_the_scan_does(self):
        self.check_questions("packages")

    def test_without_indexes_the_answers_are_the_same(self):
        self.check_questions("bare")

    def test_after_a_restart_the_answers_are_the_same(self):
        self.server.restart()
        self.check_questions("packages")
        self.check_questions("bare")

    def test_importing_the_same_file_again_changes_nothing(self):
        import_file(socket_url(self.server), "packages", self.records_file)
        self.test_every_record_arrives_under_its_id()
        self.check_questions("packages")

    def test_a_schema_that_comes_and_goes_changes_no_answer(self):
        admin = self.admin()
        for fields in (example.schema()["fields"], {}):
            admin.ok("api_update_store_config", name="bare", schema_config={"fields": fields})
            self.check_questions("bare")

    def test_a_directory_without_a_server_is_filled_by_import(self):
        server = Server()
        self.addCleanup(server.remove)
        import_file(server.directory, "packages", self.records_file, "--schema", example.SCHEMA)
        fields = server.read_config()["stores"]["packages"]["schema_config"]["fields"]
        self.assertEqual({name: field["queryable"] for name, field in fields.items()},
                         {name: field["queryable"] for name, field in example.schema()["fields"].items()})
        server.start()
        self.check_questions("packages", server)
        server.stop()


class SampleTest(CatalogueChecks, CatalogueCase):
    """The records that come with the example."""


@unittest.skipUnless(os.environ.get("MKDB_CATALOGUE") == "full", "MKDB_CATALOGUE is not 'full'")
class FullCatalogueTest(CatalogueChecks, CatalogueCase):
    """All packages that this machine knows."""

    @classmethod
    def setUpClass(cls):
        directory = tempfile.TemporaryDirectory(prefix="mkdb-catalogue-")
        cls.addClassCleanup(directory.cleanup)
        cls.records_file = os.path.join(directory.name, "catalogue.jsonl")
        done = example.convert("--output", cls.records_file)
        if done.returncode != 0:
            raise AssertionError(done.stderr.decode())
        super().setUpClass()


if __name__ == "__main__":
    unittest.main()
