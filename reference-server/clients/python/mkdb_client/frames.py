"""Frames of the socket plane: a 32-bit big-endian length and that many bytes of JSON."""

import json
import struct

from .errors import MkDBConnectionError, MkDBTransportError

MAX_FRAME_BYTES = 10 * 1024 * 1024

_LENGTH = struct.Struct(">I")


def encode_json(value):
    """Compact UTF-8 JSON; NaN and infinities have no JSON form and raise ValueError."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode("utf-8")


def encode_frame(message):
    body = encode_json(message)
    if len(body) > MAX_FRAME_BYTES:
        raise MkDBTransportError(f"Frame too large: {len(body)} bytes (max {MAX_FRAME_BYTES})")
    return _LENGTH.pack(len(body)) + body


class FrameDecoder:
    """Turns received bytes into messages, however the network has cut them."""

    def __init__(self):
        self._buffer = bytearray()

    def feed(self, data):
        """The messages that `data` completes, in order."""
        self._buffer += data
        messages = []
        start = 0
        while len(self._buffer) - start >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(self._buffer, start)
            if length > MAX_FRAME_BYTES:
                raise MkDBConnectionError(
                    f"the server sent a frame of {length} bytes (max {MAX_FRAME_BYTES}): not an MkDB socket port?"
                )
            end = start + _LENGTH.size + length
            if len(self._buffer) < end:
                break
            if length:
                messages.append(_decode(self._buffer[start + _LENGTH.size : end]))
            start = end
        del self._buffer[:start]
        return messages


def _decode(body):
    try:
        message = json.loads(body.decode("utf-8"))
    except ValueError as error:
        raise MkDBConnectionError(f"the server sent a frame that is not JSON: {error}") from None
    if not isinstance(message, dict):
        raise MkDBConnectionError("the server sent a frame that is not a JSON object")
    return message
