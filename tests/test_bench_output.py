"""The bench of exports measures what it says. Figures themselves are not tested."""

from __future__ import annotations

import json

import pytest

from phosphene.bench import output
from phosphene.bench.output import EXPORTS, bench_output, output_rows, output_text
from phosphene.bench.processes import child
from phosphene.cli import run
from phosphene.core.errors import EngineError


@pytest.fixture
def children(monkeypatch):
    """Processes that would measure memory."""
    asked = []

    def fake(what, size, path, options):
        asked.append((size, path.suffix, json.loads(options)))
        width = int(size.split("x")[0])
        return {"peak_mb": 100.0 + 0.1 * width}, None

    monkeypatch.setattr(output, "child", fake)
    monkeypatch.setattr(output, "_cluster", lambda *_: {"on_dask": 0.95, "cluster_s": {}})
    return asked


def test_every_format_is_compared_with_rendering_without_output(children):
    said = []
    figures = bench_output(64, 1, said.append)
    assert figures["share"].keys() == figures["growth"].keys() == EXPORTS.keys()
    assert all(share > 0 for share in figures["share"].values())
    assert ("64x64", ".png", {}) in children and ("128x128", ".png", {}) in children
    assert ("16x16", ".tiff", {"depth": "16"}) in children and ("16x64", ".dzi", {}) in children
    assert figures["larger_peak_mb"] == pytest.approx(112.8) and figures["speedup"] > 0
    assert json.loads(json.dumps(figures)) == figures
    assert all(row.label in output_text(figures) for row in output_rows(figures))


def test_a_missed_aim_is_reported(children):
    figures = bench_output(64, 1, lambda line: None)
    figures |= {"share": {"PNG": 0.96, "TIFF": 0.5}, "peak_mb": 300, "larger_peak_mb": 301}
    found = {row.label: row.met for row in output_rows(figures)}
    assert found["PNG: share of that speed"] is True
    assert found["TIFF: share of that speed"] is False
    assert found["Zarr: share of that speed"] is None
    assert found["PNG, 64 a side: memory"] is False
    assert found["128 a side, relative to that"] is True
    assert "NO" in output_text(figures)


def fail_to_open(**arguments):
    raise EngineError("no Dask here")


def test_what_cannot_be_measured_is_omitted_with_a_note(monkeypatch):
    said = []

    def fail(*arguments):
        raise EngineError("no memory")

    monkeypatch.setattr(output, "child", fail)
    monkeypatch.setattr(output, "open_executor", fail_to_open)
    monkeypatch.setitem(EXPORTS, "TIFF", output.Export(".tiff", {"depth": "12"}, 0.8))
    figures = bench_output(64, 1, said.append)
    assert "TIFF" not in figures["share"] and figures["peak_mb"] is None
    assert any("depth=12" in line for line in said) and "no memory" in said
    assert figures["on_dask"] is None and "no Dask here" in said
    assert "not measured" in output_text(figures)


@pytest.mark.slow  # it starts a cluster
@pytest.mark.filterwarnings("ignore::ResourceWarning")  # Dask's own
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_cluster_is_compared_with_processes(tmp_path):
    figures = output._cluster(tmp_path, 80, lambda line: None)
    assert figures["on_dask"] > 0
    assert {name: len(each) for name, each in figures["cluster_s"].items()} == {
        "processes": 3, "dask": 3
    }  # fmt: skip
    assert [file.name for file in tmp_path.glob("*.png")] != []


@pytest.mark.slow  # a process of its own
def test_the_memory_of_an_export_is_that_of_its_process(tmp_path):
    found, _ = child("export", "64x32", tmp_path / "a.png", '{"depth": "16"}')
    assert 30 < found["peak_mb"] < 2000
    assert (tmp_path / "a.png").exists()


def test_the_command_prints_the_figures(children, capsys):
    assert run(["bench", "--output", "--size", "64", "--rounds", "1"]) == 0
    out, err = capsys.readouterr()
    assert "Deep Zoom: share of that speed" in out and "round 1 of 1" in err
