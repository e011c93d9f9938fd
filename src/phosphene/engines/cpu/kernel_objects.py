"""Compile kernels with numba and keep their machine code as an object file.

    python -m phosphene.engines.cpu.kernel_objects FOLDER linux-x86_64-v3 [GROUP]

It is a process of its own, so that numba's settings and its memory are nobody else's. Code for a
row of `TARGETS` is the same wherever it is compiled; for other machines it is for this CPU.

Each kernel's optimised LLVM text (`inspect_llvm`) goes into one module under a short name, behind a
door of one argument: a pointer to 64-bit words, one for each number that numba's function takes. So
no calling convention of arrays, floats or booleans matters. All else becomes internal, dead code
goes, and LLVM writes position-independent code, which must want nothing of numba or Python.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import llvmlite.binding as llvm

from phosphene.engines.cpu.kernel_cache import source_digest
from phosphene.engines.cpu.kernels import KERNELS

ALLOWED = {"memset", "memcpy", "memmove", "bzero"}

LINUX, ARM = "x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu"
V3 = "+avx2,+fma,+f16c,+bmi,+bmi2,+lzcnt,+movbe,+popcnt"
V4 = f"{V3},+avx512f,+avx512bw,+avx512cd,+avx512dq,+avx512vl,-prefer-256-bit"

# name: (CPU, features, the system that numba compiles for, the system that the object is for)
TARGETS = {
    "linux-x86_64-v3": ("x86-64-v3", V3, LINUX, LINUX),
    "linux-x86_64-v4": ("x86-64-v4", V4, LINUX, LINUX),
    "linux-aarch64": ("generic", "+neon", ARM, ARM),
    "darwin-arm64": ("apple-m1", "+neon", ARM, "arm64-apple-macosx11.0.0"),
    "win32-x86_64-v3": ("x86-64-v3", V3, LINUX, "x86_64-pc-windows-msvc"),
    "win32-x86_64-v4": ("x86-64-v4", V4, LINUX, "x86_64-pc-windows-msvc"),
}

# numba's functions count references of arrays that own memory. Ours own none (the first word of
# each array is null), so this is never called.
NEVER_CALLED = "define void @NRT_MemInfo_call_dtor(ptr %0) { ret void }\n"


def main(folder: Path, target: str, group: str = "") -> None:
    """Compile all kernels, or a group of them, for a target, into a folder."""
    kernels = {n: row[1:] for n, row in KERNELS.items() if group in ("", row[0])}
    code = compile_object(kernels, _aim(target))
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    about = {"object": hashlib.sha256(code).hexdigest(), "sources": source_digest()}
    files = {"kernels.o": code}
    library = _linked(code) if sys.platform == "linux" and not group else None
    if library is not None:
        files["kernels.so"], about["library"] = library, hashlib.sha256(library).hexdigest()
    for name, data in (*files.items(), ("kernels.json", json.dumps(about).encode())):
        part = folder / f"{name}.{os.getpid()}"
        part.write_bytes(data)
        part.replace(folder / name)  # json last; of two processes at once the later one wins


def _linked(code: bytes) -> bytes | None:
    """An object as a library that the system loads in a millisecond; None where nothing links it.

    It needs no other library: what it calls (memset) the process has.
    """
    linker = shutil.which("cc")
    if linker is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        given, made = Path(folder, "kernels.o"), Path(folder, "kernels.so")
        given.write_bytes(code)
        command = [linker, "-shared", "-nostdlib", "-s", "-o", made, given]
        done = subprocess.run(command, capture_output=True, check=False)  # of another machine
        return made.read_bytes() if done.returncode == 0 else None


def _aim(target: str) -> str:
    """Have numba, not yet imported, compile for a target; gives the system of the object.

    numba asks llvmlite what it runs on. The wheels of llvmlite hold code generators for x86-64 and
    AArch64, so the answer may be either; what is compiled is never run here.
    """
    here = llvm.get_process_triple()
    if target not in TARGETS:
        return here
    cpu, features, source, triple = TARGETS[target]
    os.environ |= {"NUMBA_CPU_NAME": cpu, "NUMBA_CPU_FEATURES": features}
    if source.split("-")[0] != here.split("-")[0]:
        llvm.initialize_all_targets()
        llvm.initialize_all_asmprinters()
        llvm.get_process_triple = lambda: source
        answer = llvm.Target.from_triple
        llvm.Target.from_default_triple = staticmethod(lambda: answer(source))
    return triple


def compile_object(kernels: Mapping[str, tuple[str, str, str]], triple: str) -> bytes:
    """One object file with a door for each kernel."""
    module = llvm.parse_assembly(NEVER_CALLED)
    for name, row in kernels.items():
        module.link_in(llvm.parse_assembly(_kernel(name, *row)))
    machine = _machine(triple)
    module.triple, module.data_layout = triple, str(machine.target_data)
    for value in (*module.functions, *module.global_variables):
        if not value.is_declaration and value.name not in kernels:
            value.linkage = "internal"
    passes = llvm.create_pass_builder(machine, llvm.create_pipeline_tuning_options(1))
    cleaner = llvm.create_new_module_pass_manager()
    cleaner.add_global_dead_code_eliminate_pass()
    cleaner.run(module, passes)
    named = (*module.functions, *module.global_variables)
    open_names = {v.name for v in named if v.is_declaration and not v.name.startswith("llvm.")}
    if open_names - ALLOWED:
        raise RuntimeError(f"the kernels want from outside: {sorted(open_names - ALLOWED)}")
    return machine.emit_object(module)


def _kernel(name: str, place: str, attribute: str, types: str) -> str:
    """LLVM text of one kernel and its door."""
    from numba import njit

    function: Any = getattr(import_module(f"phosphene.{place}"), attribute)
    bare = njit(f"void({types})", **OPTIONS)(function)
    (signature,) = bare.signatures
    inner = bare.overloads[signature].fndesc.llvm_func_name
    module = llvm.parse_assembly(bare.inspect_llvm(signature))
    kinds = [str(argument.type) for argument in module.get_function(inner).arguments]
    lines = [f'declare i32 @"{inner}"({", ".join(kinds)})']
    lines += [f"define i32 @{name}(ptr %words) {{", "%answer = alloca ptr", "%problem = alloca ptr"]
    given = ["ptr %answer", "ptr %problem"]  # numba's own two: result, exception
    for k, kind in enumerate(kinds[2:]):
        lines += [
            f"%p{k} = getelementptr i64, ptr %words, i64 {k}",
            f"%v{k} = load {kind}, ptr %p{k}",
        ]
        given.append(f"{kind} %v{k}")
    lines += [f'%status = call i32 @"{inner}"({", ".join(given)})', "ret i32 %status", "}"]
    door = llvm.parse_assembly("\n".join(lines))
    door.triple, door.data_layout = module.triple, module.data_layout
    module.link_in(door)
    module.get_function(inner).linkage = "internal"
    return str(module)


OPTIONS: dict[str, Any] = {
    "nogil": True, "error_model": "numpy", "no_cpython_wrapper": True, "no_cfunc_wrapper": True,
}  # fmt: skip


def _machine(triple: str) -> Any:
    """As numba's, but for code that may stand anywhere and go to another machine."""
    cpu = os.environ.get("NUMBA_CPU_NAME") or llvm.get_host_cpu_name()
    features = os.environ.get("NUMBA_CPU_FEATURES") or llvm.get_host_cpu_features().flatten()
    return llvm.Target.from_triple(triple).create_target_machine(
        cpu=cpu, features=features, opt=3, reloc="pic", codemodel="small"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
