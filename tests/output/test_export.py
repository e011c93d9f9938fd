"""Exports in bands: the same pixels whoever makes the bands, and nothing lost by a failure."""

from __future__ import annotations

import signal
from dataclasses import replace

import numpy as np
import pytest

import phosphene as ph
from phosphene.core.errors import EngineError, OutputError, ProgramError, UserError
from phosphene.files import FORMATS
from phosphene.files.formats import read_target
from phosphene.files.piece_store import count_pieces, store_folder
from phosphene.jobs.job import Scratch
from phosphene.jobs.processes import WorkerProcess
from phosphene.raster.frame import Rect
from phosphene.render import export_job, render_file
from phosphene.render.export_job import PictureJob, writer_kind
from phosphene.render.first_pass import make_plan
from tests.files.samples import disk_of
from tests.output.contents import (
    OPTIONS,
    PLAIN,
    RECIPE,
    SIZE,
    bands_in,
    contents,
    left_in,
    same,
)  # fmt: skip

OPEN = RECIPE.replace(
    {"shading": {"rgb": ["main0", "main1", "main2"], "alpha": "x"}, "finish": PLAIN.finish}
)


@pytest.fixture(autouse=True)
def many_bands(monkeypatch):
    bands_in(monkeypatch)


@pytest.fixture
def made(monkeypatch):
    """The bands that this process makes, as it makes them."""
    found, make = [], PictureJob.make

    def noted(self, band, scratch):
        made = make(self, band, scratch)
        found.append(band)
        return made

    monkeypatch.setattr(PictureJob, "make", noted)
    return found


def stop_after(bands: int):
    """A progress that stops the export once so many bands are there."""

    def progress(done, total):
        if done >= min(10 * bands, total):
            raise KeyboardInterrupt

    return progress


def interrupted(path, recipe=RECIPE, bands=4, **keywords):
    """What is left of an export that Ctrl-C stopped after so many bands."""
    with pytest.raises(KeyboardInterrupt):
        render_file(recipe, path, SIZE, progress=stop_after(bands), threads=1, **keywords)
    return store_folder(path)


def whole(recipe=RECIPE, **keywords) -> np.ndarray:
    return ph.render(recipe, SIZE, **keywords).uint8


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_picture_in_bands_equals_the_picture_in_one_piece(suffix, tmp_path, made, monkeypatch):
    path, options = tmp_path / f"bands{suffix}", OPTIONS.get(suffix, {})
    render_file(RECIPE, path, SIZE, **options)
    bands = 7 if suffix in (".tiff", ".exr") else 10  # there of 16 rows each
    assert len(made) == bands
    bands_in(monkeypatch, None)
    (tmp_path / "once").mkdir()
    render_file(RECIPE, tmp_path / "once" / path.name, SIZE, **options)
    assert len(made) == bands
    assert same(contents(path), contents(tmp_path / "once" / path.name))
    assert ph.open(path) == RECIPE
    assert left_in(tmp_path) == []


@pytest.mark.parametrize("who", [{"threads": 1}, {"threads": 2}, {"threads": 5}, {"workers": 2}])
@pytest.mark.parametrize("recipe", [RECIPE, PLAIN], ids=["antialiased", "plain"])
def test_every_executor_makes_the_pixels_of_the_picture(who, recipe, tmp_path):
    render_file(recipe, tmp_path / "a.png", SIZE, **who)
    assert np.array_equal(contents(tmp_path / "a.png"), whole(recipe))


def test_a_first_pass_over_the_image_reaches_threads_and_workers_alike(tmp_path):
    shading = {"grey": "(main0 - least(main0)) / (greatest(main0) - least(main0))"}
    recipe = ph.Recipe(shading=shading, finish={"dither": "auto"})
    for who in ({"threads": 2}, {"workers": 2}):
        render_file(recipe, tmp_path / "a.png", SIZE, overwrite=True, **who)
        assert np.array_equal(contents(tmp_path / "a.png"), whole(recipe))


