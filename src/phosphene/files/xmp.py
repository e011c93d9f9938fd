"""XMP (ISO 16684-1): a small packet of metadata for other programs."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping

# IPTC: "media created purely by an algorithm not based on any sampled training data".
SOURCE = "http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia"
SOURCE_KEY = "Iptc4xmpExt:DigitalSourceType"
PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:xmp="http://ns.adobe.com/xap/1.0/"
    xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
    xmp:CreatorTool="Phosphene"
    Iptc4xmpExt:DigitalSourceType="{source}">
   <dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""


def xmp(texts: Mapping[str, str]) -> str:
    """The packet: made by an algorithm, the program's name, and a title such as "silk, seed 7"."""
    return PACKET.format(source=SOURCE, title=html.escape(_title(texts)))


def xmp_comment(texts: Mapping[str, str]) -> str:
    """The packet in an XML or HTML comment, without `--`, which would end it."""
    return xmp(texts).replace("--", "-&#45;")


def _title(texts: Mapping[str, str]) -> str:
    try:
        recipe = json.loads(texts["phosphene"])
        parts = [recipe.get("style"), f"seed {recipe['seed']}"]
        title = ", ".join(str(part) for part in parts if part)
    except (KeyError, ValueError, TypeError, AttributeError, RecursionError):
        title = "Phosphene"
    return "".join(c for c in title[:200] if c.isprintable())
