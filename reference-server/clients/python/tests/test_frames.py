import json
import struct
import unittest

from mkdb_client import MkDBConnectionError, MkDBTransportError
from mkdb_client.frames import MAX_FRAME_BYTES, FrameDecoder, encode_frame


class Frames(unittest.TestCase):
    def test_a_message_survives_every_cut(self):
        first, second = {"type": "ping"}, {"text": "größer als 😀", "n": 2**64 - 1}
        data = encode_frame(first) + struct.pack(">I", 0) + encode_frame(second)
        for cut in range(len(data) + 1):
            decoder = FrameDecoder()
            self.assertEqual(decoder.feed(data[:cut]) + decoder.feed(data[cut:]), [first, second])

    def test_text_is_sent_as_utf8(self):
        body = encode_frame({"a": "ü"})[4:]
        self.assertEqual(body, '{"a":"ü"}'.encode("utf-8"))

    def test_too_long_is_refused_before_sending(self):
        with self.assertRaisesRegex(MkDBTransportError, r"^Frame too large: \d+ bytes \(max 10485760\)$"):
            encode_frame({"a": "x" * MAX_FRAME_BYTES})

    def test_too_long_is_refused_from_the_length_alone(self):
        with self.assertRaisesRegex(MkDBConnectionError, "10485761 bytes"):
            FrameDecoder().feed(struct.pack(">I", MAX_FRAME_BYTES + 1))

    def test_what_is_no_json_object_is_refused(self):
        for body in (b"{", b"[1]", b"\xff\xff"):
            with self.assertRaises(MkDBConnectionError):
                FrameDecoder().feed(struct.pack(">I", len(body)) + body)

    def test_nan_has_no_json_form(self):
        with self.assertRaises(ValueError):
            encode_frame({"a": float("nan")})
        self.assertEqual(json.loads(encode_frame({"a": 1.5})[4:]), {"a": 1.5})