@pytest.mark.parametrize("suffix", [".png", ".npy"])
def test_a_job_travels_as_its_plan_and_what_its_format_needs(suffix):
    plan, rect = make_plan(RECIPE, SIZE), Rect(20, 5, 90, 60)
    job = PictureJob(RECIPE.json, plan, rect, "cpu", *read_target(f"a{suffix}"))
    again = PictureJob.from_bytes(job.to_bytes())
    assert job.to_bytes().endswith(plan.to_bytes())
    assert again.fingerprint == job.fingerprint and list(again.pieces()) == list(job.pieces())
    for piece in job.pieces():
        assert bytes(again.make(piece, Scratch())) == bytes(job.make(piece, Scratch()))
    others = [replace(job, plan=make_plan(RECIPE, (151, 97))), replace(job, rect=Rect(0, 0, 9, 60))]
    assert job.fingerprint not in {other.fingerprint for other in others}
    with pytest.raises(ProgramError, match="render plan"):
        PictureJob.from_bytes(job.to_bytes().replace(b"PHOSPLAN", b"PHOSPLAX"))


def test_after_an_interruption_only_what_is_missing_is_made(tmp_path, made):
    path, said = tmp_path / "a.png", []
    folder = interrupted(path)
    kept = set(made)
    assert count_pieces(folder) == (4, 10) and len(kept) == 4
    assert left_in(tmp_path) == [folder.name]
    with pytest.raises(UserError, match="`resume=True` continues it"):
        render_file(RECIPE, path, SIZE)
    made.clear()
    render_file(RECIPE, path, SIZE, resume=True, threads=2, say=said.append)
    assert said == ["resuming: 4 of 10 bands found"]
    assert len(made) == 6 and not kept & set(made)
    assert np.array_equal(contents(path), whole())
    assert left_in(tmp_path) == []


def test_an_export_with_all_bands_is_assembled(tmp_path, made):
    path = tmp_path / "a.png"
    interrupted(path, bands=10)
    assert len(made) == 10
    made.clear()
    render_file(RECIPE, path, SIZE, resume=True)
    assert made == [] and np.array_equal(contents(path), whole())


@pytest.mark.parametrize("damage", ["flip", "cut", "empty"])
def test_a_damaged_band_is_noticed_and_made_again(damage, tmp_path, made):
    path, said = tmp_path / "a.png", []
    folder = interrupted(path)
    band = sorted(folder.glob("*.piece"))[1]
    data = bytearray(band.read_bytes())
    if damage == "flip":
        data[len(data) // 2] ^= 4
    band.write_bytes(data[: {"flip": len(data), "cut": len(data) - 1, "empty": 0}[damage]])
    made.clear()
    render_file(RECIPE, path, SIZE, resume=True, say=said.append)
    assert said == ["resuming: 3 of 10 bands found, 1 damaged and rendered again"]
    assert len(made) == 7
    assert np.array_equal(contents(path), whole())


@pytest.mark.parametrize(("suffix", "options"), [
    (".exr", {}), (".exr", {"depth": "float"}), (".exr", {"raw": True}),
    *[(".tiff", {"tile": 16, "depth": depth}) for depth in ("8", "16", "32f")],
    (".tiff", {"tile": 48, "compression": "none"}), (".tiff", {"tile": 16, "profile": "p3"}),
    (".tiff", {"tile": 16, "pyramid": True}),
])  # fmt: skip
@pytest.mark.parametrize("recipe", [RECIPE, OPEN], ids=["rgb", "rgba"])
def test_joined_pieces_equal_the_file_in_one_piece(suffix, options, recipe, tmp_path, monkeypatch):
    options = {name: str(value) for name, value in options.items()}
    assert bool(writer_kind(suffix).step(read_target(f"a{suffix}", options).options)) != (
        "pyramid" in options
    )
    render_file(recipe, tmp_path / f"a{suffix}", SIZE, threads=2, **options)
    bands_in(monkeypatch, None)
    render_file(recipe, tmp_path / f"b{suffix}", SIZE, **options)
    found = contents(tmp_path / f"a{suffix}")
    assert same(found, contents(tmp_path / f"b{suffix}"))
    found[70, 70] += 1
    assert not same(found, contents(tmp_path / f"b{suffix}"))


@pytest.mark.parametrize("suffix", [".png", ".npy"])
def test_a_band_that_is_damaged_before_it_is_used_is_made_again(suffix, tmp_path, made):
    path = tmp_path / f"a{suffix}"

    def vandal(done, total):
        for band in store_folder(path).glob("*.piece"):
            band.write_bytes(band.read_bytes()[:-9])

    render_file(RECIPE, path, SIZE, threads=1, progress=vandal)
    assert len(made) == 20
    render_file(RECIPE, tmp_path / f"b{suffix}", SIZE)
    assert same(contents(path), contents(tmp_path / f"b{suffix}"))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"size": (150, 98)}, "size 150x97"),
        ({"crop": (0, 0, 150, 90)}, "window 0,0,150,97"),
        ({"recipe": PLAIN}, "recipe"),
        ({"depth": 16}, "samples"),
        ({"engine": "reference"}, "engine cpu"),
        ({"profile": "p3"}, "profile srgb"),
    ],
)
def test_the_bands_of_another_picture_are_not_mixed_in(change, message, tmp_path):
    path = tmp_path / "a.png"
    before = {p: p.read_bytes() for p in interrupted(path).iterdir()}
    arguments = {"recipe": RECIPE, "size": SIZE, **change}
    with pytest.raises(UserError, match=f"another picture was interrupted here.*{message}"):
        render_file(path=path, resume=True, **arguments)
    assert {p: p.read_bytes() for p in store_folder(path).iterdir()} == before
    render_file(path=path, overwrite=True, **arguments)
    assert left_in(tmp_path) == []


