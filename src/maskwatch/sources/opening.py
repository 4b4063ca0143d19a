"""`open_source`: makes a source of a path, a pattern, a camera number, an address or a list of them."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from fractions import Fraction
from functools import cached_property, partial

from maskwatch.errors import SourceError
from maskwatch.frames import Frame
from maskwatch.sources.base import BaseSource, Source
from maskwatch.sources.camera import CameraSource
from maskwatch.sources.images import ImageSource
from maskwatch.sources.options import SourceOptions
from maskwatch.sources.specs import Input, Spec, inputs, is_many
from maskwatch.sources.streams.address import shown
from maskwatch.sources.streams.source import StreamSource
from maskwatch.sources.video import VideoSource

SOURCES: dict[str, Callable[[str, SourceOptions], Source]] = {
    "image": lambda value, _: ImageSource(value),
    "video": lambda value, _: VideoSource(value),
    "camera": lambda value, options: CameraSource(int(value), options.open_capture),
    "stream": lambda value, options: StreamSource(value, options.stream),
}
"""Opens each kind of `Input`; raises `SourceError` when that fails."""


def open_source(spec: Spec | Sequence[Spec], options: SourceOptions | None = None) -> Source:
    """Open an image, a video, a camera, or many of them.

    Args:
        spec: an image, a video, a folder, a pattern (``street/*.jpg``, ``**`` for all subfolders), a webcam (0, "0",
            "/dev/video0"), the address of a stream or a video (``rtsp://``, ``rtsps://``, ``http://``, ``https://``),
            or a list of these, read in order. In folders and patterns, images and videos are recognised by their
            suffixes, hidden files are skipped, and the order is natural (2 before 10).
        options: subfolders, the webcam library, time-outs.

    Returns:
        The source; use it in a ``with`` block. Inputs of a list, a folder or a pattern that cannot be opened or
        decoded are listed in ``failures`` after reading.

    Raises:
        SourceError: when a single input cannot be opened: no such path or camera, no image or video in the folder,
            no file that matches the pattern, no video in the file, no stream at the address.
    """
    options = options or SourceOptions()
    if isinstance(spec, list | tuple):
        return _open_list(spec, options)
    found = inputs(spec, recursive=options.recursive)  # type: ignore[arg-type]
    if is_many(spec):  # type: ignore[arg-type]
        return _in_order(str(spec), found, options)
    return _open(found[0], options)


def _open_list(specs: Sequence[Spec], options: SourceOptions) -> Source:
    found: list[Input | SourceError] = []
    for spec in specs:
        try:
            found += inputs(spec, recursive=options.recursive)
        except SourceError as error:
            found.append(error)
    name = shown(str(specs[0])) if len(specs) == 1 else f"{len(specs)} inputs"
    return _in_order(name, found, options)


def _in_order(name: str, found: Sequence[Input | SourceError], options: SourceOptions) -> Source:
    kinds = [one.kind for one in found if not isinstance(one, SourceError)]
    return SourceList(
        name,
        [partial(_open, one, options) for one in found],
        live=not {"camera", "stream"}.isdisjoint(kinds),
        images=len(kinds) if set(kinds) <= {"image"} else None,
    )


def _open(one: Input | SourceError, options: SourceOptions) -> Source:
    if isinstance(one, SourceError):
        raise one
    return SOURCES[one.kind](one.value, options)


class SourceList(BaseSource):
    """Inputs that are read one after the other, each opened when the previous one has ended.

    An input that cannot be opened or read goes into `failures`, and reading continues with the next.

    Args:
        name: how messages name the whole list.
        openers: one function per input; it returns a source or raises `SourceError`.
        live: whether any of the inputs is a camera.
        images: the number of inputs when all are single images; then `total` opens none of them.
    """

    def __init__(
        self,
        name: str,
        openers: Sequence[Callable[[], Source]],
        *,
        live: bool = False,
        images: int | None = None,
    ) -> None:
        super().__init__(name)
        self.live = live
        self._openers = tuple(openers)
        self._images = images

    @property
    def total(self) -> int | None:
        """The number of frames of all inputs; None when an input is live or does not know its length."""
        if self._images is not None:
            return self._images
        return None if self.live else self._counted

    @property
    def rate(self) -> Fraction | None:
        """None: each input has its own rate; see ``Frame.rate``."""
        return None

    @cached_property
    def _counted(self) -> int | None:
        counted = 0
        for opener in self._openers:
            try:
                with opener() as source:
                    total = source.total
            except SourceError:  # reported when it is read
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
