"""The bench of thumbnails measures every column and says which aims are met."""

from __future__ import annotations

import json

from phosphene.bench import thumbnails
from phosphene.bench.thumbnails import COLUMNS, bench_thumbnails, thumbnail_ms, thumbnails_text


def test_every_column_of_every_style_is_measured():
    said: list[str] = []
    found = bench_thumbnails(2, said.append, ["silk", "bloom"], seeds=2, side=16)
    assert said == ["silk", "bloom"]
    assert set(found) == {"thumbnails", "load", "cpu"}
    for row in found["thumbnails"].values():
        assert list(row) == list(COLUMNS)
        assert all(0 < cell["median"] <= cell["worst"] for cell in row.values())
    assert json.loads(json.dumps(found)) == found


def test_nothing_that_was_made_before_is_timed(monkeypatch):
    built: list[object] = []
    build = thumbnails.compiler.build
    monkeypatch.setattr(thumbnails.compiler, "forget_programs", lambda: built.append("forgotten"))
    monkeypatch.setattr(thumbnails.compiler, "build", lambda r: built.append("built") or build(r))
    thumbnail_ms("bloom", "fresh-0", 2, 16)
    assert built == ["forgotten", "built", "forgotten", "forgotten"] * 2


def test_the_first_round_which_makes_the_plan_does_not_count(monkeypatch):
    rounds = iter([dict.fromkeys(COLUMNS, 1.0), dict.fromkeys(COLUMNS, 7.0)])
    monkeypatch.setattr(thumbnails, "_once", lambda *_: next(rounds))
    assert thumbnail_ms("silk", "fresh-0", 2, 16) == dict.fromkeys(COLUMNS, 7.0)


def test_the_table_says_which_aims_are_met(monkeypatch):
    slow = dict.fromkeys(COLUMNS, 9.0)
    monkeypatch.setattr(thumbnails, "thumbnail_ms", lambda *_: slow | {"build": 4.0})
    found = bench_thumbnails(2, styles=["silk"], seeds=3)
    assert found["thumbnails"]["all"]["build"] == {
        "median": 4.0, "worst": 4.0, "aim": 5.0, "met": True,
    }  # fmt: skip
    lines = thumbnails_text(found).splitlines()
    assert "plain        9.0 ms  aim <= 8 ms  NO" in lines
    assert "build        4.0 ms  aim <= 5 ms  yes" in lines
    assert any(line.startswith("silk") and "9.0 / 9.0" in line for line in lines)
