"""Socket plane: frames, and what is no frame."""

import json
import socket
import struct

from support.case import ServerCase
from support.wire import MAX_FRAME, Closed, frame, raw_frame

MAX_FRAME_BEFORE_LOGIN = 4096


class Frames(ServerCase):
    def test_a_conversation_cut_at_every_byte(self):
        peer = self.raw_peer()
        self.assertEqual(peer.receive()["type"], "permissions")
        for byte in frame({"access": "R"}) + frame({"type": "request", "id": "c", "action": "ping"}):
            peer.send_bytes(bytes([byte]))
        self.assertEqual(peer.receive()["type"], "ready")
        self.assertEqual(peer.answer_to("c")["data"], "pong")

    def test_a_request_cut_in_two_at_every_place(self):
        peer = self.peer("R")
        for cut in range(1, len(frame({"type": "request", "id": "00", "action": "ping"}))):
            data = frame({"type": "request", "id": f"{cut:02}", "action": "ping"})
            peer.send_bytes(data[:cut])
            peer.send_bytes(data[cut:])
            self.assertEqual(peer.answer_to(f"{cut:02}")["data"], "pong")

    def test_many_frames_in_one_segment(self):
        peer = self.peer("R")
        peer.send_bytes(b"".join(frame({"type": "request", "id": str(n), "action": "ping"}) for n in range(100)))
        for n in range(100):
            self.assertEqual(peer.answer_to(str(n))["data"], "pong")

    def test_an_empty_frame_is_ignored(self):
        peer = self.raw_peer()
        peer.receive()
        peer.send_bytes(raw_frame(b"") * 3)
        peer.send({"access": "R"})
        self.assertEqual(peer.receive()["type"], "ready")
        peer.send_bytes(raw_frame(b"") * 3)
        self.assertEqual(peer.ok("ping"), "pong")

    def test_the_largest_frame_is_taken(self):
        peer = self.peer("R")
        message = {"type": "request", "id": "big", "action": "ping", "padding": ""}
        message["padding"] = "x" * (MAX_FRAME - len(json.dumps(message)))
        data = frame(message)
        self.assertEqual(len(data), MAX_FRAME + 4)
        peer.send_bytes(data)
        self.assertEqual(peer.answer_to("big")["data"], "pong")

    def test_a_longer_frame_is_refused_from_its_length(self):
        witness = self.peer("R")
        for length in (MAX_FRAME + 1, 0x7FFFFFFF, 0xFFFFFFFF):
            for ready in (False, True):
                with self.subTest(length=length, ready=ready):
                    peer = self.peer("R") if ready else self.raw_peer()
                    if not ready:
                        peer.receive()
                    peer.send_bytes(struct.pack(">I", length))
                    largest = MAX_FRAME if ready else MAX_FRAME_BEFORE_LOGIN
                    self.assertEqual(peer.receive(), {
                        "type": "error", "error": f"Frame too large: {length} bytes (max {largest})"})
                    peer.expect_close()
        self.assertEqual(witness.ok("ping"), "pong")

    def test_what_is_no_json_object_gets_an_error_and_a_close(self):
        witness = self.peer("R")
        bodies = [b"{", b"}", b"[1]", b"3", b"null", b'"text"', b'{"a":1} x', b"\xff\xfe", b'{"a":"\xc3"}', b"{'a':1}",
                  b"   "]
        for body in bodies:
            for ready in (False, True):
                with self.subTest(body=body, ready=ready):
                    peer = self.peer("R") if ready else self.raw_peer()
                    if not ready:
                        peer.receive()
                    peer.send_bytes(raw_frame(body))
                    answer = peer.receive()
                    self.assertEqual((answer["type"], set(answer)), ("error", {"type", "error"}))
                    self.assertTrue(answer["error"])
                    peer.expect_close()
        self.assertEqual(witness.ok("ping"), "pong")

    def test_a_frame_that_never_ends_disturbs_nobody(self):
        witness = self.peer("R")
        peer = self.peer("R")
        peer.send_bytes(struct.pack(">I", 1000) + b'{"type":"req')
        peer.sock.shutdown(socket.SHUT_WR)
        with self.assertRaises(Closed):
            peer.receive()
        self.assertEqual(witness.ok("ping"), "pong")


class HttpOnTheSocketPort(ServerCase):
    def test_it_is_told_the_http_port(self):
        for method in ("GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS"):
            with self.subTest(method):
                peer = self.raw_peer()
                peer.send_bytes(f"{method} /health HTTP/1.1\r\nHost: x\r\n\r\n".encode())
                head, _, body = self._http_answer(peer).partition(b"\r\n\r\n")
                self.assertRegex(head, rb"(?i)^HTTP/1\.1 400 [^\r]*\r\n(.*\r\n)*content-type: application/json")
                if method != "HEAD":
                    content = json.loads(body)
                    self.assertEqual(content["status"], "error")
                    self.assertIn(str(self.server.http[1]), json.dumps(content))

    def _http_answer(self, peer):
        """Everything up to the close, without the frame that greets every connection, if it came first."""
        data = b""
        while chunk := peer.sock.recv(65536):
            data += chunk
        if data[:4] != b"HTTP":
            (length,) = struct.unpack(">I", data[:4])
            self.assertEqual(json.loads(data[4:4 + length])["type"], "permissions")
            data = data[4 + length:]
        return data
