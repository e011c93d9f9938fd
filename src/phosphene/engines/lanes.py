"""What numba cannot say in Python: LLVM intrinsics for the float32 kernels.

`load` and `store` tell LLVM that rows never overlap except exactly, which lets every loop of the row
machine vectorise without run-time alias checks (the program's assembler keeps that promise).
`dense(MR)` is a matrix micro-kernel: MR outputs x NV vectors of pixels stay in registers while the loop over
inputs issues one `llvm.fma` per term, in index order.
"""

from __future__ import annotations

import llvmlite.binding as llvm
import numba
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

BLOCK = 256  # pixels in a row of the machine; every row starts on a 64-byte boundary

F32, I32, I64 = ir.FloatType(), ir.IntType(32), ir.IntType(64)


def _lanes() -> int:
    """Floats in a vector register of the CPU that numba compiles for."""
    if numba.config.CPU_FEATURES is not None:
        return 16 if "+avx512f" in numba.config.CPU_FEATURES else 8
    if numba.config.CPU_NAME in (None, "host"):
        return 16 if llvm.get_host_cpu_features().get("avx512f") else 8
    return 8


LANES = _lanes()
VECTORS = 4 if LANES == 16 else 2


@intrinsic
def as_float(typingctx, bits):
    """The float32 with the given int32 bits."""

    def codegen(context, builder, signature, args):
        return builder.bitcast(args[0], F32)

    return types.float32(types.int32), codegen


@intrinsic
def as_bits(typingctx, value):
    """The int32 bits of a float32."""

    def codegen(context, builder, signature, args):
        return builder.bitcast(args[0], I32)

    return types.int32(types.float32), codegen


def _call(builder, name, args):
    kind = ir.FunctionType(F32, [F32] * len(args))
    return builder.call(cgutils.get_or_insert_function(builder.module, kind, name), args)


@intrinsic
def fma(typingctx, a, b, c):
    """a * b + c, rounded once."""

    def codegen(context, builder, signature, args):
        return _call(builder, "llvm.fma.f32", args)

    return types.float32(types.float32, types.float32, types.float32), codegen


def _unary(name: str, says: str):
    @intrinsic
    def function(typingctx, a):
        def codegen(context, builder, signature, args):
            return _call(builder, name, args)

        return types.float32(types.float32), codegen

    function.__doc__ = says
    return function


def _binary(name: str, says: str):
    @intrinsic
    def function(typingctx, a, b):
        def codegen(context, builder, signature, args):
            return _call(builder, name, args)

        return types.float32(types.float32, types.float32), codegen

    function.__doc__ = says
    return function


floor = _unary("llvm.floor.f32", "The next whole number below.")
nearest = _unary("llvm.nearbyint.f32", "The nearest whole number, half to even.")
root = _unary("llvm.sqrt.f32", "Square root, rounded as IEEE 754 asks.")
smaller = _binary("llvm.minimum.f32", "The smaller; NaN if either is NaN (IEEE 754-2019 minimum).")
larger = _binary("llvm.maximum.f32", "The larger; NaN if either is NaN (IEEE 754-2019 maximum).")


def _scopes(module):
    """Alias scopes for reads and writes of rows, named so that all functions share them."""
    domain = module.add_metadata([ir.MetaDataString(module, "phosphene rows")])
    reads = module.add_metadata([ir.MetaDataString(module, "reads"), domain])
    writes = module.add_metadata([ir.MetaDataString(module, "writes"), domain])
    return module.add_metadata([reads]), module.add_metadata([writes])


@intrinsic
def load(typingctx, rows, index):
    """rows[index] for an index known to be in range."""

    def codegen(context, builder, signature, args):
        base = context.make_array(signature.args[0])(context, builder, args[0]).data
        value = builder.load(builder.gep(base, [args[1]]), align=4)
        reads, writes = _scopes(builder.module)
        value.set_metadata("alias.scope", reads)
        value.set_metadata("noalias", writes)
        return value

    return types.float32(rows, types.int64), codegen