def test_the_bands_of_another_version_are_not_mixed_in(tmp_path, monkeypatch):
    interrupted(tmp_path / "a.png")
    monkeypatch.setattr(export_job, "source_digest", lambda: "0" * 64)
    with pytest.raises(UserError, match="by another version of Phosphene was interrupted here"):
        render_file(RECIPE, tmp_path / "a.png", SIZE, resume=True)


def test_the_old_file_stays_until_the_new_one_is_complete(tmp_path):
    path = tmp_path / "a.png"
    path.write_bytes(b"mine")
    interrupted(path, overwrite=True)
    assert path.read_bytes() == b"mine"
    with pytest.raises(UserError, match="already exists"):
        render_file(RECIPE, path, SIZE, resume=True)
    render_file(RECIPE, path, SIZE, resume=True, overwrite=True)
    assert np.array_equal(contents(path), whole())


def test_an_interruption_before_the_first_band_leaves_nothing(tmp_path):
    interrupted(tmp_path / "a.png", bands=0)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("share", [0.0, 0.5])
def test_a_full_disk_is_reported_and_keeps_the_old_file(share, tmp_path):
    path = tmp_path / "a.png"
    render_file(RECIPE, path, SIZE)
    before = path.read_bytes()
    room = int(share * len(before))
    with disk_of(room), pytest.raises(OutputError, match="cannot be written"):
        render_file(RECIPE, path, SIZE, overwrite=True)
    assert path.read_bytes() == before
    assert not list(tmp_path.glob("*.part"))
    render_file(RECIPE, path, SIZE, overwrite=True, resume=True)
    assert np.array_equal(contents(path), whole())
    assert left_in(tmp_path) == []


@pytest.mark.parametrize("who", [{"threads": 2}, {"workers": 1}])
def test_a_removed_folder_is_a_clear_error(who, tmp_path):
    (tmp_path / "gone").mkdir()

    def vanish(done, total):
        if (tmp_path / "gone").exists():
            (tmp_path / "gone").rename(tmp_path / "elsewhere")

    with pytest.raises(OutputError, match="cannot be written"):
        render_file(RECIPE, tmp_path / "gone" / "a.png", SIZE, progress=vanish, **who)
    assert not (tmp_path / "gone").exists()


@pytest.fixture
def processes(monkeypatch):
    """The worker processes that are started."""
    found, start = [], WorkerProcess.__init__

    def noted(self):
        start(self)
        found.append(self.process)

    monkeypatch.setattr(WorkerProcess, "__init__", noted)
    return found


def test_a_worker_that_is_killed_is_replaced_by_the_others(tmp_path, processes):
    said = []

    def kill_one(done, total):
        if done:
            processes[0].send_signal(signal.SIGKILL)

    path = tmp_path / "a.png"
    render_file(RECIPE, path, SIZE, workers=2, progress=kill_one, say=said.append)
    assert len(said) == 1
    assert said[0].startswith("a worker died (signal 9, perhaps for lack of memory) at rows")
    assert said[0].endswith("; 1 worker left, continuing")
    assert np.array_equal(contents(path), whole())
    assert all(process.poll() is not None for process in processes)


