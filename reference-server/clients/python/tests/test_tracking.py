import unittest

from mkdb_client import SnapshotBaseObject
from mkdb_client.tracking import wrap_record


class Recorder:
    nested_patches = False

    def __init__(self):
        self.writes = []

    def set(self, store, record_id, delta):
        self.writes.append((store, record_id, delta))
        return "written"


def tracked(data, cls=SnapshotBaseObject):
    client = Recorder()
    return wrap_record(cls, data, "r1", "parts", client), client


class Tracking(unittest.TestCase):
    def test_only_changed_fields_are_sent(self):
        record, client = tracked({"_id": "r1", "name": "Nut", "price": 1, "old": True})
        record.price = 2
        record["colour"] = "red"
        del record.old
        self.assertEqual(record.patch(), "written")
        self.assertEqual(client.writes, [("parts", "r1", {"price": 2, "colour": "red", "old": None})])

    def test_nothing_changed_sends_nothing(self):
        record, client = tracked({"name": "Nut"})
        record.name = "Nut"
        self.assertIsNone(record.patch())
        self.assertEqual(client.writes, [])

    def test_a_patch_starts_from_the_last_one(self):
        record, client = tracked({"n": 1})
        record.n = 2
        record.patch()
        record.n = 3
        record.patch()
        self.assertEqual([delta for _, _, delta in client.writes], [{"n": 2}, {"n": 3}])

    def test_types_that_python_equates_are_changes(self):
        record, _ = tracked({"a": 1, "b": 1, "c": [0]})
        record.a, record.b, record.c = True, 1.0, [False]
        self.assertEqual(record.changes(), {"a": True, "b": 1.0, "c": [False]})

    def test_objects_are_sent_whole_or_as_dotted_paths(self):
        record, _ = tracked({"size": {"w": 1, "h": 2, "box": {"d": 3}}})
        record.size["w"] = 9
        del record.size["h"]
        record.size["box"]["d"] = 4
        self.assertEqual(record.changes(), {"size": {"w": 9, "h": None, "box": {"d": 4}}})
        self.assertEqual(record.changes(nested=True), {"size.w": 9, "size.h": None, "size.box.d": 4})

    def test_classes_of_the_program_work(self):
        class Part(SnapshotBaseObject):
            def retire(self):
                self.active = False
                self.patch()

        part, client = tracked({"active": True}, Part)
        part.retire()
        self.assertEqual(client.writes, [("parts", "r1", {"active": False})])
        self.assertEqual((part.__id__, part.__store__), ("r1", "parts"))

    def test_a_foreign_class_gets_the_metadata(self):
        class Plain:
            def __init__(self, data):
                self.data = data

        plain, client = tracked({"a": 1}, Plain)
        self.assertEqual((plain.data, plain.__id__, plain.__store__), ({"a": 1}, "r1", "parts"))
        self.assertIs(plain.__client__, client)

    def test_a_field_named_like_a_method_is_reached_as_an_item(self):
        record, _ = tracked({"patch": 1})
        self.assertEqual(record["patch"], 1)
        self.assertTrue(callable(record.patch))
        self.assertIn("patch", record)
        with self.assertRaises(AttributeError):
            record.missing
        with self.assertRaises(AttributeError):
            del record.missing

    def test_an_unbound_record_says_so(self):
        with self.assertRaisesRegex(ValueError, "belongs to no client"):
            SnapshotBaseObject({"a": 1}).patch()
