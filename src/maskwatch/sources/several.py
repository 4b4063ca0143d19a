"""Several inputs read one after the other: a folder, a pattern, a list."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from fractions import Fraction
from functools import cached_property

from maskwatch.errors import SourceError
from maskwatch.frames import Frame
from maskwatch.sources.base import BaseSource, Source

Opener = Callable[[], Source]


class SourceList(BaseSource):
    """Inputs that are opened one after the other, each only when its turn comes.

    An input that cannot be opened or read goes into `failures`, and the next one is read.

    Args:
        name: what was asked for, as a person would write it.
        openers: one function for each input; it gives a source or raises `SourceError`.
        live: whether any of the inputs is a camera.
        images: how many of the inputs are single images, when all are; it saves opening them for `total`.
    """

    def __init__(self, name: str, openers: Sequence[Opener], *, live: bool = False, images: int | None = None) -> None:
        super().__init__(name)
        self.live = live
        self._openers = tuple(openers)
        self._images = images

    @property
    def total(self) -> int | None:
        """The frames of all inputs together; None when one of them does not know, or never ends."""
        if self._images is not None:
            return self._images
        return None if self.live else self._counted

    @property
    def rate(self) -> Fraction | None:
        """None: each input has its own; see ``Frame.rate``."""
        return None

    @cached_property
    def _counted(self) -> int | None:
        counted = 0
        for opener in self._openers:
            try:
                with opener() as source:
                    total = source.total
            except SourceError:  # said when it is read
                continue
            if total is None:
                return None
            counted += total
        return counted

    def _read(self) -> Generator[Frame]:
        for opener in self._openers:
            try:
                source = opener()
            except SourceError as error:
                self.failures.append(error)
                continue
            try:
                yield from source
            finally:
                self.failures.extend(source.failures)
                self.notes.extend(source.notes)
                source.close()
