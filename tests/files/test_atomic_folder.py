"""Several names at once: killed between any two of them, nothing is torn, mixed or lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from phosphene.core.errors import UserError
from tests.files.samples import noise, save, smooth
from tests.tables import few_quick

ROOT = Path(__file__).parents[2]
PICTURES = {"first": smooth(61, 47), "second": noise(40, 90)}
# renames: of what stood there, from the .dzi on; then of what was made, the .dzi last
NEW, REPLACED = 3, 6
KILLED = """
import os, signal, sys
from pathlib import Path
from phosphene.files import atomic_folder as folders
from tests.files.test_atomic_folder import PICTURES, save
path, picture, force, after = Path(sys.argv[1]), sys.argv[2], sys.argv[3] == "force", sys.argv[4]
left, rename = [int(after)], os.rename
def counted(old, new):
    if not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)
    left[0] -= 1
    rename(old, new)
    if after == sys.argv[5] and not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)
folders.os.rename = counted
save(path, PICTURES[picture], options={"tile": 16}, overwrite=force)
"""


def files_in(folder: Path) -> dict[str, bytes]:
    found = (p for p in folder.rglob("*") if p.is_file())
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in found}


def killed(path: Path, picture: str, force: bool, after: int, most: int) -> None:
    """An export that is killed after so many renames."""
    words = [str(path), picture, "force" if force else "new", str(after), str(most)]
    done = subprocess.run([sys.executable, "-c", KILLED, *words], cwd=ROOT, timeout=120)
    assert done.returncode == -signal.SIGKILL


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> dict[str, dict[str, bytes]]:
    """What the folder of each picture holds."""
    found = {}
    for name, pixels in PICTURES.items():
        folder = tmp_path_factory.mktemp(name)
        save(folder / "a.dzi", pixels, options={"tile": 16})
        found[name] = files_in(folder)
    return found


@pytest.mark.parametrize("after", range(NEW))
def test_a_kill_between_the_names_of_a_new_picture_leaves_no_dzi(after, whole, tmp_path):
    path = tmp_path / "a.dzi"
    killed(path, "first", False, after, NEW)
    assert not path.exists()
    save(path, PICTURES["second"], options={"tile": 16})  # without force: nothing stands there
    assert files_in(tmp_path) == whole["second"]


@pytest.mark.parametrize("after", few_quick(range(REPLACED), 2))
def test_a_kill_between_the_names_of_a_replaced_picture_loses_neither(after, whole, tmp_path):
    path = tmp_path / "a.dzi"
    save(path, PICTURES["first"], options={"tile": 16})
    killed(path, "second", True, after, REPLACED)
    assert path.exists() == (after == 0)  # it is the first that goes, and the last that comes
    with pytest.raises(UserError, match="already exists"):
        save(path, PICTURES["second"], options={"tile": 16})
    assert files_in(tmp_path) == whole["first"]  # it is back
    save(path, PICTURES["second"], options={"tile": 16}, overwrite=True)
    assert files_in(tmp_path) == whole["second"]


def test_a_kill_after_the_last_name_leaves_the_new_picture(whole, tmp_path):
    path = tmp_path / "a.dzi"
    save(path, PICTURES["first"], options={"tile": 16})
    killed(path, "second", True, REPLACED, REPLACED)
    with pytest.raises(UserError, match="already exists"):
        save(path, PICTURES["first"], options={"tile": 16})
    assert files_in(tmp_path) == whole["second"]


def test_a_file_written_after_the_kill_is_not_removed(tmp_path):
    path, tiles = tmp_path / "a.dzi", tmp_path / "a_files"
    killed(path, "first", False, 1, NEW)
    os.rename(tiles, tmp_path / "elsewhere")
    tiles.mkdir()
    (tiles / "letter.txt").write_text("mine")
    with pytest.raises(UserError, match="a_files: already exists"):
        save(path, PICTURES["second"])
    assert (tiles / "letter.txt").read_text() == "mine"


def test_ctrl_c_between_the_names_restores_the_old_picture(whole, tmp_path, monkeypatch):
    from phosphene.files import atomic_folder as folders

    path, rename, left = tmp_path / "a.dzi", os.rename, [4]
    save(path, PICTURES["first"], options={"tile": 16})

    def interrupted(old, new):
        left[0] -= 1
        if not left[0]:
            raise KeyboardInterrupt
        rename(old, new)

    monkeypatch.setattr(folders.os, "rename", interrupted)
    with pytest.raises(KeyboardInterrupt):
        save(path, PICTURES["second"], options={"tile": 16}, overwrite=True)
    assert files_in(tmp_path) == whole["first"]