@intrinsic
def store(typingctx, rows, index, value):
    """rows[index] = value for an index known to be in range."""

    def codegen(context, builder, signature, args):
        base = context.make_array(signature.args[0])(context, builder, args[0]).data
        instruction = builder.store(args[2], builder.gep(base, [args[1]]), align=4)
        reads, writes = _scopes(builder.module)
        instruction.set_metadata("alias.scope", writes)
        instruction.set_metadata("noalias", reads)
        return context.get_dummy_value()

    return types.void(rows, types.int64, types.float32), codegen


def _splat(builder, scalar, vector):
    undefined = ir.Constant(vector, ir.Undefined)
    first = builder.insert_element(undefined, scalar, ir.Constant(I32, 0))
    mask = ir.Constant(ir.VectorType(I32, LANES), [0] * LANES)
    return builder.shuffle_vector(first, undefined, mask)


def dense(outputs: int):
    """Kernel for `outputs` units of a dense layer over one block of pixels.

    kernel(numbers, weights_at, bias_at, inputs, rows, source_at, target_at): all offsets in floats;
    `weights_at` is the first of `outputs` rows of `inputs` weights.
    """

    @intrinsic
    def kernel(typingctx, numbers, weights_at, bias_at, inputs, rows, source_at, target_at):
        i64 = types.int64
        signature = types.void(numbers, i64, i64, i64, rows, i64, i64)

        def codegen(context, builder, sig, args):
            vector = ir.VectorType(F32, LANES)
            w = context.make_array(sig.args[0])(context, builder, args[0]).data
            b = context.make_array(sig.args[4])(context, builder, args[4]).data
            weights_at, bias_at, inputs, source_at, target_at = (
                args[1], args[2], args[3], args[5], args[6])  # fmt: skip

            def const(value):
                return ir.Constant(I64, value)

            def pointer(base, offset):
                return builder.bitcast(builder.gep(base, [offset]), vector.as_pointer())

            fma_type = ir.FunctionType(vector, [vector] * 3)
            name = f"llvm.fma.v{LANES}f32"
            multiply_add = cgutils.get_or_insert_function(builder.module, fma_type, name)
            grid = [(o, v) for o in range(outputs) for v in range(VECTORS)]
            bias = [
                _splat(builder, builder.load(builder.gep(w, [builder.add(bias_at, const(o))])), vector)
                for o in range(outputs)
            ]
            weight_rows = [
                builder.gep(w, [builder.add(weights_at, builder.mul(inputs, const(o)))])
                for o in range(outputs)
            ]
            before = builder.block
            pixel_loop, input_loop, pixel_end, done = (
                builder.append_basic_block(n) for n in ("pixels", "inputs", "store", "done")
            )
            builder.branch(pixel_loop)
            builder.position_at_end(pixel_loop)
            p = builder.phi(I64)
            p.add_incoming(const(0), before)
            source = builder.gep(b, [builder.add(source_at, p)])
            builder.branch(input_loop)

            builder.position_at_end(input_loop)
            k = builder.phi(I64)
            k.add_incoming(const(0), pixel_loop)
            sums = {place: builder.phi(vector) for place in grid}
            for o, v in grid:
                sums[o, v].add_incoming(bias[o], pixel_loop)
            row = builder.gep(source, [builder.mul(k, const(BLOCK))])
            x = [builder.load(pointer(row, const(v * LANES)), align=64) for v in range(VECTORS)]
            weight = [
                _splat(builder, builder.load(builder.gep(weight_rows[o], [k])), vector)
                for o in range(outputs)
            ]
            new = {
                (o, v): builder.call(multiply_add, [weight[o], x[v], sums[o, v]]) for o, v in grid
            }
            for place in grid:
                sums[place].add_incoming(new[place], input_loop)
            k_next = builder.add(k, const(1))
            k.add_incoming(k_next, input_loop)
            builder.cbranch(builder.icmp_signed("<", k_next, inputs), input_loop, pixel_end)

            builder.position_at_end(pixel_end)
            for o, v in grid:
                at = builder.add(builder.add(target_at, p), const(o * BLOCK + v * LANES))
                builder.store(new[o, v], pointer(b, at), align=64)
            p_next = builder.add(p, const(LANES * VECTORS))
            p.add_incoming(p_next, pixel_end)
            builder.cbranch(builder.icmp_signed("<", p_next, const(BLOCK)), pixel_loop, done)
            builder.position_at_end(done)
            return context.get_dummy_value()

        return signature, codegen

    return kernel
