"""Compile a group of kernels with numba to an object file.

    python -m phosphene.engines.cpu.kernel_objects linux-x86_64-v3 engine > engine.o

It runs in a separate process, so numba's settings and memory stay out of the caller's. A target
that is no row of `TARGETS` means this CPU.

The optimised LLVM IR of each kernel (`inspect_llvm`) is linked into one module. An entry point with
a short name calls it. Its only argument points to 64-bit words, one for each argument of numba's
function, so calling conventions for arrays, floats and booleans do not matter. Everything else
becomes internal, dead code is removed, and LLVM writes position-independent code that may refer
only to `ALLOWED_SYMBOLS`.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import llvmlite.binding as llvm

from phosphene.engines.cpu.kernel_table import KERNELS, KernelSource
from phosphene.engines.cpu.kernel_targets import TARGETS

ALLOWED_SYMBOLS = {"memset", "memcpy", "memmove", "bzero"}

# numba's functions count references to arrays that own memory. Ours own none (the first word of
# each array is null), so this destructor is never called, but the linker needs the symbol.
DESTRUCTOR_STUB = "define void @NRT_MemInfo_call_dtor(ptr %0) { ret void }\n"


def main(target: str, group: str) -> None:
    """Compile a group of kernels for a target and write the object file to stdout."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends it without a traceback
    with os.fdopen(os.dup(1), "wb") as stdout:
        os.dup2(2, 1)  # what a library prints does not belong to the object
        kernels = {name: row for name, row in KERNELS.items() if row.group == group}
        stdout.write(compile_object(kernels, _set_target(target)))


def _set_target(target: str) -> str:
    """Make numba, which must not be imported yet, compile for a target. Returns the object's
    triple.

    numba asks llvmlite for the host's system and gets the target's instead. llvmlite has code
    generators for x86-64 and AArch64, so it compiles for either on both; the code is not run here.
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
        from_triple = llvm.Target.from_triple
        llvm.Target.from_default_triple = staticmethod(lambda: from_triple(source))
    return triple


def compile_object(kernels: Mapping[str, KernelSource], triple: str) -> bytes:
    """One object file with an entry point for each kernel. Raises `RuntimeError` if they refer to
    an undefined symbol.
    """
    module = llvm.parse_assembly(DESTRUCTOR_STUB)
    for name, row in kernels.items():
        module.link_in(llvm.parse_assembly(_with_entry_point(name, row)))
    machine = _target_machine(triple)
    module.triple, module.data_layout = triple, str(machine.target_data)
    for value in (*module.functions, *module.global_variables):
        if not value.is_declaration and value.name not in kernels:
            value.linkage = "internal"
    passes = llvm.create_pass_builder(machine, llvm.create_pipeline_tuning_options(1))
    cleaner = llvm.create_new_module_pass_manager()
    cleaner.add_global_dead_code_eliminate_pass()
    cleaner.run(module, passes)
    named = (*module.functions, *module.global_variables)
    undefined = {v.name for v in named if v.is_declaration and not v.name.startswith("llvm.")}
    if extra := sorted(undefined - ALLOWED_SYMBOLS):
        raise RuntimeError(f"the kernels refer to {extra}, which will be undefined when they run")
    return machine.emit_object(module)


def _with_entry_point(name: str, row: KernelSource) -> str:
    """LLVM IR of one kernel and its entry point."""
    from numba import njit

    function: Any = getattr(import_module(f"phosphene.{row.module}"), row.function)
    bare = njit(f"void({row.types})", **OPTIONS)(function)
    (signature,) = bare.signatures
    inner = bare.overloads[signature].fndesc.llvm_func_name
    module = llvm.parse_assembly(bare.inspect_llvm(signature))
    kinds = [str(argument.type) for argument in module.get_function(inner).arguments]
    lines = [f'declare i32 @"{inner}"({", ".join(kinds)})']
    lines += [f"define i32 @{name}(ptr %words) {{", "%result = alloca ptr", "%error = alloca ptr"]
    arguments = ["ptr %result", "ptr %error"]  # the two that numba adds to every function
    for k, kind in enumerate(kinds[2:]):
        lines += [
            f"%p{k} = getelementptr i64, ptr %words, i64 {k}",
            f"%v{k} = load {kind}, ptr %p{k}",
        ]
        arguments.append(f"{kind} %v{k}")
    lines += [f'%status = call i32 @"{inner}"({", ".join(arguments)})', "ret i32 %status", "}"]
    entry = llvm.parse_assembly("\n".join(lines))
    entry.triple, entry.data_layout = module.triple, module.data_layout
    module.link_in(entry)
    module.get_function(inner).linkage = "internal"
    return str(module)


OPTIONS: dict[str, Any] = {
    "nogil": True, "error_model": "numpy", "no_cpython_wrapper": True, "no_cfunc_wrapper": True,
}  # fmt: skip


def _target_machine(triple: str) -> Any:
    """A target machine like numba's, but for position-independent code."""
    cpu = os.environ.get("NUMBA_CPU_NAME") or llvm.get_host_cpu_name()
    features = os.environ.get("NUMBA_CPU_FEATURES") or llvm.get_host_cpu_features().flatten()
    return llvm.Target.from_triple(triple).create_target_machine(
        cpu=cpu, features=features, opt=3, reloc="pic", codemodel="small"
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
