"""Closed, full and broken streams, Ctrl-C at any moment, little memory: an exit code and a line."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from phosphene.cli import run
from phosphene.core.errors import EngineError, InputError, PhospheneError, UserError
from phosphene.core.texts import MOST_SHOWN


def shell(line: str) -> tuple[int, bytes, bytes]:
    """Exit code, stdout and stderr of a line of shell in which `$P` runs Phosphene."""
    program = os.environ | {"P": f"{sys.executable} -m phosphene"}
    done = subprocess.run(["bash", "-c", line], capture_output=True, env=program, timeout=120)
    assert b"Traceback" not in done.stderr
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize(
    ("streams", "why"), [(">&-", b"Bad file descriptor"), (">/dev/full", b"No space left")]
)
@pytest.mark.parametrize("command", ["list sizes", "list sizes --json"])
def test_stdout_that_cannot_be_written_is_named(command, streams, why):
    code, _, said = shell(f"$P {command} {streams}")
    assert code == 1
    assert said.startswith(b"phosphene: stdout: cannot be written (" + why)
    assert said.count(b"\n") == 1


def test_a_closed_stdin_is_empty():
    assert shell("$P show - <&-")[::2] == (2, b"phosphene: -: the file is empty\n")


@pytest.mark.parametrize("streams", ["2>&-", "2>/dev/full"])
def test_exit_codes_do_not_need_stderr(streams):
    assert shell(f"$P show nothing.png {streams}") == (2, b"", b"")


def test_a_file_does_not_get_the_number_of_a_closed_stream(tmp_path):
    code, *_ = shell(f"$P paint silk --seed 1 --size 16 -o {tmp_path}/a.png <&- 2>&-")
    assert code == 0
    assert (tmp_path / "a.png").read_bytes().endswith(b"IEND\xaeB`\x82")


def test_a_reader_that_stops_is_no_error():
    code, *_, said = shell("$P list styles --json | head -c 1; exit ${PIPESTATUS[0]}")
    assert (code, said) in ((0, b""), (1, b""))


INTERRUPTED = """
import os, signal, sys, time
class Interrupts:
    def find_spec(self, name, *more):
        if name == "numpy":
            sys.meta_path.remove(self)
            {how}
sys.meta_path.insert(0, Interrupts())
from phosphene.cli import main
main(["paint", "silk", "--seed", "1", "--size", "16", "-o", "a.png"])
"""
ARRIVES = "os.kill(os.getpid(), signal.SIGINT); time.sleep(9)"
BECOMES = "\n            ".join(  # what an extension module may make of it
    [
        "try:",
        f"    {ARRIVES}",
        "except KeyboardInterrupt:",
        "    raise ImportError('initialisation failed') from None",
    ]
)


@pytest.mark.parametrize("how", [ARRIVES, BECOMES], ids=["kept", "changed"])
def test_ctrl_c_while_modules_load_is_ctrl_c(how, tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED.format(how=how)],
        cwd=tmp_path, capture_output=True, text=True,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (
        130,
        "phosphene: stopped; no file is left half written\n",
    )


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (KeyboardInterrupt(), 130, "stopped"),
        (EOFError("no data left in file"), None, ""),
        (MemoryError(), 1, "not enough memory"),
        (ImportError("x.so: failed to map segment from shared object"), 1, "not enough memory"),
        (EngineError("x.so: failed to map segment"), 1, "not enough memory"),
        (OSError(12, "Cannot allocate memory"), 1, "not enough memory"),
        (OSError(28, "No space left on device"), 1, "(No space left on device)"),
        (OSError(36, "File name too long", "x" * 999), 2, "File name too long"),
        (RecursionError(), 2, "nested too deeply"),
        (InputError("a.png: damaged"), 2, "a.png: damaged"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_every_kind_of_error_has_its_exit_code(error, code, said, monkeypatch, capsys):
    def fails(*_: object):
        raise error

    monkeypatch.setattr("phosphene.cli.show.open_file", fails)
    if code is None:  # the end of a file is not Ctrl-C, but an error in the program
        with pytest.raises(EOFError):
            run(["show", "a.png"])
    else:
        assert run(["show", "a.png"]) == code
        assert said in capsys.readouterr().err


@pytest.mark.parametrize("kilobytes", [60_000, 100_000, 150_000])
def test_too_little_memory_is_said(kilobytes, tmp_path):
    line = f"ulimit -v {kilobytes}; $P paint silk --seed 1 --size 16 -o {tmp_path}/a.png"
    code, _, said = shell(line)
    assert (code, said[:29]) == (1, b"phosphene: not enough memory;")


def test_the_command_line_starts_without_numpy():
    """So that `main` can say why NumPy cannot be loaded, and catch Ctrl-C meanwhile."""
    check = "import sys, phosphene.cli; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check]).returncode == 0


def test_a_failing_compiler_may_lack_memory(monkeypatch, capsys):
    def fails(*_: object):
        raise EngineError("compiling kernels failed")

    monkeypatch.setattr("phosphene.cli.show.open_file", fails)
    assert run(["show", "a.png"]) == 1
    assert capsys.readouterr().err == "phosphene: compiling kernels failed\n"
    monkeypatch.setattr("phosphene.cli.memory_limit", lambda: 300 << 20)
    assert run(["show", "a.png"]) == 1
    assert "Not enough memory? This process may use 300 MB" in capsys.readouterr().err


def test_a_message_is_a_screen_at_most():
    text = str(UserError("got " + 1_000_000 * "é" + "; expected less"))
    assert len(text) < MOST_SHOWN + 100
    assert text.startswith("got éé") and text.endswith("é; expected less")
    assert "letters are left out" in text


def test_a_message_holds_no_letters_that_a_terminal_obeys(capsys):
    for letter in "\x1b\x9b\x07\r\x7f\u202e\u200b":
        assert str(PhospheneError(f"a{letter}b")).isprintable()
    assert run(["show", "\x1b]0;title\x07.png"]) == 2
    assert capsys.readouterr().err == "phosphene: \\x1b]0;title\\x07.png: no such file\n"
