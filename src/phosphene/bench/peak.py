"""A kernel of multiply-adds in registers only: it measures the peak of a core."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic

from phosphene.engines.cpu.llvm_intrinsics import LANES

FIRST = 3  # where the first sum starts; the others follow
SUMS = 12  # independent sums, so that two pipelines of latency 5 never wait
OPERATIONS_PER_ITERATION = 2 * SUMS * LANES

F32, I32, I64 = ir.FloatType(), ir.IntType(32), ir.IntType(64)
VECTOR = ir.VectorType(F32, LANES)


def _vector(value: float) -> Any:
    return ir.Constant(VECTOR, [F32(value)] * LANES)


def _codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
    """Generate code: every sum s becomes s / 2 + 1, `iterations` times; the result uses all sums.

    No sum starts at 2, the fixed point, because LLVM would optimise it away.
    """
    kind = ir.FunctionType(VECTOR, [VECTOR] * 3)
    fma = cgutils.get_or_insert_function(builder.module, kind, f"llvm.fma.v{LANES}f32")
    before, loop, done = builder.block, *(builder.append_basic_block(n) for n in ("loop", "done"))
    builder.branch(loop)
    builder.position_at_end(loop)
    count = builder.phi(I64)
    sums = [builder.phi(VECTOR) for _ in range(SUMS)]
    new = [builder.call(fma, [s, _vector(0.5), _vector(1.0)]) for s in sums]
    for k, (old, value) in enumerate(zip(sums, new, strict=True)):
        old.add_incoming(_vector(FIRST + k), before)
        old.add_incoming(value, loop)
    following = builder.add(count, I64(1))
    count.add_incoming(I64(0), before)
    count.add_incoming(following, loop)
    builder.cbranch(builder.icmp_signed("<", following, args[0]), loop, done)
    builder.position_at_end(done)
    total = new[0]
    for value in new[1:]:
        total = builder.fadd(total, value)
    return builder.extract_element(total, I32(0))


def _typed(typingctx: Any, iterations: Any) -> Any:
    return types.float32(types.int64), _codegen


_multiply_adds: Any = intrinsic(_typed)


@njit("float32(int64)", nogil=True)
def multiply_adds(iterations: int) -> float:
    """Run the kernel; every iteration is `OPERATIONS_PER_ITERATION` floating-point operations."""
    return _multiply_adds(iterations)
