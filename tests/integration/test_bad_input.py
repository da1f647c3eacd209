"""What bad input gets: one clear sentence, nothing changed, the server and the other clients undisturbed."""

import json
import os
import socket
import subprocess
import tempfile
import unittest

from support.case import ServerCase
from support.server import Server, binary, free_port, run
from support.wire import MAX_FRAME, raw_frame


class BadStart(unittest.TestCase):
    """A server that cannot start says why on standard error, exits with 1 and leaves the directory as it was."""

    def server(self, **options):
        server = Server(("parts",), **options)
        self.addCleanup(server.remove)
        return server

    def assert_refused(self, directory, *patterns):
        finished = run("serve", directory, "--json")
        self.assertEqual(finished.returncode, 1, finished.stderr)
        self.assertEqual(finished.stdout, "")
        last = finished.stderr.strip().splitlines()[-1]
        for pattern in patterns:
            self.assertRegex(last, pattern)
        return last

    def test_a_wrong_type_or_range_in_the_configuration(self):
        for changes, path, value in [
            ({"servers": {"socket_server": {"max_clients": "many"}}}, r"servers\.socket_server\.max_clients", "many"),
            ({"servers": {"http_server": {"address": {"port": 70000}}}}, r"servers\.http_server\.address\.port",
             "70000"),
            ({"servers": {"http_server": {"cors_origins": "*"}}}, r"servers\.http_server\.cors_origins", r"\*"),
            ({"stores": {"parts": {"default_query_limit": -1}}}, r"stores\.parts\.default_query_limit", "-1"),
            ({"stores": {"parts": {"durability": "perhaps"}}}, r"stores\.parts\.durability", "perhaps"),
            ({"stores": {"parts": {"ram_config": 5}}}, r"stores\.parts\.ram_config", "5"),
            ({"stores": {"parts": {"ram_config": {"clean_type": "coin"}}}}, "clean_type", "lru"),
            ({"name": 5}, "name", "5"),
            ({"users": {"ada": {"username": "ada", "password_hash": 5}}}, r"users\.ada\.password_hash", "5"),
        ]:
            with self.subTest(path):
                server = self.server()
                server.edit_config(changes)
                with open(server.config_path, encoding="utf-8") as file:
                    before = file.read()
                self.assert_refused(server.directory, path, value)
                with open(server.config_path, encoding="utf-8") as file:
                    self.assertEqual(file.read(), before)

    def test_a_configuration_that_is_no_json(self):
        server = self.server()
        with open(server.config_path, "w", encoding="utf-8") as file:
            file.write('{"name": "broken",')
        self.assert_refused(server.directory, r"config\.json", "JSON")

    def test_an_unknown_key_is_kept_and_warned_about(self):
        server = self.server(config={"favourite_colour": "red"})
        server.start()
        server.stop()
        self.assertEqual(server.read_config()["favourite_colour"], "red")
        self.assertIn("favourite_colour", server.log())

    def test_a_port_in_use(self):
        for plane in ("socket_server", "http_server", "control_server"):
            with self.subTest(plane), socket.create_server(("127.0.0.1", 0)) as taken:
                port = taken.getsockname()[1]
                server = self.server(config={"servers": {plane: {"address": {"port": port}}}})
                self.assert_refused(server.directory, str(port), "in use")

    def test_an_address_beyond_this_machine_without_users(self):
        server = self.server(config={
            "servers": {"socket_server": {"address": {"host": "0.0.0.0", "port": free_port()}}}})
        self.assert_refused(server.directory, "0.0.0.0", "users|allow_insecure")

    def test_a_locked_directory(self):
        server = self.server()
        server.start()
        self.assert_refused(server.directory, "in use|lock|another process|already")
        server.stop()
        server.start()
        server.stop()

    def test_a_directory_that_cannot_be_written(self):
        with tempfile.NamedTemporaryFile() as file:
            path = os.path.join(file.name, "db")
            finished = run(path, "-c")
            self.assertEqual(finished.returncode, 1)
            self.assertIn(path, finished.stderr)
            self.assertEqual(len(finished.stderr.strip().splitlines()), 1)
            self.assert_refused(path, path.replace(".", r"\."))

    @unittest.skipIf(os.geteuid() == 0, "root writes everywhere")
    def test_a_directory_without_write_permission(self):
        server = self.server()
        os.chmod(server.directory, 0o500)
        self.addCleanup(os.chmod, server.directory, 0o700)
        self.assert_refused(server.directory, "[Pp]ermission")

    def test_a_directory_without_a_configuration(self):
        with tempfile.TemporaryDirectory() as empty:
            self.assert_refused(empty, r"config\.json|-c|init")
            self.assertEqual(os.listdir(empty), [])

    def test_a_directory_that_does_not_exist(self):
        with tempfile.TemporaryDirectory() as work:
            nowhere = os.path.join(work, "nowhere")
            self.assert_refused(nowhere, f"^mkdb: {nowhere} does not exist")
            for command in (["check", nowhere], ["stats", nowhere], ["backup", nowhere, os.path.join(work, "b")],
                            ["compact", nowhere], ["export", nowhere, "s"], ["user", "list", nowhere],
                            ["migrate", nowhere, os.path.join(work, "x")], ["import", nowhere, "s", __file__]):
                with self.subTest(command):
                    finished = run(*command)
                    self.assertEqual((finished.returncode, finished.stdout), (1, ""))
                    self.assertRegex(finished.stderr, f"^mkdb: {nowhere} does not exist.*\n$")
            self.assertEqual(os.listdir(work), [])

    def test_an_unknown_command(self):
        with tempfile.TemporaryDirectory() as work:
            for arguments in (["chekc"], ["chekc", "shop"], ["chekc", "shop", "--json"], ["chekc", "--json"]):
                with self.subTest(arguments):
                    finished = run(*arguments, cwd=work)
                    self.assertEqual((finished.returncode, finished.stdout), (2, ""))
                    self.assertRegex(finished.stderr, "^mkdb: unknown command 'chekc'.*did you mean `mkdb check`")
            finished = run("shop", "parts", cwd=work)
            self.assertEqual(finished.returncode, 2)
            self.assertRegex(finished.stderr, "^mkdb: unknown command 'shop'.*see `mkdb --help`")
            self.assertRegex(run("shop", cwd=work).stderr, "^mkdb: shop does not exist")
            self.assertEqual(os.listdir(work), [])

    def test_a_directory_that_is_called_almost_like_a_command(self):
        with tempfile.TemporaryDirectory() as work:
            self.assertEqual(run("chekc", "-c", cwd=work).returncode, 0)
            self.assertEqual(os.listdir(os.path.join(work, "chekc")), ["config.json"])
            self.assertRegex(run("chekc", "shop", cwd=work).stderr, "not expected: shop")

    def test_wrong_usage(self):
        for arguments in (["--no-such-flag"], ["serve"], ["import", "x"], []):
            with self.subTest(arguments):
                finished = run(*arguments)
                self.assertEqual(finished.returncode, 2, finished.stderr)
                self.assertTrue(finished.stderr.strip())
                self.assertEqual(finished.stdout, "")

    def test_output_that_cannot_be_written(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            asked = subprocess.run([binary(), "--help"], stdout=full, stderr=subprocess.PIPE, text=True, timeout=30)
        self.assertEqual(asked.returncode, 1)
        self.assertIn("standard output could not be written", asked.stderr)


class BadRequests(ServerCase):
    """Every refusal leaves the store, the connection and the other connections as they were."""

    def setUp(self):
        self.p = self.peer()
        self.p.ok("write", store="parts", record_id="kept", delta={"n": 1})
        self.other = self.peer()

    def tearDown(self):
        for peer in (self.p, self.other):
            self.assertEqual(peer.ok("query", store="parts", filter={}, hydrate=True)["records"],
                             [{"_id": "kept", "n": 1}])

    def assert_refused_everywhere(self, fields, pattern, raw_delta=None):
        """Over the socket and over HTTP; `raw_delta` is JSON text that Python would not write."""
        body = {"store": "parts", "record_id": "kept", "delta": "DELTA" if raw_delta else {}, **fields}
        text = json.dumps(body)
        request = json.dumps({"type": "request", "id": "bad", "action": "write", **body})
        if raw_delta is not None:
            text, request = (t.replace('"DELTA"', raw_delta) for t in (text, request))
        self.p.send_bytes(raw_frame(request.encode("utf-8")))
        response = self.p.answer_to("bad")
        self.assertEqual((response["status"], response["data"]), ("error", None), response)
        self.assertRegex(response["error"], pattern)
        answer = self.web().request("POST", "/data", text.encode("utf-8"))
        self.assertEqual(answer.status, 400, answer)
        self.assertRegex(answer.json["message"], pattern)

    def test_unknown_action(self):
        self.assertEqual(self.p.error("explode", store="parts"), "Unknown action: 'explode'")
        self.assertEqual(self.p.error("", store="parts"), "Missing 'action' field")

    def test_malformed_filter(self):
        deep = {"n": 1}
        for _ in range(20):
            deep = {"$and": [deep]}
        for filter, pattern in [
            ({"n": {"like": 1}}, "n.*like"), ({"n": {"gt": None}}, "n.*gt"), ({"n": {"in": 5}}, "n.*in"),
            ({"n": {"exists": "yes"}}, "n.*exists"), ({"$and": {"n": 1}}, r"\$and"), ({"$or": [5]}, r"\$or"),
            ({"$nope": []}, r"\$nope"), ({"n": {"gt": 1, "like": 2}}, "like"), ({"n": {"contains": 5}}, "contains"),
            ({"id": 5}, "id"), (deep, "deep|nest|depth"),
        ]:
            with self.subTest(filter=filter):
                text = self.p.error("query", store="parts", filter=filter)
                self.assertRegex(text, "^Query syntax error: ")
                self.assertRegex(text, pattern)
                answer = self.web().post("/query", {"store": "parts", "filter": filter})
                self.assertEqual((answer.status, answer.json["message"]), (400, text))

    def test_a_malformed_page(self):
        for page in ({"limit": -1}, {"limit": "many"}, {"limit": 1.5}, {"offset": -1}, {"offset": "x"}, {"sort": 5},
                     {"hydrate": "yes"}):
            with self.subTest(page=page):
                self.assertTrue(self.p.error("query", store="parts", filter={}, **page))

    def test_an_id_out_of_bounds(self):
        for record_id in ("x" * 257, "ü" * 129, "line\nbreak", "nul\u0000", "\u007f", "\u0001"):
            with self.subTest(record_id=record_id):
                self.assert_refused_everywhere({"record_id": record_id, "delta": {"n": 9}}, "(?i)id")
        for record_id in (5, ["a"], {"a": 1}, True):
            with self.subTest(record_id=record_id):
                self.assert_refused_everywhere({"record_id": record_id, "delta": {"n": 9}}, "record_id")

    def test_a_number_out_of_range_is_refused_never_rounded(self):
        for number in ("18446744073709551616", "-9223372036854775809", "1e400", "-1e400", "1" + "0" * 400):
            with self.subTest(number):
                self.assert_refused_everywhere({}, "(?i)number|range|integer", raw_delta='{"n": %s}' % number)

    def test_too_deep_nesting(self):
        for delta in ('{"d":' * 65 + "1" + "}" * 65, '{"d":' + "[" * 65 + "]" * 65 + "}"):
            self.assert_refused_everywhere({}, "(?i)deep|depth|nest", raw_delta=delta)

    def test_extreme_nesting_does_not_exhaust_the_server(self):
        for opening in (b"[", b'{"a":'):
            peer = self.peer()
            peer.send_bytes(raw_frame(b'{"type":"request","id":"d","action":"write","x":' + opening * 1_000_000))
            self.assertEqual(peer.receive()["type"], "error")
            peer.expect_close()

    def test_text_that_is_no_utf8(self):
        peer = self.peer()
        peer.send_bytes(raw_frame(b'{"type":"request","id":"u","action":"write","store":"parts","record_id":"kept",'
                                  b'"delta":{"n":"\xff"}}'))
        self.assertEqual(peer.receive()["type"], "error")
        peer.expect_close()

    def test_frames_that_are_none(self):
        for data in (b"\xff\xff\xff\xff", raw_frame(b"nonsense"), raw_frame(b"[]")):
            peer = self.peer()
            peer.send_bytes(data)
            self.assertEqual(peer.receive()["type"], "error")
            peer.expect_close()

    def test_a_body_too_large(self):
        connection = self.web().connection
        connection.putrequest("POST", "/data")
        connection.putheader("Content-Length", str(MAX_FRAME + 1))
        connection.endheaders()
        response = connection.getresponse()
        content = json.loads(response.read())
        self.assertEqual((response.status, content["status"], content["code"]), (413, "error", 413))
        self.assertRegex(content["message"], str(MAX_FRAME))

    def test_a_delta_that_is_none(self):
        for delta in (5, "text", [], None):
            self.assertEqual(self.p.error("write", store="parts", record_id="kept", delta=delta),
                             "'delta' must be a JSON object")
