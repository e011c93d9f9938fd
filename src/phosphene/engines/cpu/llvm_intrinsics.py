"""LLVM intrinsics for the kernels, for what numba cannot express in Python.

They work on float32, or on float64 if an argument is float64. `load` and `store` declare to LLVM
that reads and writes either coincide exactly or do not overlap, so every loop of the row machine
vectorises without run-time alias checks. The program's assembler guarantees this between blocks;
kernels that read back what they stored (sort, softmax) do so in a later loop or at the same index,
and the conformance tests compare them with their formulas bit for bit.

`dense(outputs)` is a matrix micro-kernel: outputs x VECTORS vectors of pixels stay in registers
while the loop over inputs issues one `llvm.fma` per term, in index order.
"""

from __future__ import annotations

import llvmlite.binding as llvm
import numba
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from phosphene.engines.cpu.kernel_table import BLOCK

F32, F64, I32, I64 = ir.FloatType(), ir.DoubleType(), ir.IntType(32), ir.IntType(64)


def _lanes() -> int:
    """The number of float32 lanes in a vector register of the target CPU."""
    if numba.config.CPU_FEATURES is not None:
        return 16 if "+avx512f" in numba.config.CPU_FEATURES else 8
    if numba.config.CPU_NAME in (None, "host"):
        return 16 if llvm.get_host_cpu_features().get("avx512f") else 8
    return 8


LANES = _lanes()
VECTORS = 4 if LANES == 16 else 2
PAIRS = 8  # pairs of a table's entries that are loaded and shuffled together


def _kind(*args):
    """float64 if an argument is, else float32."""
    return types.float64 if types.float64 in args else types.float32


def _bits(source, target, kind, doc: str):
    """An intrinsic that reinterprets the bits of a number as another type. `doc`: its docstring."""

    @intrinsic
    def function(typingctx, value):
        def codegen(context, builder, signature, args):
            return builder.bitcast(args[0], kind)

        return target(source), codegen

    function.__doc__ = doc
    return function


as_float = _bits(types.int32, types.float32, F32, "The float32 with the given int32 bits.")
as_bits = _bits(types.float32, types.int32, I32, "The int32 bits of a float32.")
as_float64 = _bits(types.int64, types.float64, F64, "The float64 with the given int64 bits.")
as_bits64 = _bits(types.float64, types.int64, I64, "The int64 bits of a float64.")


def _call(builder, name, args):
    kind = args[0].type
    function = ir.FunctionType(kind, [kind] * len(args))
    name = f"{name}.{'f64' if kind == F64 else 'f32'}"
    return builder.call(cgutils.get_or_insert_function(builder.module, function, name), args)


@intrinsic
def fma(typingctx, a, b, c):
    """a * b + c, rounded once."""

    def codegen(context, builder, signature, args):
        return _call(builder, "llvm.fma", args)

    kind = _kind(a, b, c)
    return kind(kind, kind, kind), codegen


def _unary(name: str, doc: str):
    @intrinsic
    def function(typingctx, a):
        def codegen(context, builder, signature, args):
            return _call(builder, name, args)

        return _kind(a)(_kind(a)), codegen

    function.__doc__ = doc
    return function


def _binary(name: str, doc: str):
    @intrinsic
    def function(typingctx, a, b):
        def codegen(context, builder, signature, args):
            return _call(builder, name, args)

        return _kind(a, b)(_kind(a, b), _kind(a, b)), codegen

    function.__doc__ = doc
    return function


floor = _unary("llvm.floor", "The largest integer not above the argument.")
nearest = _unary("llvm.nearbyint", "The nearest integer, halves to even.")
root = _unary("llvm.sqrt", "Square root, correctly rounded (IEEE 754).")
smaller = _binary("llvm.minimum", "The smaller; NaN if either is NaN (IEEE 754-2019 minimum).")
larger = _binary("llvm.maximum", "The larger; NaN if either is NaN (IEEE 754-2019 maximum).")


def _scopes(module):
    """Alias scopes for reads and writes of rows, named so that all functions share them."""
    domain = module.add_metadata([ir.MetaDataString(module, "phosphene rows")])
    reads = module.add_metadata([ir.MetaDataString(module, "reads"), domain])
    writes = module.add_metadata([ir.MetaDataString(module, "writes"), domain])
    return module.add_metadata([reads]), module.add_metadata([writes])


