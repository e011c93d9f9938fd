"""Figures as rows with their aims, for the terminal and for the README."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from rich.table import Table


class Aim(NamedTuple):
    sign: str
    value: float | bool


class Wanted(NamedTuple):
    """A row to make: its label, the path of its figure in the data, its format and its aim."""

    label: str
    path: str
    form: str
    aim: Aim | None = None


class Row(NamedTuple):
    """A finished row. `met` is None if there is no aim or no figure."""

    label: str
    value: Any
    measured: str
    aim: str
    met: bool | None


COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "=": operator.eq,
}
OTHERS = {"prototype": "the prototype", "numpy": "NumPy", "torch": "PyTorch"}
AIMS: dict[str, float] = {
    "N1 fraction": 0.80, "N2 fraction": 0.85, "N3 fraction": 0.80,
    "N1 prototype": 0.95, "N2 prototype": 0.95, "N3 prototype": 0.95,
    "N1 numpy": 4.0, "N2 numpy": 8.0, "N1 torch": 9.0, "N2 torch": 10.0,
}  # fmt: skip


def rows(figures: dict[str, Any]) -> list[Row]:
    """Every figure with its aim."""
    return [make_row(wanted, _find(figures, wanted.path)) for wanted in _wanted(figures)]


def table(figures: dict[str, Any]) -> Table:
    """The rows as a table for the terminal."""
    from rich.table import Table

    shown = Table(title=_title(figures), caption=_notes(figures), caption_justify="left")
    for name in ("figure", "measured", "aim", "met"):
        shown.add_column(name, justify="left" if name == "figure" else "right")
    for row in rows(figures):
        style = "red" if row.met is False else None
        shown.add_row(row.label, row.measured, row.aim, _met(row), style=style)
    return shown


def markdown(figures: dict[str, Any]) -> str:
    """The rows as a table in Markdown."""
    lines = [f"{_title(figures)}.", "", "| figure | measured | aim | met |", "|---|--:|--:|---|"]
    lines += [f"| {r.label} | {r.measured} | {r.aim} | {_met(r)} |" for r in rows(figures)]
    return "\n".join([*lines, "", _notes(figures)])


def _wanted(figures: dict[str, Any]) -> list[Wanted]:
    found = [Wanted("multiply-add peak of a core", "roofline.peak_gflops", "{:.1f} GFLOP/s")]
    for name in figures["roofline"]["activation_ns"]:
        path = f"roofline.activation_ns.{name}"
        found.append(Wanted(f"{name}, one value", path, "{:.3f} ns"))
    for name in figures["networks"]:
        found += _network_rows(name)
    return found + _other_rows(figures["plan"])


def _network_rows(name: str) -> list[Wanted]:
    at = f"networks.{name}"
    speed = "{:.2f} Mpx/s"
    found = [
        Wanted(f"{name}: speed", f"{at}.mpx_per_core_s", speed),
        Wanted(f"{name}: roofline", f"{at}.roofline_mpx_per_core_s", speed),
        Wanted(
            f"{name}: fraction of the roofline",
            f"{at}.fraction",
            "{:.3f}",
            _least(f"{name} fraction"),
        ),
    ]
    for who, title in OTHERS.items():
        found.append(Wanted(f"{name}: {title}", f"{at}.mpx_others.{who}", speed))
        aim = _least(f"{name} {who}")
        found.append(Wanted(f"{name}: times {title}", f"{at}.times.{who}", "{:.2f}", aim))
    return found


def _other_rows(plan: dict[str, Any]) -> list[Wanted]:
    latency, scaling = _sides(plan["latency_size"]), _sides(plan["scaling_size"])
    memory, paint = _sides(plan["memory_size"]), _sides(plan["size"])
    first, process = "first picture ever", "whole process"
    return [
        Wanted(f"new network like N1 to PNG, {latency}", "latency.ms", "{:.1f} ms", _most(15)),
        Wanted(f"N1, {scaling}: efficiency of two threads", "scaling.efficiency", "{:.2f}"),
        Wanted(f"N1, {memory} to a file: peak memory", "process.peak_mb", "{:.0f} MB"),
        Wanted(f"bare Python, {process}", "process.python_s", "{:.2f} s"),
        Wanted(f"import phosphene, {process}", "process.import_s", "{:.2f} s", _most(0.25)),
        Wanted(f"phosphene paint, {paint}, {process}", "process.paint_s", "{:.2f} s", _most(1.2)),
        Wanted(f"{first}, compilation included", "process.cold.seconds", "{:.1f} s", _most(10)),
        Wanted(f"{first} says that it compiles", "process.cold.says_so", "{}", Aim("=", True)),
    ]  # fmt: skip


def _least(name: str) -> Aim | None:
    return Aim(">=", AIMS[name]) if name in AIMS else None


def _most(value: float) -> Aim:
    return Aim("<=", value)


def make_row(wanted: Wanted, value: Any) -> Row:
    """The finished row of a figure."""
    aim = wanted.aim
    met = None if aim is None or value is None else COMPARE[aim.sign](value, aim.value)
    measured = "not measured" if value is None else _yes(value) or wanted.form.format(value)
    target = "" if aim is None else _yes(aim.value) or f"{aim.sign} {aim.value:g}"
    return Row(wanted.label, value, measured, target, met)


def _find(data: Any, path: str) -> Any:
    for key in path.split("."):
        data = data and data.get(key)
    return data


def _yes(value: Any) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else ""


def _met(row: Row) -> str:
    return "" if row.met is None else "yes" if row.met else "no"


def _sides(side: int) -> str:
    return f"{side}x{side}"


def _notes(figures: dict[str, Any]) -> str:
    return (
        "N1: 4 layers of 32 tanh; N2: 4 of 100, tanh, sin, relu, gauss and softplus; N3: 9 of 25 "
        f"tanh; x, y, r in, RGB out, at {_sides(figures['plan']['size'])}. Mpx/s: million pixels "
        "per core-second, coordinates, colour and bytes included. NumPy and PyTorch (eager): the "
        f"whole image at once, one thread. {figures['definition']}"
    )


def _title(figures: dict[str, Any]) -> str:
    m = figures["machine"]
    cores = f"{m['cores']} cores" if m["cores"] != 1 else "1 core"
    names = ("phosphene", "python", "numpy", "numba", "torch")
    versions = ", ".join(f"{name} {m[name]}" for name in names if m[name])
    before, after = figures["load"]
    return f"{m['cpu']}, {cores}, load {before:.1f} to {after:.1f}; {versions}"
