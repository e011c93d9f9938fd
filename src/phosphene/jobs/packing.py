"""Results as they are sent over a network: compressed if that makes them smaller."""

from __future__ import annotations

from phosphene.core import deflate

PLAIN, DEFLATED = b"\0", b"\1"


def pack(data: bytes | memoryview) -> bytes:
    small = deflate.compress(data)
    return DEFLATED + small if len(small) < len(data) else PLAIN + bytes(data)


def unpack(packed: bytes) -> bytes:
    return deflate.decompress(packed[1:]) if packed[:1] == DEFLATED else packed[1:]
