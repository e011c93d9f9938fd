"""XMP (ISO 16684-1): a small packet of metadata for other programs, which may hold a copy of the
recipe.
"""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from typing import Any

from phosphene.core.errors import InputError, PhospheneError
from phosphene.files.texts import COPIED, pack, rendering, unpack
from phosphene.recipe import Recipe

# IPTC: "media created purely by an algorithm not based on any sampled training data".
SOURCE = "http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia"
SOURCE_KEY = "Iptc4xmpExt:DigitalSourceType"
GPANO = "http://ns.google.com/photos/1.0/panorama/"
MOST_TAGS = 10_000  # in a packet; ours has a dozen
NAMESPACE = "urn:phosphene:metadata:1/"
COPY = f'\n   <phosphene:Recipe xmlns:phosphene="{NAMESPACE}">{{}}</phosphene:Recipe>'
PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:xmp="http://ns.adobe.com/xap/1.0/"
    xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
    xmp:CreatorTool="Phosphene"
    Iptc4xmpExt:DigitalSourceType="{source}"{panorama}>
   <dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>{copy}
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""


def xmp(texts: Mapping[str, str], *, copied: bool = False) -> str:
    """The packet: made by an algorithm, the program's name, a title such as "silk, seed 7", and for
    a panorama what viewers of 360-degree pictures read.

    With `copied`, also the packed texts, unless they are longer than `COPIED`.
    """
    packed = pack(texts) if copied else ""
    copy = COPY.format(packed) if 0 < len(packed) <= COPIED else ""
    return PACKET.format(
        source=SOURCE, title=html.escape(_title(texts)), panorama=_panorama(texts), copy=copy
    )


def read_copy(path: Any, packet: bytes) -> dict[str, str]:
    """The texts in a packet; empty if it has none. Raises `InputError` if it is damaged."""
    if NAMESPACE.encode() not in packet:
        return {}
    from xml.etree import ElementTree  # only needed here

    try:
        if b"<!" in packet or packet.count(b"<") > MOST_TAGS:  # which could define entities
            raise ElementTree.ParseError("it is not plain XMP")
        tree = ElementTree.fromstring(packet.strip(b"\0 \t\r\n"))
    except (ElementTree.ParseError, ValueError) as error:
        raise InputError(f"{path}: the XMP is damaged ({error})") from None
    name = f"{{{NAMESPACE}}}Recipe"
    found = [text for e in tree.iter() for text in (e.get(name), e.tag == name and e.text) if text]
    return unpack(path, found[0]) if found else {}


def xmp_comment(texts: Mapping[str, str]) -> str:
    """The packet in an XML or HTML comment, without `--`, which would end it."""
    return xmp(texts).replace("--", "-&#45;")


def _panorama(texts: Mapping[str, str]) -> str:
    """Attributes of Google's Photo Sphere XMP for a full equirectangular picture or a crop of one;
    "" for any other picture.
    """
    render = rendering(texts)
    if "phosphene-film" in texts or not render or "bleed" in render:
        return ""
    try:
        width, height = render["size"]
        left, top, wide, high = map(int, render.get("crop", (0, 0, width, height)))
        if not is_panorama(texts, (width, height)):
            return ""
    except (ValueError, TypeError, RecursionError, PhospheneError):  # from a damaged file
        return ""
    said = {
        "ProjectionType": "equirectangular", "UsePanoramaViewer": "True",
        "FullPanoWidthPixels": width, "FullPanoHeightPixels": height,
        "CroppedAreaLeftPixels": left, "CroppedAreaTopPixels": top,
        "CroppedAreaImageWidthPixels": wide, "CroppedAreaImageHeightPixels": high,
    }  # fmt: skip
    rows = "".join(f'\n    GPano:{name}="{value}"' for name, value in said.items())
    return f'\n    xmlns:GPano="{GPANO}"{rows}'


def is_panorama(texts: Mapping[str, str], size: tuple[int, int]) -> bool:
    """Whether the recipe in the texts of a file, at this size, is a full equirectangular panorama:
    once around, and from pole to pole.
    """
    if size[0] != 2 * size[1] or '"sphere"' not in texts.get("phosphene", ""):
        return False
    recipe = Recipe.from_json(texts["phosphene"])
    view, surface = recipe.view, recipe.surface
    upright = view.rotation == 0 and view.centre[1] == 0 and view.axes == "xy"
    period = view.span * 2, view.span
    return surface.kind == "sphere" and surface.period == period and upright


def _title(texts: Mapping[str, str]) -> str:
    try:
        recipe = json.loads(texts["phosphene"])
        parts = [recipe.get("style"), f"seed {recipe['seed']}"]
        title = ", ".join(str(part) for part in parts if part)
    except (KeyError, ValueError, TypeError, AttributeError, RecursionError):
        title = "Phosphene"
    return "".join(c for c in title[:200] if c.isprintable())
