"""The interface of jobs and stores, scratch memory of workers, and jobs as bytes.

A piece is a tuple of integers. Its result depends on the job and the piece alone, so any worker can
make it, any number of times.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import astuple
from importlib import import_module
from typing import Any, NamedTuple, Protocol, Self, TypeVar

import numpy as np
from numpy.typing import DTypeLike, NDArray

from phosphene.core.limits import LIMITS, Limits, limits_in_force

Piece = tuple[int, ...]
Data = bytes | memoryview
R_co = TypeVar("R_co", covariant=True)


class JobCancelledError(Exception):
    """The run that a piece belongs to was cancelled."""


class Scratch:
    """Memory of one worker that its pieces use in turn, because page faults of new memory would
    take longer than some pieces do. Not thread-safe.
    """

    def __init__(self) -> None:
        self.cancelled: threading.Event | None = None
        self._arrays: dict[tuple[str, np.dtype[Any]], NDArray[Any]] = {}

    def array(self, name: str, shape: tuple[int, ...], dtype: DTypeLike) -> NDArray[Any]:
        """An array with undefined values. It is valid until the next call with the same name and
        dtype.
        """
        key, size = (name, np.dtype(dtype)), int(np.prod(shape))
        found = self._arrays.get(key)
        if found is None or found.size < size:
            found = self._arrays[key] = np.empty(size, dtype)
        return found[:size].reshape(shape)

    def check(self) -> None:
        """Raise `JobCancelledError` if the run was cancelled."""
        if self.cancelled is not None and self.cancelled.is_set():
            raise JobCancelledError


class Job(Protocol[R_co]):
    """Work in pieces. Several threads may call `make` at once, each with its own scratch memory."""

    def pieces(self) -> Iterable[Piece]:
        """All pieces in order; cheap."""
        ...

    def make(self, piece: Piece, scratch: Scratch) -> R_co:
        """The result of a piece. If it takes long, it calls `scratch.check()` from time to time."""
        ...


class PortableJob(Job[Data], Protocol):
    """A job that other processes can run: it travels as bytes, and its results are bytes."""

    @property
    def fingerprint(self) -> str:
        """A digest of everything that the results depend on, 64 hexadecimal digits."""
        ...

    def describe(self, piece: Piece) -> str:
        """A piece in words, such as "rows 64 to 127"."""
        ...

    def to_bytes(self) -> bytes: ...

    @classmethod
    def from_bytes(cls, data: bytes) -> Self: ...


class Store(Protocol):
    """Storage of finished pieces. Workers write to it, from any process that can reach it."""

    def write(self, piece: Piece, data: Data) -> None: ...

    def read(self, piece: Piece) -> Data | None:
        """A stored piece, or None if it is missing or damaged."""
        ...

    def to_bytes(self) -> bytes: ...

    @classmethod
    def from_bytes(cls, data: bytes) -> Self: ...

    def token(self) -> AbstractContextManager[str]:
        """A token that is in the store while the context is open."""
        ...

    def sees(self, token: str) -> bool:
        """Whether the store holds this token, that is, whether it is the same store."""
        ...


class Document(NamedTuple):
    """A job and its store as plain values, and the limits in force, in the order of `LIMITS`. Kinds
    are class names, "module:class"."""

    kind: str
    fingerprint: str
    data: bytes
    store_kind: str = ""
    store_data: bytes = b""
    limits: tuple[float, ...] = ()

    def under_limits(self) -> Limits:
        """A context manager: the limits under which the job was made are in force."""
        return Limits(**dict(zip(LIMITS, self.limits, strict=True)))


def document_of(job: PortableJob, store: Store | None) -> Document:
    """The document from which another process can run a job."""
    where = ("", b"") if store is None else (kind_of(store), store.to_bytes())
    limits = astuple(limits_in_force())
    return Document(kind_of(job), job.fingerprint, job.to_bytes(), *where, limits)


def load_job(document: Document) -> PortableJob:
    return find_class(document.kind).from_bytes(document.data)


def load_store(document: Document) -> Store | None:
    if not document.store_kind:
        return None
    return find_class(document.store_kind).from_bytes(document.store_data)


def perform(job: Job[Any], piece: Piece, scratch: Scratch, store: Store | None) -> Any:
    """Make a piece. Returns its result, or None if it was written to `store`."""
    scratch.check()
    made = job.make(piece, scratch)
    if store is None:
        return made
    store.write(piece, made)
    return None


def kind_of(thing: object) -> str:
    """The name of a class, "module:class", by which `find_class` finds it in another process."""
    return f"{type(thing).__module__}:{type(thing).__qualname__}"


def find_class(kind: str) -> Any:
    module, _, name = kind.partition(":")
    return getattr(import_module(module), name)
