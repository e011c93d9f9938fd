"""The row machine in float32: it runs a program's code over blocks of pixels.

One function interprets the code, with one branch per operation; each branch is a loop over `count`
rows of 256 pixels. Code and numbers are data, so a new network or formula needs no compilation.
`error_model="numpy"` on the outer function keeps zero-division checks, which prevent vectorisation,
out of the loops.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from phosphene.engines.cpu import llvm_intrinsics as lanes
from phosphene.engines.cpu.llvm_intrinsics import (
    BLOCK,
    floor,
    larger,
    load,
    load_pairs,
    nearest,
    not_inlined,
    root,
    smaller,
    store,
)
from phosphene.engines.cpu.maths32 import (
    LN_2,
    MINUS_LOG2_E,
    ONE,
    ZERO,
    cos,
    exp2,
    f,
    gauss,
    log2,
    lookup_place,
    sigmoid,
    sin,
    tanh,
)
from phosphene.ir.operations import OPERATIONS

(
    ADD, ADD_K, SUB, SUB_K, K_SUB, MUL, MUL_K, DIV, DIV_K, K_DIV,
    MINIMUM, MINIMUM_K, MAXIMUM, MAXIMUM_K, LESS, LESS_K, K_LESS,
    SELECT, SELECT_K, SELECT_RK, SELECT_KK,
    ABS, FLOOR, ROUND, SQRT, EXP2, LOG2, SIN, COS,
    TANH, SIGMOID, GAUSS, SOFTPLUS, COPY, FILL, TABLE,
    DENSE, SORT, SOFTMAX, LOGSOFTMAX, LAYER_NORM,
) = range(len(OPERATIONS))  # fmt: skip

dense5, dense4 = lanes.dense(5), lanes.dense(4)
dense3, dense2, dense1 = lanes.dense(3), lanes.dense(2), lanes.dense(1)

# Called by kernels only, so without wrappers for Python and C, which double the compile time.
inner = {
    "nogil": True, "error_model": "numpy", "no_cpython_wrapper": True, "no_cfunc_wrapper": True,
}  # fmt: skip


@njit("void(float32[::1], int64, int64, int64, int64, float32[::1], int64, int64)", **inner)
def dense(numbers, w, b, inputs, outputs, rows, s, d):
    """A dense layer, its outputs in groups of 4: sixteen sums hide the latency of a multiply-add
    and leave registers for weights and pixels.
    """
    o = 0
    while outputs - o >= 7 or outputs - o == 4:
        dense4(numbers, w + o * inputs, b + o, inputs, rows, s, d + o * BLOCK)
        o += 4
    if outputs - o == 6:
        dense3(numbers, w + o * inputs, b + o, inputs, rows, s, d + o * BLOCK)
        o += 3
    rest = outputs - o
    if rest == 5:
        dense5(numbers, w + o * inputs, b + o, inputs, rows, s, d + o * BLOCK)
    elif rest == 3:
        dense3(numbers, w + o * inputs, b + o, inputs, rows, s, d + o * BLOCK)
    elif rest == 2:
        dense2(numbers, w + o * inputs, b + o, inputs, rows, s, d + o * BLOCK)
    elif rest == 1:
        dense1(numbers, w + o * inputs, b + o, inputs, rows, s, d + o * BLOCK)


@njit("void(float32[::1], int64, int64, int64)", **inner)
def tanh_rows(rows, d, a, m):
    not_inlined()
    for p in range(m):
        store(rows, d + p, tanh(load(rows, a + p)))


@njit("void(float32[::1], int64, int64, int64)", **inner)
def sigmoid_rows(rows, d, a, m):
    not_inlined()
    for p in range(m):
        store(rows, d + p, sigmoid(load(rows, a + p)))


@njit("void(float32[::1], int64, int64, int64)", **inner)
def gauss_rows(rows, d, a, m):
    not_inlined()
    for p in range(m):
        store(rows, d + p, gauss(load(rows, a + p)))


@njit("void(float32[::1], int64, int64, int64)", **inner)
def exp2_rows(rows, d, a, m):
    not_inlined()
    for p in range(m):
        store(rows, d + p, exp2(load(rows, a + p)))


@njit("void(float32[::1], int64, int64, int64)", **inner)
def log2_rows(rows, d, a, m):
    not_inlined()
    for p in range(m):
        store(rows, d + p, log2(load(rows, a + p)))


@njit("void(float32[::1], int64, int64, int64)", **inner)
def sin_rows(rows, d, a, m):
    not_inlined()
    for p in range(m):
        store(rows, d + p, sin(load(rows, a + p)))


@njit("void(float32[::1], int64, int64, int64)", **inner)
def cos_rows(rows, d, a, m):
    not_inlined()
    for p in range(m):
        store(rows, d + p, cos(load(rows, a + p)))


@njit("void(float32[::1], int64, int64, int64)", **inner)
def power_rows(rows, d, a, m):
    """e^-|x| + 1."""
    not_inlined()
    for p in range(m):
        store(rows, d + p, exp2(abs(load(rows, a + p)) * MINUS_LOG2_E) + ONE)


@njit("void(float32[::1], int64, int64, int64)", **inner)
def softplus_rows(rows, d, a, m):
    """Two passes, because a single loop would be limited by its long dependency chain."""
    not_inlined()
    power_rows(rows, d, a, m)
    for p in range(m):
        x = load(rows, a + p)
        store(rows, d + p, larger(x, ZERO) + log2(load(rows, d + p)) * LN_2)


@njit("void(float32[::1], int64, int64, int64, float32[::1], int64, int64, int64)", **inner)
def look_up(rows, d, a, m, numbers, table, entries, scratch):
    """Look up rows `a` in a table of `entries`, row by row: find places, load the entries there,
    interpolate.
    """
    last = f(entries - 1)
    for start in range(0, m, BLOCK):
        for p in range(BLOCK):
            entry, _ = lookup_place(load(rows, a + start + p), last)
            store(rows, scratch + p, f(entry))
        load_pairs(numbers, table, rows, scratch, d + start)
        for p in range(BLOCK):
            _, part = lookup_place(load(rows, a + start + p), last)
            low, high = load(rows, d + start + p), load(rows, scratch + p)
            store(rows, d + start + p, low * (ONE - part) + high * part)


@njit("void(float32[::1], int64, int64)", **inner)
def sort_rows(rows, d, count):
    """Sort `count` rows pixel by pixel, ascending: Batcher's odd-even merge exchange.

    Knuth, The Art of Computer Programming 3, 5.2.2, Algorithm M.
    """
    t = 1
    while t < count:
        t *= 2
    p = t // 2
    while p > 0:
        q, r, gap = t // 2, 0, p
        while True:
            j = r
            while j < count - gap:  # the j with j & p == r, without a branch around the inner loop
                first, second = d + j * BLOCK, d + (j + gap) * BLOCK
                for k in range(BLOCK):
                    a, b = load(rows, first + k), load(rows, second + k)
                    store(rows, first + k, smaller(a, b))
                    store(rows, second + k, larger(a, b))
                j += 1
                if j & p != r:
                    j += p
            if q == p:
                break
            gap = q - p
            q //= 2
            r = p
        p //= 2


@njit("void(float32[::1], int64, int64, int64, int64, boolean)", **inner)
def softmax_rows(rows, d, a, count, scratch, logarithm):
    """e^x divided by its sum over rows, or the logarithm of that; sums run in row order."""
    for k in range(BLOCK):
        store(rows, scratch + k, load(rows, a + k))
    for j in range(1, count):
        for k in range(BLOCK):
            store(rows, scratch + k, larger(load(rows, scratch + k), load(rows, a + j * BLOCK + k)))
    for j in range(count):
        for k in range(BLOCK):
            x = load(rows, a + j * BLOCK + k) - load(rows, scratch + k)
            store(rows, d + j * BLOCK + k, x)
    for k in range(BLOCK):
        store(rows, scratch + k, exp2(load(rows, d + k) * -MINUS_LOG2_E))
    for j in range(1, count):
        for k in range(BLOCK):
            x = exp2(load(rows, d + j * BLOCK + k) * -MINUS_LOG2_E)
            store(rows, scratch + k, load(rows, scratch + k) + x)
    if logarithm:
        for k in range(BLOCK):
            store(rows, scratch + k, log2(load(rows, scratch + k)) * LN_2)
        for j in range(count):
            for k in range(BLOCK):
                x = load(rows, d + j * BLOCK + k) - load(rows, scratch + k)
                store(rows, d + j * BLOCK + k, x)
    else:
        for j in range(count):
            for k in range(BLOCK):
                x = exp2(load(rows, d + j * BLOCK + k) * -MINUS_LOG2_E)
                store(rows, d + j * BLOCK + k, x / load(rows, scratch + k))


@njit("void(float32[::1], int64, int64, int64, int64, float32)", **inner)
def normalise_rows(rows, d, a, count, scratch, tiny):
    """(x - mean) / sqrt(variance + tiny) over rows; sums run in row order."""
    n = f(count)
    for k in range(BLOCK):
        store(rows, scratch + k, load(rows, a + k))
    for j in range(1, count):
        for k in range(BLOCK):
            store(rows, scratch + k, load(rows, scratch + k) + load(rows, a + j * BLOCK + k))
    for j in range(count):
        for k in range(BLOCK):
            x = load(rows, a + j * BLOCK + k) - load(rows, scratch + k) / n
            store(rows, d + j * BLOCK + k, x)
    for k in range(BLOCK):
        x = load(rows, d + k)
        store(rows, scratch + k, x * x)
    for j in range(1, count):
        for k in range(BLOCK):
            x = load(rows, d + j * BLOCK + k)
            store(rows, scratch + k, load(rows, scratch + k) + x * x)
    for k in range(BLOCK):
        store(rows, scratch + k, root(load(rows, scratch + k) / n + tiny))
    for j in range(count):
        for k in range(BLOCK):
            at = d + j * BLOCK + k
            store(rows, at, load(rows, at) / load(rows, scratch + k))


def evaluate(code, numbers, rows, inputs, outputs, results):
    """results[c, p] = row outputs[c] of the program at inputs[:, p], for any number of points."""
    points = inputs.shape[1]
    scratch = rows.shape[0] - BLOCK
    for start in range(0, points, BLOCK):
        n = min(BLOCK, points - start)
        for r in range(inputs.shape[0]):
            for p in range(n):
                store(rows, r * BLOCK + p, load(inputs, r * points + start + p))
        for at in range(code.shape[0]):
            op = code[at, 0]
            d, a = code[at, 1] * BLOCK, code[at, 2] * BLOCK
            b, c = code[at, 3] * BLOCK, code[at, 4] * BLOCK
            count, i, j = code[at, 5], code[at, 6], code[at, 7]
            m = count * BLOCK
            k, k2 = numbers[i], numbers[j]
            if op == DENSE:
                dense(numbers, i, j, code[at, 3], count, rows, a, d)
            elif op == TANH:
                tanh_rows(rows, d, a, m)
            elif op == SIN:
                sin_rows(rows, d, a, m)
            elif op == ADD:
                for p in range(m):
                    store(rows, d + p, load(rows, a + p) + load(rows, b + p))
            elif op == ADD_K:
                for p in range(m):
                    store(rows, d + p, load(rows, a + p) + k)
            elif op == SUB:
                for p in range(m):
                    store(rows, d + p, load(rows, a + p) - load(rows, b + p))
            elif op == SUB_K:
                for p in range(m):
                    store(rows, d + p, load(rows, a + p) - k)
            elif op == K_SUB:
                for p in range(m):
                    store(rows, d + p, k - load(rows, a + p))
            elif op == MUL:
                for p in range(m):
                    store(rows, d + p, load(rows, a + p) * load(rows, b + p))
            elif op == MUL_K:
                for p in range(m):
                    store(rows, d + p, load(rows, a + p) * k)
            elif op == DIV:
                for p in range(m):
                    store(rows, d + p, load(rows, a + p) / load(rows, b + p))
            elif op == DIV_K:
                for p in range(m):
                    store(rows, d + p, load(rows, a + p) / k)
            elif op == K_DIV:
                for p in range(m):
                    store(rows, d + p, k / load(rows, a + p))
            elif op == MINIMUM:
                for p in range(m):
                    store(rows, d + p, smaller(load(rows, a + p), load(rows, b + p)))
            elif op == MINIMUM_K:
                for p in range(m):
                    store(rows, d + p, smaller(load(rows, a + p), k))
            elif op == MAXIMUM:
                for p in range(m):
                    store(rows, d + p, larger(load(rows, a + p), load(rows, b + p)))
            elif op == MAXIMUM_K:
                for p in range(m):
                    store(rows, d + p, larger(load(rows, a + p), k))
            elif op == LESS:
                for p in range(m):
                    store(rows, d + p, ONE if load(rows, a + p) < load(rows, b + p) else ZERO)
            elif op == LESS_K:
                for p in range(m):
                    store(rows, d + p, ONE if load(rows, a + p) < k else ZERO)
            elif op == K_LESS:
                for p in range(m):
                    store(rows, d + p, ONE if k < load(rows, a + p) else ZERO)
            elif op == SELECT:
                for p in range(m):
                    yes, no = load(rows, b + p), load(rows, c + p)
                    store(rows, d + p, yes if load(rows, a + p) != ZERO else no)
            elif op == SELECT_K:
                for p in range(m):
                    store(rows, d + p, k if load(rows, a + p) != ZERO else load(rows, b + p))
            elif op == SELECT_RK:
                for p in range(m):
                    store(rows, d + p, load(rows, b + p) if load(rows, a + p) != ZERO else k)
            elif op == SELECT_KK:
                for p in range(m):
                    store(rows, d + p, k if load(rows, a + p) != ZERO else k2)
            elif op == ABS:
                for p in range(m):
                    store(rows, d + p, abs(load(rows, a + p)))
            elif op == FLOOR:
                for p in range(m):
                    store(rows, d + p, floor(load(rows, a + p)))
            elif op == ROUND:
                for p in range(m):
                    store(rows, d + p, nearest(load(rows, a + p)))
            elif op == SQRT:
                for p in range(m):
                    store(rows, d + p, root(larger(load(rows, a + p), ZERO)))
            elif op == EXP2:
                exp2_rows(rows, d, a, m)
            elif op == LOG2:
                log2_rows(rows, d, a, m)
            elif op == COS:
                cos_rows(rows, d, a, m)
            elif op == SIGMOID:
                sigmoid_rows(rows, d, a, m)
            elif op == GAUSS:
                gauss_rows(rows, d, a, m)
            elif op == SOFTPLUS:
                softplus_rows(rows, d, a, m)
            elif op == COPY:
                for p in range(m):
                    store(rows, d + p, load(rows, a + p))
            elif op == FILL:
                for p in range(m):
                    store(rows, d + p, k)
            elif op == TABLE:
                look_up(rows, d, a, m, numbers, i, j, scratch)
            elif op == SORT:
                for p in range(m):
                    store(rows, d + p, load(rows, a + p))
                sort_rows(rows, d, count)
            elif op == SOFTMAX or op == LOGSOFTMAX:
                softmax_rows(rows, d, a, count, scratch, op == LOGSOFTMAX)
            elif op == LAYER_NORM:
                normalise_rows(rows, d, a, count, scratch, k)
        for c in range(outputs.shape[0]):
            source = np.int64(outputs[c]) * BLOCK
            for p in range(n):
                store(results, c * points + start + p, load(rows, source + p))
