"""Limits: what they are, when they are in force, and how a refusal reads."""

from __future__ import annotations

import math
from dataclasses import fields

import pytest

import phosphene as ph
from phosphene.cli.limit_option import read_limits
from phosphene.cli.wording import error_text
from phosphene.core.limits import LIMITS, exceed, limited, limits_in_force, require, with_limits
from phosphene.jobs.threads import Threads, each


def test_every_limit_is_described_and_has_a_default():
    assert [field.name for field in fields(ph.Limits)] == list(LIMITS)
    assert all("(default " in entry.description for entry in ph.limits().values())


def test_without_limits_everything_is_allowed():
    with ph.Limits.none():
        require(**dict.fromkeys(LIMITS, 1e300))


@pytest.mark.parametrize("value", ["4", None, True, -1, math.nan])
def test_a_limit_is_a_number_from_0_on(value):
    with pytest.raises(ph.UserError, match="weights="):
        ph.Limits(weights=value)


def test_what_is_at_the_limit_passes_and_one_more_is_refused():
    require(weights=4_000_000)
    with pytest.raises(ph.LimitError) as refused:
        require("bomb.json", weights=4_000_001, nodes=5)
    assert refused.value.limits == ("weights",)
    said = str(refused.value)
    assert "bomb.json: needs 4,000,001 weights, more than the limit of 4,000,000." in said
    assert "limits=ph.Limits(weights=4100000)" in said
    assert error_text(refused.value).endswith("raise the limit: --limit weights=4100000")


def test_a_refusal_names_every_limit_that_is_exceeded():
    with pytest.raises(ph.LimitError) as refused:
        require(weights=5e6, nodes=3e5)
    assert refused.value.limits == ("weights", "nodes")
    assert "--limit weights=5000000 --limit nodes=300000" in error_text(refused.value)


def test_what_was_not_read_to_its_end_is_refused_without_a_number():
    with pytest.raises(ph.LimitError, match="more than 16,777,216 bytes of text") as refused:
        exceed("text", "art.png")
    assert "limits=ph.Limits(text=math.inf)" in str(refused.value)
    assert error_text(refused.value).endswith("raise the limit: --limit text=none")


def test_limits_hold_inside_their_block_only():
    before = limits_in_force()
    with ph.Limits(nodes=7) as outer:
        assert limits_in_force() is outer
        with limited(None):
            assert limits_in_force() is outer
        with pytest.raises(ph.LimitError), ph.Limits(nodes=5):
            require(nodes=6)
        assert limits_in_force() is outer
    assert limits_in_force() is before


def test_the_keyword_limits_is_in_force_while_a_function_runs():
    @with_limits
    def nodes(*, limits: ph.Limits | None = None) -> float:
        return limits_in_force().nodes

    assert nodes(limits=ph.Limits(nodes=3)) == 3 and nodes() == ph.Limits().nodes
    with pytest.raises(ph.UserError, match="limits: got 3; expected ph.Limits"):
        nodes(limits=3)  # type: ignore[arg-type]


def test_threads_work_under_the_limits_of_their_caller():
    threads = Threads(2)
    with ph.Limits(nodes=3):
        assert [*each(threads, lambda _: limits_in_force().nodes, range(4))] == [3, 3, 3, 3]
    assert [*each(threads, lambda _: limits_in_force().nodes, range(1))] == [ph.Limits().nodes]
    threads.close()


def test_the_option_limit_changes_the_default_limits():
    assert read_limits([]) == ph.Limits()
    assert read_limits(["none"]) == ph.Limits.none()
    assert read_limits(["weights=1e7", "nodes=none"]) == ph.Limits(
        weights=10_000_000, nodes=math.inf
    )
    with pytest.raises(ph.UserError, match="Did you mean 'weights'"):
        read_limits(["weight=3"])
    for text in ("weights=x", "weights=-1", "weights=nan", "weights"):
        with pytest.raises(ph.UserError, match=f"got {text}"):
            read_limits([text])


def test_a_longer_text_or_more_values_than_allowed_are_no_recipe():
    with pytest.raises(ph.LimitError, match="bytes of text"):
        ph.Recipe.from_json(" " * (16 << 20) + '{"phosphene": 1}')
    with pytest.raises(ph.LimitError, match="values in the recipe"):
        ph.Recipe.checked({"phosphene": 1, "rescued": [""] * 100_000})
    with pytest.raises(ph.LimitError, match="characters"):
        ph.Recipe.checked({"phosphene": 1, "rescued": ["a" * 100_000]})
    with pytest.raises(ph.LimitError, match="frames"):
        ph.Film(ph.style("classic"), ({"path": "loop"},), 100_001)


def test_numbers_of_arrays_are_limited_by_the_file_alone():
    layers = [{"weights": [[0.5] * 250] * 500}]
    made = {"kind": "explicit", "inputs": ["x"] * 250, "layers": layers}
    assert ph.Recipe.checked({"phosphene": 1, "networks": {"main": made}})


@pytest.mark.slow  # starts processes
def test_worker_processes_work_under_the_limits_of_their_caller(tmp_path):
    how = {"frames": 2, "size": 16, "subframes": 1}
    film = ph.animate("classic", **how)
    film.save(tmp_path / "allowed.gif", workers=1)
    with pytest.raises(ph.LimitError, match="operations per sample"):
        film.save(tmp_path / "refused.gif", workers=1, limits=ph.Limits(operations=100))
    assert not (tmp_path / "refused.gif").exists()
