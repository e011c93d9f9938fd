"""The bench measures what it says. Figures themselves are not tested: machines differ."""

from __future__ import annotations

import inspect
import json
from importlib import import_module

import numpy as np
import pytest

from phosphene.bench import Plan, bench, markdown, rows, table
from phosphene.bench.networks import ACTIVATIONS, NETWORKS, demand
from phosphene.bench.peers import numpy_painter, peers_here, torch_painter
from phosphene.bench.processes import child, python
from phosphene.bench.roofline import roofline_ns
from phosphene.bench.timing import Job, alternate
from phosphene.cli import run
from phosphene.cli.console import say
from phosphene.compiler import build
from phosphene.core.errors import EngineError, InputError
from phosphene.render import render

TINY = Plan(
    size=64, rounds=1, scaling_size=64, scaling_rounds=1, latency_size=32, latencies=2,
    memory_size=64, process_runs=1, peak_iterations=1000, activation_repeats=1,
)  # fmt: skip
whole = pytest.mark.slow  # the whole bench: a dozen processes and one cold compilation

PROTOTYPE = {
    "cpu_engine.py": "def render(program, width, height, threads): assert threads == 1",
    "cpu_nets.py": "def make(name): return name\ndef compile_net(layers): return layers",
}


@pytest.fixture(scope="module")
def prototype(tmp_path_factory):
    folder = tmp_path_factory.mktemp("prototype")
    for name, text in PROTOTYPE.items():
        (folder / name).write_text(text)
    return folder


@pytest.fixture(scope="module")
def figures(prototype):
    return bench(prototype, plan=TINY)


@pytest.mark.parametrize(("name", "count"), [("N1", 3264), ("N2", 30600), ("N3", 5150)])
def test_the_networks_ask_for_the_multiply_adds_of_the_notes(name, count):
    assert demand(build(NETWORKS[name])).multiply_adds == count


def test_every_activation_of_the_networks_is_counted():
    kinds = dict.fromkeys(("tanh", "sin", "maximum_k", "gauss", "softplus"), 80)
    assert demand(build(NETWORKS["N1"])).activations == {"tanh": 128, "sigmoid": 3}
    assert demand(build(NETWORKS["N2"])).activations == kinds | {"sigmoid": 3}
    assert demand(build(NETWORKS["N3"])).activations == {"tanh": 225, "sigmoid": 3}


def test_the_roofline_adds_multiply_adds_and_activations():
    asks = demand(build(NETWORKS["N1"]))
    assert roofline_ns(asks, 100.0, {"tanh": 0.25, "sigmoid": 1.0}) == 65.28 + 32 + 3


@whole
def test_fractions_and_ratios_are_as_defined(figures):
    roofline = figures["roofline"]
    assert set(roofline["activation_ns"]) == set(ACTIVATIONS)
    for name, recipe in NETWORKS.items():
        found = figures["networks"][name]
        least = roofline_ns(
            demand(build(recipe)), roofline["peak_gflops"], roofline["activation_ns"]
        )
        assert found["roofline_ns_per_pixel"] == least
        assert found["fraction"] == pytest.approx(least / found["ns_per_pixel"])
        assert found["mpx_per_core_s"] == pytest.approx(1e3 / found["ns_per_pixel"])
        for who in ("prototype", *peers_here()):
            ratio = found["mpx_per_core_s"] / found["mpx_others"][who]
            assert found["times"][who] == pytest.approx(ratio)


@whole
def test_figures_are_plain_data(figures):
    assert json.loads(json.dumps(figures)) == figures
    assert figures["machine"]["numba"] and figures["machine"]["cores"] >= 1
    assert figures["cpu"] == figures["machine"]["cpu"] and len(figures["load"]) == 2
    assert set(figures["networks"]) == set(NETWORKS)
    assert all(found["fraction"] > 0 for found in figures["networks"].values())


@whole
def test_every_row_is_in_every_table_with_its_aim(figures):
    lines = markdown(figures).splitlines()
    assert table(figures).row_count == len(rows(figures)) == len(figures["rows"])
    for row in rows(figures):
        assert any(
            line.startswith(f"| {row.label} | {row.measured} | {row.aim} |") for line in lines
        )
        assert (row.met is None) == (not row.aim or row.value is None)


@whole
def test_a_missed_aim_is_reported(figures):
    slow = figures | {"latency": {"ms": 15.1}, "scaling": None}
    found = {row.label: row for row in rows(slow)}
    assert found["new network like N1 to PNG, 32x32"].met is False
    assert found["N1, 64x64: efficiency of two threads"].measured == "not measured"


@pytest.mark.parametrize("peer", peers_here())
@pytest.mark.parametrize("name", NETWORKS)
def test_peers_paint_the_same_picture(name, peer):
    painter = {"numpy": numpy_painter, "torch": torch_painter}[peer](NETWORKS[name], 64)
    ours = np.asarray(render(NETWORKS[name], 64)) * 255
    assert np.abs(painter() - ours).max() < 0.51


@whole
def test_the_prototype_leaves_no_trace(figures, prototype):
    assert sorted(p.name for p in prototype.iterdir()) == sorted(PROTOTYPE)


def test_a_folder_without_a_prototype_is_named(tmp_path):
    with pytest.raises(InputError, match="no such file; expected the prototype's cpu_engine.py"):
        bench(tmp_path, plan=TINY)


def test_jobs_take_turns_and_the_best_counts():
    times = iter([3.0, 1.0, 2.0])
    seen = []

    def rare():
        seen.append("rare")
        return {"b": 5.0}

    assert alternate([Job(lambda: {"a": next(times)}), Job(rare, every=2)], 3) == {
        "a": 1.0,
        "b": 5.0,
    }
    assert len(seen) == 2


def test_a_child_that_fails_is_reported():
    with pytest.raises(EngineError, match="ZeroDivisionError"):
        python("-c", "1 / 0")


@pytest.mark.slow  # starts a process that fills memory
def test_peak_memory_is_the_childs_own(tmp_path):
    held = np.ones(100_000_000, np.float32)  # Linux would carry this process's peak into the child
    assert child("memory", 64, tmp_path / "a.png")[0]["peak_mb"] < held.nbytes / 1e6


@pytest.mark.parametrize("part", ["systems", "styles", "output", "finish", "motion", "start",
                                  "thumbnails"])  # fmt: skip
def test_a_part_of_the_bench_gets_what_its_function_takes(part, monkeypatch, capsys):
    module = import_module(f"phosphene.bench.{part}")
    function = getattr(module, f"bench_{part}")
    given = []

    def measure(*arguments):
        given.append(inspect.signature(function).bind(*arguments).arguments)
        return {"part": part}

    monkeypatch.setattr(module, f"bench_{part}", measure)
    monkeypatch.setattr(module, f"{part}_text", lambda found: f"the {found['part']}")
    assert run(["bench", f"--{part}", "--rounds", "2"]) == 0
    assert capsys.readouterr().out == f"the {part}\n"
    assert given[0]["rounds"] == 2 and given[0]["say"] is say
