"""MaterialX documents: the files of a texture folder as a standard surface, for renderers.

MaterialX 1.38 (Academy Software Foundation): a node of each map, a surface, its displacement.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from typing import Any

IMAGES = {  # map: type of its node
    "albedo": "color3", "normal": "vector3", "roughness": "float", "metalness": "float",
    "height": "float",
}  # fmt: skip


def materialx(title: str, material: Mapping[str, Any]) -> str:
    """The document for the contents of a material.json. `title` becomes the name of the material.

    Heights are in widths of the texture. Renderers compute occlusion themselves, so the ao map is
    not used.
    """
    name = re.sub(r"\W+", "_", title, flags=re.ASCII).strip("_") or "material"
    if name[0].isdigit():
        name = f"_{name}"
    root = ET.Element("materialx", version="1.38", colorspace="lin_rec709")
    for kind, of in IMAGES.items():
        image = _node(root, "tiledimage", f"{name}_{kind}", of)
        file = str(material["files"][kind])
        found = ET.SubElement(image, "input", name="file", type="filename", value=file)
        if kind == "albedo":
            found.set("colorspace", "srgb_texture")
    _surface(root, name, _normal(root, name, material["normal"]))
    moved = _node(root, "displacement", f"{name}_displacement", "displacementshader")
    _link(moved, "displacement", "float", f"{name}_height")
    ET.SubElement(
        moved, "input", name="scale", type="float", value=f"{material['displacement']:.6g}"
    )
    whole = _node(root, "surfacematerial", name, "material")
    _link(whole, "surfaceshader", "surfaceshader", f"{name}_surface")
    _link(whole, "displacementshader", "displacementshader", f"{name}_displacement")
    ET.indent(root)
    return f'<?xml version="1.0"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _surface(root: ET.Element, name: str, normal: str) -> None:
    surface = _node(root, "standard_surface", f"{name}_surface", "surfaceshader")
    ET.SubElement(surface, "input", name="base", type="float", value="1")
    links = {
        "base_color": ("color3", "albedo"), "metalness": ("float", "metalness"),
        "specular_roughness": ("float", "roughness"), "normal": ("vector3", normal),
    }  # fmt: skip
    for socket, (of, source) in links.items():
        _link(surface, socket, of, f"{name}_{source}")


def _normal(root: ET.Element, name: str, kind: str) -> str:
    """Add the node of the normals, with green pointing up; returns the end of its name."""
    source = f"{name}_normal"
    if kind == "directx":
        turned = _node(root, "multiply", f"{name}_turned", "vector3")
        _link(turned, "in1", "vector3", source)
        ET.SubElement(turned, "input", name="in2", type="vector3", value="1, -1, 1")
        source = f"{name}_up"
        up = _node(root, "add", source, "vector3")
        _link(up, "in1", "vector3", f"{name}_turned")
        ET.SubElement(up, "input", name="in2", type="vector3", value="0, 1, 0")
    node = _node(root, "normalmap", f"{name}_normals", "vector3")
    _link(node, "in", "vector3", source)
    return "normals"


def _node(root: ET.Element, kind: str, name: str, of: str) -> ET.Element:
    return ET.SubElement(root, kind, name=name, type=of)


def _link(node: ET.Element, socket: str, of: str, source: str) -> None:
    ET.SubElement(node, "input", name=socket, type=of, nodename=source)
