"""Streams: known answers, and draws that never shift one another."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pytest

from phosphene.core.rng import ROW, Stream, normal_quantile, open_unit

ONES = 2**64 - 1

# Random123, tests/kat_vectors, philox4x64 10: counter, key, words.
KNOWN = [
    (
        [0, 0, 0, 0], [0, 0],
        "16554d9eca36314c db20fe9d672d0fdc d7e772cee186176b 7e68b68aec7ba23b",
    ),
    (
        [ONES] * 4, [ONES] * 2,
        "87b092c3013fe90b 438c3c67be8d0224 9cc7d7c69cd777b6 a09caebf594f0ba0",
    ),
    (
        [0x243F6A8885A308D3, 0x13198A2E03707344, 0xA4093822299F31D0, 0x082EFA98EC4E6C89],
        [0x452821E638D01377, 0xBE5466CF34E90C6C],
        "a528f45403e61d95 38c72dbd566e9788 a5a1610e72fd18b5 57bd43b5e52b7fe6",
    ),
]  # fmt: skip


def hexadecimal(words: object) -> str:
    return " ".join(f"{int(w):016x}" for w in words)  # type: ignore[attr-defined]


@pytest.mark.parametrize(("counter", "key", "words"), KNOWN)
def test_philox_returns_the_words_published_by_its_authors(
    counter: list[int], key: list[int], words: str
):
    # NumPy counts up before it draws.
    before = (sum(c << (64 * i) for i, c in enumerate(counter)) - 1) % 2**256
    parts = [(before >> (64 * i)) & ONES for i in range(4)]
    bits = np.random.Philox(counter=np.array(parts, np.uint64), key=np.array(key, np.uint64))
    assert hexadecimal(bits.random_raw(4)) == words


# seed, name: four words; the draws that become of the first three.
PINNED: dict[tuple[int | str, str], tuple[str, str, str]] = {
    (0, "weights/hidden.0"): (
        "6498c7b84519b8b1 ea79ee84bfc50f7e 85d4e9e460a68ca1 5546d1c057c3f55f",
        "0x1.92631ee11466ep-2 0x1.d4f3dd097f8a1p-1 0x1.0ba9d3c8c14d1p-1",
        "-0x1.1624256dc7f2ap-2 0x1.60cf1589ccb6ap+0 0x1.d406e50215fecp-5",
    ),
    (42, "main/weights/hidden.0"): (
        "836fd63fde4be0f6 7f3855c72ea293e1 e9a975ae18284a26 f43edb870db1b9b3",
        "0x1.06dfac7fbc97dp-1 0x1.fce1571cba8a6p-2 0x1.d352eb5c30509p-1",
        "0x1.13bae56db373dp-5 -0x1.f47d99708f6e6p-8 0x1.5b9b157f16a6ap+0",
    ),
    ("42", "main/weights/hidden.0"): (
        "836fd63fde4be0f6 7f3855c72ea293e1 e9a975ae18284a26 f43edb870db1b9b3",
        "0x1.06dfac7fbc97dp-1 0x1.fce1571cba8a6p-2 0x1.d352eb5c30509p-1",
        "0x1.13bae56db373dp-5 -0x1.f47d99708f6e6p-8 0x1.5b9b157f16a6ap+0",
    ),
    ("harbour-42", "main/latent"): (
        "3c1f39e424edcf87 4e4a90ef3c0f4a2a 035ab959696c886d a260b945b75bbbe2",
        "0x1.e0f9cf21276e4p-3 0x1.392a43bcf03d2p-2 0x1.ad5cacb4b6440p-7",
        "-0x1.722822cec4af8p-1 -0x1.03f3b72c7c12ap-1 -0x1.1c8ff0db8dc1bp+1",
    ),
    (-7, "Grüße"): (
        "418256d02830b384 2ef77526f787b62a 90dd0208c5373784 31382b91309ea025",
        "0x1.06095b40a0c2ep-2 0x1.77bba937bc3dcp-3 0x1.21ba04118a6e7p-1",
        "-0x1.4fe62803f89abp-1 -0x1.cdf309edc775bp-1 0x1.53b63cfc1d7dep-3",
    ),
}


@pytest.mark.parametrize(("seed", "name"), PINNED)
def test_a_named_stream_never_changes(seed: int | str, name: str):
    words, uniforms, normals = PINNED[seed, name]
    stream = Stream(seed, name)
    assert hexadecimal(stream.words(4)) == words
    assert " ".join(v.hex() for v in stream.uniform(3).tolist()) == uniforms
    assert " ".join(v.hex() for v in stream.normal(3).tolist()) == normals


def test_a_table_never_changes():
    table = Stream(42, "main/weights/hidden.0").table(3, 2)
    assert " ".join(v.hex() for v in table.ravel().tolist()) == (
        "0x1.06dfac7fbc97dp-1 0x1.fce1571cba8a6p-2 0x1.56d6e015a7170p-5 "
        "0x1.822ca42f4e469p-1 0x1.f3f585bf20938p-4 0x1.65a585f6fcc5ep-2"
    )


@pytest.mark.parametrize("rows", [1, 2, 5])
@pytest.mark.parametrize("columns", [1, 3, 4, 9])
def test_a_larger_table_starts_with_the_smaller(rows: int, columns: int):
    stream = Stream(3, "weights/output")
    large = stream.table(7, 13)
    np.testing.assert_array_equal(stream.table(rows, columns), large[:rows, :columns])


def test_a_row_of_a_table_is_a_row_of_words():
    stream = Stream("a", "b")
    for row, draws in enumerate(stream.table(5, 6)):
        np.testing.assert_array_equal(draws, open_unit(stream.words(6, row)))


def test_rows_are_too_far_apart_to_meet():
    assert ROW > 1024 * 1024  # words in a row; the widest layer has 1024 inputs


@pytest.mark.parametrize("count", [1, 2, 5, 64])
def test_a_longer_draw_starts_with_the_shorter(count: int):
    stream = Stream(1, "any")
    for draw in (stream.words, stream.uniform, stream.normal, lambda n: stream.pick(n, 7)):
        np.testing.assert_array_equal(draw(count), draw(100)[:count])


def test_drawing_from_one_stream_does_not_change_any_other():
    first = Stream(5, "main")
    before = first.child("latent").normal(8)
    first.child("weights/hidden.9").normal(1000)
    first.words(3)
    np.testing.assert_array_equal(first.child("latent").normal(8), before)


def test_streams_of_different_names_or_seeds_differ():
    names = [f"main/{part}/{layer}" for part in ("weights", "biases") for layer in range(20)]
    streams = [Stream(seed, name) for seed in (0, 1, -1, "1a", "") for name in names]
    firsts = {int(s.words(1)[0]) for s in streams}
    assert len(firsts) == len(streams)


def test_a_child_is_the_stream_of_the_longer_name():
    assert Stream(1, "a").child("b") == Stream(1, "a/b")


def test_a_whole_number_and_its_text_are_one_seed():
    assert Stream(42, "x").words(4).tolist() == Stream("42", "x").words(4).tolist()


def test_uniforms_reach_neither_end():
    ends = open_unit(np.array([0, ONES], np.uint64))
    assert ends[1] < 1
    assert ends.tolist() == [2.0**-53, 1 - 2.0**-53]
    low, high = Stream(1, "u").uniform(100_000, -3.0, 5.0)[[0, 1]]
    assert -3 < low < 5
    assert -3 < high < 5


def test_picks_are_even():
    picks = Stream(2, "picks").pick(70_000, 7)
    counts = np.bincount(picks, minlength=8)
    assert counts[7] == 0
    # chi-squared of 6 degrees of freedom: above 27.9 once in 10 000 seeds
    assert ((counts[:7] - 10_000) ** 2 / 10_000).sum() < 27.9


def test_the_quantile_of_the_normal_distribution_is_right_to_the_last_digits():
    p = np.concatenate(
        [np.linspace(0.0005, 0.9995, 1999), 10.0 ** -np.arange(3, 17), [0.075, 0.925, 1 - 1e-12]]
    )
    wanted = np.array([NormalDist().inv_cdf(v) for v in p])  # the same algorithm, with libm's log
    np.testing.assert_allclose(normal_quantile(p), wanted, rtol=1e-15, atol=1e-17)


def test_the_quantile_inverts_the_distribution_function():
    z = np.linspace(-8, 2, 401)
    p = np.array([0.5 * math.erfc(-v / math.sqrt(2)) for v in z])
    # One unit in the last place of p moves z by p 2^-53 / density.
    density = np.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    bound = 1e-15 * np.maximum(np.abs(z), 1) + 4 * p * 2.0**-53 / density
    assert (np.abs(normal_quantile(p) - z) <= bound).all()


def test_normals_are_normal():
    n = 200_000
    z = Stream(11, "normals").normal(n)
    # Each moment of n draws lies within 4 of its own deviations: all but once in 16 000 seeds.
    for power, mean, variance in ((1, 0, 1), (2, 1, 2), (3, 0, 15), (4, 3, 96)):
        assert abs((z**power).mean() - mean) < 4 * math.sqrt(variance / n)
    # Kolmogorov's distance: above 2.2 / sqrt(n) once in 8000 seeds.
    share = np.array([NormalDist().cdf(v) for v in np.sort(z)[::20]])
    assert np.abs(share - (np.arange(n) / n)[::20]).max() < 2.2 / math.sqrt(n)


def test_neighbours_are_not_alike():
    n = 100_000
    table = normal_quantile(Stream(13, "table").table(2, n))
    for a, b in ((table[0], table[1]), (table[0, 1:], table[0, :-1])):
        assert abs((a * b).mean()) < 4 / math.sqrt(n)