@intrinsic
def load(typingctx, rows, index):
    """rows[index], without a bounds check."""

    def codegen(context, builder, signature, args):
        base = context.make_array(signature.args[0])(context, builder, args[0]).data
        value = builder.load(builder.gep(base, [args[1]]), align=rows.dtype.bitwidth // 8)
        reads, writes = _scopes(builder.module)
        value.set_metadata("alias.scope", reads)
        value.set_metadata("noalias", writes)
        return value

    return rows.dtype(rows, types.int64), codegen


@intrinsic
def store(typingctx, rows, index, value):
    """rows[index] = value, without a bounds check."""

    def codegen(context, builder, signature, args):
        base = context.make_array(signature.args[0])(context, builder, args[0]).data
        place = builder.gep(base, [args[1]])
        instruction = builder.store(args[2], place, align=rows.dtype.bitwidth // 8)
        reads, writes = _scopes(builder.module)
        instruction.set_metadata("alias.scope", writes)
        instruction.set_metadata("noalias", reads)
        return context.get_dummy_value()

    return types.void(rows, types.int64, rows.dtype), codegen


@intrinsic
def not_inlined(typingctx):
    """Mark the calling function as noinline.

    If LLVM inlined a formula's loop into the interpreter with its many branches, it would have no
    registers left for constants and load each of them again for every vector.
    """

    def codegen(context, builder, signature, args):
        builder.function.attributes.add("noinline")
        return context.get_dummy_value()

    return types.void(), codegen


@intrinsic
def load_pairs(typingctx, numbers, table, rows, places, lows):
    """rows[lows + p] = numbers[table + k] and rows[places + p] = numbers[table + k + 1] for one
    block, where k is the integer in rows[places + p].

    Each pair is a single load. LLVM would turn a plain loop into gathers, which are slower.
    """

    def codegen(context, builder, signature, args):
        kind = F64 if signature.args[2].dtype == types.float64 else F32
        size = 8 if kind == F64 else 4
        table = context.make_array(signature.args[0])(context, builder, args[0]).data
        table = builder.gep(table, [args[1]])
        memory = context.make_array(signature.args[2])(context, builder, args[2]).data
        pair, some = ir.VectorType(kind, 2), ir.VectorType(kind, PAIRS)

        def shuffle(a, b, order):
            order = ir.Constant(ir.VectorType(I32, len(order)), list(order))
            return builder.shuffle_vector(a, b, order)

        before = builder.block
        loop, done = (builder.append_basic_block(n) for n in ("pairs", "done"))
        builder.branch(loop)
        builder.position_at_end(loop)
        p = builder.phi(I64)
        p.add_incoming(I64(0), before)
        place, low = (
            builder.bitcast(builder.gep(memory, [builder.add(at, p)]), some.as_pointer())
            for at in args[3:]
        )
        entries = builder.load(place, align=size)
        entries = builder.fptosi(entries, ir.VectorType(I32, PAIRS))
        found = []
        for n in range(PAIRS):
            entry = builder.zext(builder.extract_element(entries, I32(n)), I64)
            at = builder.bitcast(builder.gep(table, [entry]), pair.as_pointer())
            found.append(builder.load(at, align=size))
        while len(found) > 1:
            order = range(2 * found[0].type.count)
            found = [shuffle(*found[n : n + 2], order) for n in range(0, len(found), 2)]
        for half, target in ((0, low), (1, place)):
            values = shuffle(found[0], found[0], range(half, 2 * PAIRS, 2))
            builder.store(values, target, align=size)
        following = builder.add(p, I64(PAIRS))
        p.add_incoming(following, loop)
        builder.cbranch(builder.icmp_signed("<", following, I64(BLOCK)), loop, done)
        builder.position_at_end(done)
        return context.get_dummy_value()

    i64 = types.int64
    return types.void(numbers, i64, rows, i64, i64), codegen


def _splat(builder, scalar, vector):
    undefined = ir.Constant(vector, ir.Undefined)
    first = builder.insert_element(undefined, scalar, ir.Constant(I32, 0))
    mask = ir.Constant(ir.VectorType(I32, vector.count), [0] * vector.count)
    return builder.shuffle_vector(first, undefined, mask)


def dense(outputs: int):
    """A kernel for `outputs` units of a dense layer over one block of pixels.

    kernel(numbers, weights_at, bias_at, inputs, rows, source_at, target_at): all offsets in
    numbers; `weights_at` is the first of `outputs` rows of `inputs` weights.
    """

    @intrinsic
    def kernel(typingctx, numbers, weights_at, bias_at, inputs, rows, source_at, target_at):
        i64 = types.int64
        signature = types.void(numbers, i64, i64, i64, rows, i64, i64)

        def codegen(context, builder, sig, args):
            double = sig.args[0].dtype == types.float64
            lanes = LANES // 2 if double else LANES
            vector = ir.VectorType(F64 if double else F32, lanes)
            w = context.make_array(sig.args[0])(context, builder, args[0]).data
            b = context.make_array(sig.args[4])(context, builder, args[4]).data
            weights_at, bias_at, inputs, source_at, target_at = (
                args[1], args[2], args[3], args[5], args[6])  # fmt: skip

            def const(value):
                return ir.Constant(I64, value)

            def pointer(base, offset):
                return builder.bitcast(builder.gep(base, [offset]), vector.as_pointer())

            fma_type = ir.FunctionType(vector, [vector] * 3)
            name = f"llvm.fma.v{lanes}f{64 if double else 32}"
            multiply_add = cgutils.get_or_insert_function(builder.module, fma_type, name)
            grid = [(o, v) for o in range(outputs) for v in range(VECTORS)]
            bias = [
                _splat(
                    builder, builder.load(builder.gep(w, [builder.add(bias_at, const(o))])), vector
                )
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
            x = [
                builder.load(pointer(row, const(v * lanes)), align=4 * LANES)
                for v in range(VECTORS)
            ]
            new = {}
            for o in range(outputs):  # loading each weight where it is used saves registers
                weight = _splat(builder, builder.load(builder.gep(weight_rows[o], [k])), vector)
                for v in range(VECTORS):
                    new[o, v] = builder.call(multiply_add, [weight, x[v], sums[o, v]])
            for place in grid:
                sums[place].add_incoming(new[place], input_loop)
            k_next = builder.add(k, const(1))
            k.add_incoming(k_next, input_loop)
            builder.cbranch(builder.icmp_signed("<", k_next, inputs), input_loop, pixel_end)

            builder.position_at_end(pixel_end)
            for o, v in grid:
                at = builder.add(builder.add(target_at, p), const(o * BLOCK + v * lanes))
                builder.store(new[o, v], pointer(b, at), align=4 * LANES)
            p_next = builder.add(p, const(lanes * VECTORS))
            p.add_incoming(p_next, pixel_end)
            builder.cbranch(builder.icmp_signed("<", p_next, const(BLOCK)), pixel_loop, done)
            builder.position_at_end(done)
            return context.get_dummy_value()

        return signature, codegen

    return kernel
