"""What every source has in common: a context manager that gives frames and remembers what failed."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Generator, Iterator
from fractions import Fraction
from types import TracebackType
from typing import Protocol, Self, runtime_checkable

from maskwatch.errors import SourceError
from maskwatch.frames import Frame


@runtime_checkable
class Source(Protocol):
    """Frames one after the other, from images, a video or a camera.

    Opening the one thing that was asked for may raise `SourceError`; reading never does. An input that fails
    while it is read (a broken image among good ones) is put into `failures` and the rest is read.

    Use it as a context manager, and iterate over it::

        with open_source("street/") as source:
            for frame in source:
                ...
        for failure in source.failures:
            ...

    Every iteration starts from the beginning (a camera: from now), empties `failures` and `notes`, and ends the
    iteration before it. Frames are decoded when they are asked for, and not kept.

    ``Frame.index`` and ``Frame.time_s`` count inside ``Frame.source``: each image of a folder has index 0, and
    each video starts at index 0 and 0.0 s. Damaged frames of a video are left out and keep their number, so that
    the indexes of a whole video have no gap, and those of a damaged one are still the numbers in the file.

    Attributes:
        name: as a person would write it (path, pattern, camera number).
        live: True for a camera or a live stream: it has no end, and frames come at their own speed.
        total: how many frames to expect, for progress; None when unknown. May be off for damaged videos.
        rate: nominal frames per second, of a single video or camera; None otherwise. Each frame has its own.
        failures: one error for each input that could not be read, or not as a whole; each text is one line.
        notes: what should be said and is no failure of an input; each is one line.
    """

    name: str
    live: bool
    failures: list[SourceError]
    notes: list[str]

    @property
    def total(self) -> int | None: ...  # noqa: D102

    @property
    def rate(self) -> Fraction | None: ...  # noqa: D102

    def __iter__(self) -> Iterator[Frame]: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def close(self) -> None:
        """Let go of files and devices; a closed source gives no more frames."""


class BaseSource(ABC):
    """The common half of all sources; a source adds `_read`, and what it knows of `total` and `rate`."""

    live = False

    def __init__(self, name: str) -> None:
        self.name = name
        self.failures: list[SourceError] = []
        self.notes: list[str] = []
        self._reading: Generator[Frame] | None = None
        self._closed = False

    @property
    def total(self) -> int | None:
        """How many frames to expect; None when unknown."""
        return None

    @property
    def rate(self) -> Fraction | None:
        """Nominal frames per second; None when there is no one rate."""
        return None

    @abstractmethod
    def _read(self) -> Generator[Frame]:
        """Give the frames from the beginning; put errors into `failures` and let go of everything at the end."""

    def __iter__(self) -> Iterator[Frame]:
        """Start reading from the beginning.

        Raises:
            SourceError: when the source is closed.
        """
        if self._closed:
            raise SourceError(f"{self.name}: this source is closed; open it again")
        self._stop()
        self.failures.clear()
        self.notes.clear()
        self._reading = self._read()
        return self._reading

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of files and devices; a closed source gives no more frames."""
        self._stop()
        self._closed = True

    def _stop(self) -> None:
        if self._reading is not None:
            self._reading.close()
            self._reading = None