def test_when_all_workers_are_killed_the_export_can_be_resumed(tmp_path, processes):
    path = tmp_path / "a.png"

    def kill_all(done, total):
        if done:
            for process in processes:
                process.send_signal(signal.SIGKILL)

    with pytest.raises(EngineError, match="died .signal 9.*; no worker is left"):
        render_file(RECIPE, path, SIZE, workers=2, progress=kill_all)
    assert not path.exists() and count_pieces(store_folder(path))[0] > 0
    render_file(RECIPE, path, SIZE, workers=1, resume=True)
    assert np.array_equal(contents(path), whole())


def test_an_interruption_ends_all_workers(tmp_path, processes):
    with pytest.raises(KeyboardInterrupt):
        render_file(RECIPE, tmp_path / "a.png", SIZE, workers=2, progress=stop_after(2))
    assert len(processes) == 2 and all(process.poll() is not None for process in processes)


def test_a_small_picture_is_written_in_one_piece(tmp_path, made, monkeypatch):
    bands_in(monkeypatch, None)
    seen = []
    path = tmp_path / "a.png"
    render_file(PLAIN, path, SIZE, progress=lambda done, total: seen.append(left_in(tmp_path)))
    assert made == [] and store_folder(path).name not in {name for names in seen for name in names}
    assert [p.name for p in tmp_path.iterdir()] == ["a.png"]


def test_an_export_to_stdout_leaves_no_file(tmp_path, capfdbinary, monkeypatch):
    monkeypatch.chdir(tmp_path)
    render_file(RECIPE, "-", SIZE)
    (tmp_path / "a.png").write_bytes(capfdbinary.readouterr().out)
    assert np.array_equal(contents(tmp_path / "a.png"), whole())
    assert [p.name for p in tmp_path.iterdir()] == ["a.png"]
    for option in ({"resume": True}, {"sidecar": True}):
        with pytest.raises(UserError, match="needs a file"):
            render_file(RECIPE, "-", SIZE, **option)


def test_the_recipe_can_also_be_written_next_to_the_file(tmp_path):
    path = tmp_path / "a.npy"
    render_file(RECIPE, path, SIZE, sidecar=True)
    assert ph.open(tmp_path / "a.npy.json") == RECIPE
    path.unlink()
    with pytest.raises(UserError, match=r"a.npy.json: already exists"):
        render_file(RECIPE, path, SIZE, sidecar=True)
    assert not path.exists()
    ph.render(RECIPE, SIZE).save(tmp_path / "b.png", sidecar=True, dpi=300, depth=16)
    assert ph.open(tmp_path / "b.png.json") == RECIPE


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"depth": 12}, "depth=12: .png takes 8 or 16"),
        ({"quality": 3}, "unknown option 'quality'"),
        ({"workers": 0}, "workers: got 0"),
        ({"threads": 2, "workers": 2}, "choose `threads` or `workers`"),
        ({"dpi": 0}, "dpi: got 0"),
        ({"bleed": "3mm"}, "needs pixels per inch"),
    ],
)
def test_errors_are_reported_before_any_file_is_made(options, message, tmp_path, made):
    with pytest.raises(UserError, match=message):
        render_file(RECIPE, tmp_path / "a.png", SIZE, **options)
    assert made == [] and list(tmp_path.iterdir()) == []


def test_a_second_export_of_a_picture_is_refused_and_the_first_goes_on(tmp_path):
    path = tmp_path / "a.png"
    refused = []

    def progress(done, total):
        if done > 30 and not refused:
            for how in ({"resume": True}, {"overwrite": True}, {}):
                with pytest.raises(UserError, match="an export to this file is running") as caught:
                    render_file(RECIPE, path, SIZE, **how)
                refused.append(caught)

    render_file(RECIPE, path, SIZE, threads=1, progress=progress)
    assert len(refused) == 3
    assert np.array_equal(contents(path), whole())
    assert left_in(tmp_path) == []
