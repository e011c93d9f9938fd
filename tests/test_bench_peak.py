"""The kernel that measures the peak executes the multiply-adds that the bench counts."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from numba import njit

from phosphene.bench import peak

BLOCK = re.compile(r"^([\w.]+):(.*?)(?=^[\w.]+:|^}|\Z)", re.M | re.S)


def per_iteration(kernel: Callable) -> list[float]:
    """The multiply-adds of each loop of a compiled kernel, by iteration: LLVM unrolls loops, and
    their counter then steps by the number of iterations.
    """
    found = []
    for name, body in BLOCK.findall(kernel.inspect_llvm(kernel.signatures[0])):
        adds = len(re.findall(r"call [^@]*@llvm\.fma\.v", body))
        if adds and re.search(rf"br i1 .*label %{re.escape(name)}\b", body):
            step = re.search(r"= add [^\n]*i64 %[\w.]+, (-?\d+)", body)
            found.append(adds / abs(int(step[1])))
    return found


def test_every_loop_of_the_kernel_has_all_sums():
    assert set(per_iteration(peak.multiply_adds)) == {peak.SUMS}
    assert peak.OPERATIONS_PER_ITERATION == 2 * peak.SUMS * peak.LANES


def test_a_sum_that_starts_at_its_fixed_point_is_missed(monkeypatch):
    monkeypatch.setattr(peak, "FIRST", 0)  # the third starts at 2 and stays there

    @njit("float32(int64)")
    def planted(iterations):
        return peak._multiply_adds(iterations)

    assert set(per_iteration(planted)) == {peak.SUMS - 1}


@pytest.mark.parametrize("iterations", [1, 2, 7, 8, 9, 1000])
def test_the_result_depends_on_every_sum_and_iteration(iterations):
    wanted = 0.0
    for k in range(peak.SUMS):
        value = peak.FIRST + k
        for _ in range(iterations):
            value = value * 0.5 + 1.0
        wanted += value
    assert peak.multiply_adds(iterations) == pytest.approx(wanted, rel=1e-6)
