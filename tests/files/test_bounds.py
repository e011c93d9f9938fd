"""Files of strangers: what costs too much is refused soon, in little memory, with the limit."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import phosphene as ph
from phosphene.cli import run
from phosphene.core.errors import InputError, LimitError
from tests.files import hostile
from tests.tables import few_quick

BAD = sorted((Path(__file__).parents[1] / "data" / "bad").iterdir())
SECONDS, MEGABYTES = 2.0, 500

# Runs command lines one after the other; prints exit code, seconds and stderr of each, and the peak
# of its memory (not ru_maxrss, which begins with that of the parent).
CHILD = """
import contextlib, io, json, re, sys, time
from phosphene.cli import run
found = []
for line in json.load(sys.stdin):
    said, start = io.StringIO(), time.process_time()
    with contextlib.redirect_stderr(said), contextlib.redirect_stdout(io.StringIO()):
        code = run(line)
    found.append((code, time.process_time() - start, said.getvalue()))
peak = re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())
print(json.dumps([found, int(peak[1]) / 1024]))
"""


def measured(
    lines: list[list[str]], folder: Path, child: str = CHILD
) -> tuple[list[tuple[int, float, str]], float]:
    """Exit code, seconds of processor time and stderr of each line; the peak memory in MB."""
    done = subprocess.run(
        [sys.executable, "-c", child],
        input=json.dumps(lines), cwd=folder, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    found, memory = json.loads(done.stdout)
    return found, memory


@pytest.mark.slow  # writes and reads 200 MB of hostile files
def test_what_costs_too_much_is_refused_soon_and_in_little_memory(tmp_path):
    hostile.write(tmp_path)
    expected = {name: text for name, (_, text) in hostile.FILES.items()}
    expected |= {"a.zarr": hostile.LIMIT, "film": hostile.LIMIT}
    lines = [["show", name] for name in expected]
    lines += [["import", name, "--system", "ichko"] for name in ("large.npz", "many.npz")]
    found, memory = measured([["list", "sizes"], *lines], tmp_path)
    for line, (code, seconds, said) in zip(lines, found[1:], strict=True):
        assert code == 2, (line, said)
        assert expected.get(line[1], "expected" if "many" in line[1] else hostile.LIMIT) in said
        assert line[1] in said or line[1].endswith(".json"), said
        assert len(said) < 2500
        assert seconds < SECONDS, (line, seconds)
    assert memory < MEGABYTES


def test_the_measure_sees_memory_that_is_taken(tmp_path):
    hog = CHILD.replace("found = []", "found = []; hog = b'x' * 600_000_000")
    assert measured([], tmp_path, hog)[1] > MEGABYTES


def test_a_raised_limit_reads_more(tmp_path):
    recipe = ph.style("silk", seed=1)
    (tmp_path / "a.json").write_text(recipe.json + " " * 2000)
    with ph.Limits(text=len(recipe.json) + 100), pytest.raises(LimitError, match="bytes of text"):
        ph.open(tmp_path / "a.json")
    with ph.Limits.none():
        assert ph.open(tmp_path / "a.json") == recipe


def shell(line: str, folder: Path) -> tuple[int, str]:
    program = os.environ | {"P": f"{sys.executable} -m phosphene"}
    done = subprocess.run(
        ["bash", "-c", line], cwd=folder, capture_output=True, text=True, env=program, timeout=120
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("$P show - </dev/zero", "-: neither a Phosphene picture nor a JSON recipe"),
        ("(printf '{'; cat /dev/zero) | $P show -", "16,777,216 bytes of text"),
        ("$P show /dev/zero", "/dev/zero: neither a Phosphene picture"),
        ("$P check /dev/zero", "/dev/zero: is a pipe or a device"),
        ("$P palette /dev/zero", "is a pipe or a device"),
    ],
)
def test_an_endless_source_ends_soon(line, said, tmp_path):
    code, text = shell(line, tmp_path)
    assert code == 2 and said in text


def test_a_pipe_without_a_writer_is_refused_after_a_while(tmp_path, monkeypatch):
    os.mkfifo(tmp_path / "pipe")
    monkeypatch.setattr("phosphene.files.opening.WAIT_S", 0.1)
    with pytest.raises(InputError, match="a pipe to which no program writes; waited 0.1 s"):
        ph.open(tmp_path / "pipe")


@pytest.mark.slow  # starts processes
def test_pictures_and_recipes_come_through_pipes(tmp_path):
    ph.render("silk", 32, seed=1).save(tmp_path / "a.png")
    code, said = shell(
        "mkfifo pipe; (sleep 0.5; cat a.png >pipe) & $P show pipe && "
        "$P show a.png --json | $P show - && cat a.png | $P show -",
        tmp_path,
    )
    assert (code, said) == (0, "")


def test_one_bad_file_does_not_end_the_check_of_others(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    ph.render("silk", 64, seed=1).save("good.png")
    assert run(["check", *map(str, BAD), "good.png", "--json"]) == 2
    out, err = capsys.readouterr()
    assert "good.png" in [picture["name"] for picture in json.loads(out)["pictures"]]
    assert "Traceback" not in err


@pytest.mark.parametrize("path", BAD, ids=[path.name for path in BAD])
@pytest.mark.parametrize(
    "command", few_quick(["show", "palette", "render --size 8 -o a.png", "strip"], 1)
)
def test_a_damaged_file_is_an_error_of_ours(command, path, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    name, *options = command.split()
    assert run([name, str(path), *options, *(["-o", "b.png"] if name == "strip" else [])]) in (0, 2)
    assert len(capsys.readouterr().err) < 2500
