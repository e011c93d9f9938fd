"""The thread behind a writer: in order, bounded, and what it raises is heard."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from phosphene.files.row_buffer import Bands, Behind


def test_bands_are_whole_however_rows_arrive():
    rows = np.arange(100).reshape(50, 2)
    for pieces in (1, 7, 16, 50):
        found = []
        bands = Bands(16, found.append)
        for top in range(0, 50, pieces):
            bands.write(rows[top : top + pieces])
        bands.finish()
        assert [len(band) for band in found] == [16, 16, 16, 2]
        assert np.array_equal(np.concatenate(found), rows)


def test_a_band_does_not_change_when_the_rows_do():
    found = []
    bands, rows = Bands(2, found.append), np.zeros((2, 3))
    bands.write(rows)
    rows += 1
    assert not found[0].any()


def test_only_a_returned_band_is_reused():
    found = []
    bands, rows = Bands(2, found.append), np.arange(12).reshape(6, 2)
    bands.write(rows[:4])
    bands.recycle(found[0])
    bands.write(rows[4:])
    assert np.shares_memory(found[0], found[2]) and not np.shares_memory(found[1], found[2])
    assert np.array_equal(found[1], rows[2:4]) and np.array_equal(found[2], rows[4:])
    bands.recycle(found[2])
    bands.write(rows[:2].astype(np.float32))  # another kind needs another band
    assert found[3].dtype == np.float32


def test_items_arrive_in_order_and_finish_waits_for_them():
    found = []
    behind = Behind(found.extend)
    for k in range(100):
        behind.put(np.full(3, k))
    behind.finish()
    assert [item[0] for item in found] == list(range(100))


def test_only_a_few_items_wait():
    gate, taken = threading.Event(), threading.Event()

    def work(items):
        for _ in items:
            taken.set()
            gate.wait()

    behind = Behind(work, ahead=2)
    behind.put(0)
    taken.wait()
    behind.put(1)
    behind.put(2)
    assert behind.items.full()
    gate.set()
    behind.finish()


def test_an_error_of_the_thread_is_raised_in_the_caller():
    def work(items):
        next(items)
        raise OSError(28, "No space left on device")

    behind = Behind(work)
    with pytest.raises(OSError, match="No space left"):
        for k in range(1000):
            behind.put(k)
    with pytest.raises(OSError, match="No space left"):
        behind.finish()
    behind.close()


def test_closing_stops_a_thread_that_was_not_finished():
    behind = Behind(lambda items: list(items))
    behind.put(1)
    behind.close()
    assert not behind.thread.is_alive()
    behind.close()
