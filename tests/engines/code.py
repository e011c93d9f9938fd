"""The machine code of kernels, and what it refers to."""

from __future__ import annotations

import struct

from phosphene.engines.cpu import kernels
from phosphene.engines.cpu.kernel_build import about
from phosphene.engines.cpu.kernel_files import BadObjectError, Code, read_code
from phosphene.engines.cpu.kernel_targets import target_name


def code_in_use(group: str) -> Code:
    """The code of a group that this run of the tests uses."""
    for folder in kernels._saved():
        try:
            return read_code(folder, group, about(target_name()))
        except BadObjectError:
            continue
    raise AssertionError("conftest.py compiles all kernels first")


def undefined(code: bytes) -> set[str]:
    """The undefined symbols of an ELF object or library for a 64-bit machine."""
    assert code[:6] == b"\x7fELF\x02\x01"
    (table,) = struct.unpack_from("<Q", code, 40)
    size, count, _ = struct.unpack_from("<3H", code, 58)
    sections = [struct.unpack_from("<2I4Q2I2Q", code, table + k * size) for k in range(count)]
    found: set[str] = set()
    for _, kind, _, _, at, length, names, *_ in sections:
        if kind in (2, 11):  # symbols, symbols of a library
            texts = code[sections[names][4] :]
            for symbol in struct.iter_unpack("<I2BH2Q", code[at : at + length]):
                if symbol[3] == 0 and symbol[0]:
                    found.add(texts[symbol[0] : texts.index(b"\0", symbol[0])].decode())
    return found
