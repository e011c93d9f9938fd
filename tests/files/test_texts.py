"""Texts in files: packed, marked, and told to other programs."""

from __future__ import annotations

import json
import struct
import xml.etree.ElementTree as ET
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

import phosphene as ph
from phosphene.core.errors import InputError
from phosphene.files.npy import MARK
from phosphene.files.texts import find, mark, pack, unpack
from phosphene.files.xmp import SOURCE, xmp

any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(), st.dictionaries(st.text(), any_json)))
def test_packed_texts_unpack_to_the_same(data):
    texts = {name: json.dumps(value) for name, value in data.items()}
    for packed in (pack(texts), pack(texts).encode()):
        assert {k: json.loads(v) for k, v in unpack("a", packed).items()} == data


@given(st.dictionaries(st.text(), st.text()))
def test_texts_that_are_not_json_are_unchanged(texts):
    found = unpack("a", pack(texts))
    assert {n for n in texts if found[n] != texts[n]} <= {n for n in texts if "{" in texts[n]}


@given(st.text(), st.binary(max_size=20))
def test_marked_texts_are_found_in_xml_and_never_end_it(text, after):
    texts = {"phosphene": json.dumps({"seed": text})}
    marked = mark(texts)
    assert marked.isascii() and not set(marked) & set("<>&") and "--" not in marked
    tree = ET.fromstring(f"<a><!-- {marked} --><b>{marked}</b></a>")
    assert tree[0].text == marked
    found = find("a", b"<a>" + marked.encode() + b" " + after)
    assert json.loads(found["phosphene"]) == {"seed": text}
    assert find("a", b"<a>" + after.replace(b"phosphene", b"")) == {}


@given(st.text())
def test_xmp_says_how_it_was_made_for_any_name_of_a_style(style):
    for texts in ({"phosphene": json.dumps({"style": style, "seed": 7})}, {"phosphene": style}, {}):
        packet = xmp(texts)
        tree = ET.fromstring(packet[packet.index("<x:") : packet.rindex("<?xpacket")])
        about = tree[0][0]
        said = {name.split("}")[1]: value for name, value in about.attrib.items()}
        assert said["DigitalSourceType"] == SOURCE and said["CreatorTool"] == "Phosphene"


def test_the_title_is_style_and_seed():
    assert ">silk, seed 7<" in xmp({"phosphene": '{"style": "silk", "seed": 7}'})


def npy(body: bytes) -> bytes:
    return b"\x93NUMPY" + body + struct.pack("<Q", len(body)) + MARK


def jpeg(body: bytes) -> bytes:
    part = b"phosphene\0" + struct.pack(">HH", 0, 1) + zlib.compress(body)
    return b"\xff\xd8\xff\xef" + struct.pack(">H", 2 + len(part)) + part


@pytest.mark.parametrize("wrap", [npy, jpeg])
@pytest.mark.parametrize(
    "body", [b"[" * 60_000, b'{"phosphene":' * 4_000, b"[1]", b"null", b"\xff\xfe", b""]
)
def test_invalid_texts_are_input_errors(wrap, body, tmp_path):
    (tmp_path / "a").write_bytes(wrap(body))
    with pytest.raises(InputError, match="damaged"):
        ph.open(tmp_path / "a")
