"""The transcendental primitives in float32, and the activations fused from them.

Every operation is explicit: no fast-math, multiply-adds only as `fma`, one true division. So each
function returns the same bits on every CPU and at every vector width. Polynomials are minimax fits,
derived in tests/engines/test_coefficients.py; `phosphene.testing.ACCURACY` lists the errors of the
functions, and the tests of the engines measure them.

Integers are wrapped in `i()` because numba computes int32 + int32 in 64 bits, which halves the
number of lanes.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from phosphene.engines.cpu.llvm_intrinsics import as_bits, as_float, floor, fma, larger, smaller

f = np.float32
i = np.int32

ZERO, ONE, TWO, NAN, INFINITY = f(0), f(1), f(2), f("nan"), f("inf")
LOG2_E, LN_2 = f(1.4426950408889634), f(0.6931471805599453)
MINUS_LOG2_E, TWO_LOG2_E = f(-1.4426950408889634), f(2.8853900817779268)

# Adding 1.5 * 2^23 rounds to the nearest integer and leaves it in the low bits.
SHIFTER = f(12582912.0)

EXP_LOW, EXP_HIGH = f(-125), f(127)
# Exactly 1 at 0, which makes powers of 2 exact: an error of 9.1e-8 instead of 7.5e-8.
E0, E1, E2 = f(1), f(0.693147004), f(0.240222424)
E3, E4, E5 = f(0.0555073358), f(0.00967151299), f(0.00132647273)

SIN_LIMIT = f(1048576.0)
HALF, INVERSE_PI = f(0.5), f(0.3183098861837907)
PI_HIGH, PI_LOW = f(3.1415927410125732), f(-8.742277657347586e-08)
S0, S1, S2 = f(0.999999977), f(-0.166666476), f(0.00833289982)
S3, S4 = f(-0.000198008978), f(2.59048854e-06)

TINY = f(1.1754943508222875e-38)
L0, L1, L2, L3 = f(0.999999814), f(-0.500006674), f(0.33336182), f(-0.249593438)
L4, L5, L6, L7 = f(0.198730466), f(-0.173334655), f(0.16419989), f(-0.101022348)
ROOT_HALF, MANTISSA, EXPONENT, SIGN = i(0x3F3504F3), i(0x7FFFFF), i(23), i(31)

inline = njit(inline="always", error_model="numpy")


@inline
def exp2(x):
    x = smaller(larger(x, EXP_LOW), EXP_HIGH)
    shifted = x + SHIFTER
    t = x - (shifted - SHIFTER)
    square = t * t
    p = fma(fma(fma(E5, t, E4), square, fma(E3, t, E2)), square, fma(E1, t, E0))
    return as_float(i(as_bits(p) + i(as_bits(shifted) << EXPONENT)))


@inline
def log2(x):
    bits = i(as_bits(larger(x, TINY)) - ROOT_HALF)
    exponent = f(i(bits >> EXPONENT))
    t = as_float(i(i(bits & MANTISSA) + ROOT_HALF)) - ONE
    p = fma(fma(fma(fma(fma(fma(fma(L7, t, L6), t, L5), t, L4), t, L3), t, L2), t, L1), t, L0)
    y = fma(p * t, LOG2_E, exponent)
    y = y if x < INFINITY else x
    return y if x >= ZERO else NAN


@inline
def sin(x):
    shifted = fma(x, INVERSE_PI, SHIFTER)
    return sine_of_rest(x, shifted - SHIFTER, shifted)


@inline
def cos(x):
    shifted = fma(x, INVERSE_PI, HALF) + SHIFTER
    return sine_of_rest(x, (shifted - SHIFTER) - HALF, shifted)


@inline
def sine_of_rest(x, turns, shifted):
    """sin(x - turns pi), negated where the integer in `shifted` is odd.

    The first product and difference are exact for |turns| < 2^19 (Cody & Waite 1980).
    """
    r = fma(-turns, PI_LOW, fma(-turns, PI_HIGH, x))
    r = as_float(i(as_bits(r) ^ i(as_bits(shifted) << SIGN)))
    square = r * r
    p = r * fma(fma(fma(fma(S4, square, S3), square, S2), square, S1), square, S0)
    return p if abs(x) < SIN_LIMIT else x - x


@inline
def tanh(x):
    return ONE - TWO / (exp2(x * TWO_LOG2_E) + ONE)


@inline
def sigmoid(x):
    return ONE / (exp2(x * MINUS_LOG2_E) + ONE)


@inline
def gauss(x):
    return exp2((x * x) * MINUS_LOG2_E)


@inline
def lookup_place(x, last):
    """The index and the fraction for interpolating a table of last + 1 entries at x, clamped to
    [0, 1].
    """
    v = x if x > ZERO else ZERO
    v = (v if v < ONE else ONE) * last
    whole = floor(smaller(v, last - ONE))
    return i(whole), v - whole
