"""A file appears under its name when it is complete; what is there keeps what it is."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest

import phosphene as ph
from phosphene.core.errors import OutputError, UserError
from phosphene.files.atomic import whole_file
from phosphene.files.piece_store import store_folder

RECIPE = ph.Recipe(seed=3)
SIZE = (8, 8)


def save(path: Path, overwrite: bool = False) -> None:
    ph.render_file(RECIPE, path, SIZE, overwrite=overwrite)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def umask():
    """The umask of most systems; at the end the one that it was."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def test_an_overwritten_link_stays_a_link(tmp_path: Path):
    (tmp_path / "real").mkdir()
    link, real = tmp_path / "a.png", tmp_path / "real" / "b.png"
    link.symlink_to(real)
    save(link)  # its target does not exist yet
    assert link.is_symlink() and ph.open(real) == RECIPE
    real.write_bytes(b"old")
    with pytest.raises(UserError, match="already exists"):
        save(link)
    save(link, overwrite=True)
    assert link.is_symlink() and ph.open(real) == RECIPE
    assert [p.name for p in (tmp_path / "real").iterdir()] == ["b.png"]
    link.unlink()
    link.symlink_to(tmp_path / "nowhere" / "b.png")
    with pytest.raises(UserError, match="nowhere' does not exist"):
        save(link)


@pytest.mark.usefixtures("umask")
def test_new_files_have_usual_permissions_and_replaced_ones_keep_theirs(tmp_path: Path):
    path, tiles, folder = tmp_path / "a.png", tmp_path / "b.dzi", tmp_path / "frames"
    save(path)
    save(tiles)
    film = ph.animate(RECIPE, "zoom 2", frames=2, size=SIZE, even=False, subframes=1)
    film.save(folder)
    for made in (path, tiles, folder / "frame-00000.png", folder / "film.json"):
        assert mode(made) == 0o644, made
    assert mode(folder) == 0o755
    for place, wanted in ((path, 0o664), (tiles, 0o600), (folder, 0o700)):
        place.chmod(wanted)
    save(path, overwrite=True)
    save(tiles, overwrite=True)
    film.save(folder, overwrite=True)
    assert (mode(path), mode(tiles), mode(folder)) == (0o664, 0o600, 0o700)


def test_the_umask_of_the_process_never_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """It belongs to all threads: a file that another one creates meanwhile would be open to all."""
    monkeypatch.setattr(os, "umask", lambda mask: pytest.fail("the umask is changed"))
    save(tmp_path / "a.png")
    save(tmp_path / "a.dzi")


def test_a_pipe_is_written_to_and_stays_a_pipe(tmp_path: Path):
    pipe, found = tmp_path / "a.png", list[bytes]()
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: found.append(pipe.read_bytes()))
    reader.start()
    save(pipe)
    reader.join(20)
    (tmp_path / "b.png").write_bytes(found[0])
    assert ph.open(tmp_path / "b.png") == RECIPE
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    with pytest.raises(UserError, match="stdout or a pipe"):
        ph.render_file(RECIPE, pipe, SIZE, resume=True)
    with pytest.raises(UserError, match="is a pipe or a device"):
        ph.animate(RECIPE, "zoom 2", frames=2, even=False).save(_fifo(tmp_path / "a.gif"))


def _fifo(path: Path) -> Path:
    os.mkfifo(path)
    return path


def test_a_device_is_written_to(tmp_path: Path):
    with whole_file(Path("/dev/null")) as file:
        file.write(b"gone")
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)
    if os.path.exists("/dev/full"):
        with pytest.raises(OutputError, match="No space left"), whole_file(Path("/dev/full")) as f:
            f.write(b"too much")


@pytest.mark.parametrize("suffix", [".png", ".dzi", ".zarr"])
def test_a_name_may_be_as_long_as_the_system_takes(suffix: str, tmp_path: Path):
    path = tmp_path / ("a" * (254 - 6 - len(suffix)) + suffix)  # a .dzi has the folder NAME_files
    save(path)
    save(path, overwrite=True)
    names = sorted(p.name for p in tmp_path.iterdir())
    assert path.name in names and not [name for name in names if name.startswith(".")]
    store_folder(path).mkdir()
