"""The `Source` protocol and its common half, `BaseSource`."""

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
    """Frames from images, a video or a camera, one at a time.

    Opening a single input may raise `SourceError`; reading never does. An input that fails while it is read (a
    damaged image in a folder) goes into `failures`, and reading continues with the next.

    Use it as a context manager, and iterate over it::

        with open_source("street/") as source:
            for frame in source:
                ...
        for failure in source.failures:
            ...

    Each iteration starts at the beginning (of a camera: now), empties `failures` and `notes`, and ends the previous
    iteration. Frames are decoded on demand and not stored.

    ``Frame.index`` and ``Frame.time_s`` count within ``Frame.source``: each image of a folder has index 0, and each
    video starts at index 0 and 0.0 s. Damaged frames of a video are skipped, but they are counted: the index is the
    number of the frame in the file.

    Attributes:
        name: the path, pattern, camera number or address, for messages.
        live: True for a camera or a live stream, which has no end and sets its own pace.
        total: the expected number of frames, for progress; None when unknown. May be wrong for damaged videos.
        rate: nominal frames per second of a single video or camera; None otherwise. Each frame has its own.
        failures: one error per input that could not be read in full; each text is one line.
        notes: remarks that are no failures; each is one line.
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
        """Release files and devices; a closed source gives no more frames."""


class BaseSource(ABC):
    """The common half of all sources. A source adds `_read`, and `total` and `rate` if it knows them."""

    live = False

    def __init__(self, name: str) -> None:
        self.name = name
        self.failures: list[SourceError] = []
        self.notes: list[str] = []
        self._reading: Generator[Frame] | None = None
        self._closed = False

    @property
    def total(self) -> int | None:
        """The expected number of frames; None when unknown."""
        return None

    @property
    def rate(self) -> Fraction | None:
        """Nominal frames per second; None when there is no single rate."""
        return None

    @abstractmethod
    def _read(self) -> Generator[Frame]:
        """Yield the frames from the beginning, append errors to `failures`, and release everything at the end."""

    def __iter__(self) -> Iterator[Frame]:
        """Start reading at the beginning.

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
        """Release files and devices; a closed source gives no more frames."""
        self._stop()
        self._closed = True

    def _stop(self) -> None:
        if self._reading is not None:
            self._reading.close()
            self._reading = None
