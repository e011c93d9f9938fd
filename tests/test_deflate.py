"""Deflate: zlib reads it, and equal data has equal bytes, wherever in memory it is compressed."""

from __future__ import annotations

import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from phosphene.core import deflate
from phosphene.core.deflate import Compressor, compress

RUN = bytes(600) + bytes(range(100))  # a match at the third byte: what isal alone may miss


@given(st.binary(max_size=2000), st.integers(0, 40))
def test_zlib_reads_what_was_compressed(data: bytes, repeats: int):
    data *= repeats
    assert zlib.decompress(compress(data)) == data


@given(st.lists(st.binary(max_size=9)), st.lists(st.binary(max_size=900)))
def test_streams_in_any_pieces_join(first: list[bytes], second: list[bytes]):
    streams = []
    for parts, last in ((first, False), (second, True)):
        stream = Compressor()
        streams += [*(stream.compress(part) for part in parts), stream.end(last)]
    found = zlib.decompress(b"".join(streams), -zlib.MAX_WBITS)
    assert found == b"".join([*first, *second])


@pytest.mark.parametrize("shape", [(7, 5, 3), (35, 3), (105,)])
@pytest.mark.parametrize("kind", ["u1", "<u2", "<f4"])
def test_arrays_of_any_shape_are_compressed_as_their_bytes(shape: tuple[int, ...], kind: str):
    data = np.arange(105).astype(kind).reshape(shape)
    assert compress(data) == compress(data.tobytes())


def test_equal_data_has_equal_bytes_wherever_a_stream_is_in_memory():
    """9,000 streams at as many addresses; of isal alone one or two are others in most runs."""
    streams, found = [], set[bytes]()
    for _ in range(9000):
        stream = Compressor()
        found.add(stream.compress(RUN) + stream.end(last=False))
        streams.append(stream)
    assert len(found) == 1


@pytest.mark.skipif(deflate.library is zlib, reason="isal has no wheel for this machine")
def test_no_stream_of_isal_starts_without_a_dictionary(monkeypatch: pytest.MonkeyPatch):
    """With one it does not look at its address; so a stream starts with a stored block."""
    made = []
    real = deflate.library.compressobj
    monkeypatch.setattr(
        deflate.library, "compressobj", lambda *a, **k: made.append(k) or real(*a, **k)
    )
    for data in (b"", b"a", b"abc", RUN):
        stream = Compressor()
        for part in (b"", data):
            assert stream.compress(part)[:1] in (b"", b"\0")
        stream.end(last=True)
    assert [k.get("zdict") for k in made] == [None, b"a", b"abc", bytes(4)]
