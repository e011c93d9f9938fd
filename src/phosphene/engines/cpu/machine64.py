"""The row machine in float64, loaded when a program needs it.

The kernels are those of `machine32`, compiled again with the functions below in place of its
float32 ones, so there is only one interpreter. The argument rules are those of `formula.language`.

The polynomials are Taylor series with a truncation error below 1e-17 of the value. libm is as
accurate, but numba calls it for one number at a time.
"""

from __future__ import annotations

import math
from types import FunctionType
from typing import Any

import numpy as np
from numba import njit, types
from numba.core.dispatcher import Dispatcher

from phosphene.engines.cpu import machine32
from phosphene.engines.cpu.llvm_intrinsics import as_bits64, as_float64, fma, larger, smaller

f = np.float64
i = np.int64

ZERO, ONE, TWO, NAN, INFINITY = f(0), f(1), f(2), f("nan"), f("inf")
LN_2, LOG2_E = f(math.log(2)), f(1 / math.log(2))
MINUS_LOG2_E, TWO_LOG2_E = f(-1 / math.log(2)), f(2 / math.log(2))

# Adding 1.5 * 2^52 rounds to the nearest integer and leaves it in the low bits.
SHIFTER = f(1.5 * 2**52)

# 2^t = sum of (t ln 2)^k / k!, for |t| <= 1/2.
EXP_LOW, EXP_HIGH = f(-125), f(127)
E = tuple(f(math.log(2) ** k / math.factorial(k)) for k in range(14))

# sin r = r * sum of (-1)^k r^2k / (2k + 1)!, for |r| <= pi / 2.
SIN_LIMIT, HALF, INVERSE_PI = f(2.0**20), f(0.5), f(1 / math.pi)
PI_HIGH, PI_LOW = f(math.pi), f(1.2246467991473532e-16)  # their sum is pi to 109 bits
S = tuple(f((-1) ** k / math.factorial(2 * k + 1)) for k in range(11))

# log2((1 + t) / (1 - t)) = 2 / ln 2 * t * sum of t^2k / (2k + 1), for |t| <= 3 - 2 sqrt 2.
TINY = f(2.0**-126)
L = tuple(f(2 / math.log(2) / (2 * k + 1)) for k in range(11))
ROOT_HALF, MANTISSA, EXPONENT, SIGN = i(0x3FE6A09E667F3BCD), i(2**52 - 1), i(52), i(63)

inline = njit(inline="always", error_model="numpy")


@inline
def exp2(x):
    x = smaller(larger(x, EXP_LOW), EXP_HIGH)
    shifted = x + SHIFTER
    t = x - (shifted - SHIFTER)
    p = fma(fma(fma(fma(E[13], t, E[12]), t, E[11]), t, E[10]), t, E[9])
    p = fma(fma(fma(fma(fma(p, t, E[8]), t, E[7]), t, E[6]), t, E[5]), t, E[4])
    p = fma(fma(fma(fma(p, t, E[3]), t, E[2]), t, E[1]), t, E[0])
    return as_float64(as_bits64(p) + (as_bits64(shifted) << EXPONENT))


@inline
def log2(x):
    bits = as_bits64(larger(x, TINY)) - ROOT_HALF
    mantissa = as_float64((bits & MANTISSA) + ROOT_HALF)
    t = (mantissa - ONE) / (mantissa + ONE)
    s = t * t
    p = fma(fma(fma(fma(L[10], s, L[9]), s, L[8]), s, L[7]), s, L[6])
    p = fma(fma(fma(fma(fma(fma(p, s, L[5]), s, L[4]), s, L[3]), s, L[2]), s, L[1]), s, L[0])
    y = fma(p, t, f(bits >> EXPONENT))
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
    r = as_float64(as_bits64(r) ^ (as_bits64(shifted) << SIGN))
    s = r * r
    p = fma(fma(fma(fma(S[10], s, S[9]), s, S[8]), s, S[7]), s, S[6])
    p = fma(fma(fma(fma(fma(p, s, S[5]), s, S[4]), s, S[3]), s, S[2]), s, S[1])
    p = r * fma(p, s, S[0])
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


def _wider(kind: Any) -> Any:
    """A numba type with float64 in place of float32."""
    if kind == types.float32:
        return types.float64
    return kind.copy(dtype=types.float64) if getattr(kind, "dtype", None) == types.float32 else kind


def _compile_again(kernel: Dispatcher, words: dict[str, Any]) -> Dispatcher:
    """A kernel of machine32 compiled for float64, with `words` in place of its globals."""
    source = FunctionType(kernel.py_func.__code__, words, kernel.py_func.__name__)
    return njit(types.void(*map(_wider, kernel.signatures[0])), **machine32.inner)(source)


WORDS = vars(machine32) | globals()
for name, word in vars(machine32).items():  # in definition order, as later ones call earlier ones
    if isinstance(word, Dispatcher) and word.signatures:
        WORDS[name] = _compile_again(word, WORDS)

evaluate = FunctionType(machine32.evaluate.__code__, WORDS, "evaluate")
