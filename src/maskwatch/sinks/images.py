"""Annotated images as files in a folder."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from maskwatch.detections import Detections
from maskwatch.files import UniqueNames, check_writable, replacing, safe_stem
from maskwatch.frames import Frame, Image
from maskwatch.sinks.base import Render
from maskwatch.sinks.draw import draw

JPEG_QUALITY = 92
_JPEG_LIMIT = 65_500
_JPEG_SUFFIXES = {".jpg", ".jpeg", ".jpe", ".jfif"}
_LOSSLESS_SUFFIXES = {".png", ".bmp", ".gif", ".tif", ".tiff"}


class ImageSink:
    """Writes each frame, annotated, into ``folder``; no metadata of the original is copied.

    An image keeps its name. Lossy formats become JPEG, lossless ones PNG. A frame of a video becomes
    ``STEM_NUMBER.jpg``. If a name is taken by an input, an older result or another source, a number is added:
    ``a.jpg``, ``a-2.jpg``.

    Attributes:
        written: paths of the finished images.
    """

    def __init__(self, folder: Path | str, render: Render = draw) -> None:
        self._folder = Path(folder)
        self._render = render
        self._names = UniqueNames(self._folder)
        self.written: list[Path] = []

    def __enter__(self) -> Self:
        check_writable(self._folder)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    def write(self, frame: Frame, faces: Detections) -> None:
        """Annotate and write one image."""
        stem = safe_stem(frame.source)
        if frame.time_s is not None:
            stem = f"{stem}_{frame.index:06d}"
        path = self._names.take(stem, suffix_of(frame))
        save_image(self._render(frame.image, faces), path)
        self.written.append(path)


def save_image(image: Image, path: Path) -> None:
    """Write RGB uint8 (H, W, 3) as PNG or JPEG, by the suffix. The file appears when it is complete.

    Raises:
        SinkError: when it cannot be written.
    """
    with replacing(path) as part:
        write_image(image, part, path.suffix)


def write_image(image: Image, to: Path | BinaryIO, suffix: str) -> None:
    """Write RGB uint8 (H, W, 3) as PNG if the suffix is ".png", else as JPEG of high quality."""
    from PIL import Image as PilImage

    if suffix.lower() == ".png":
        PilImage.fromarray(image).save(to, "PNG", compress_level=4)
    else:
        PilImage.fromarray(image).save(to, "JPEG", quality=JPEG_QUALITY, subsampling="4:4:4")


def suffix_of(frame: Frame) -> str:
    """The suffix of an annotated image: PNG for lossless formats and for images too large for JPEG, else JPEG."""
    if max(frame.width, frame.height) > _JPEG_LIMIT:
        return ".png"
    suffix = Path(frame.source).suffix if frame.time_s is None else ".jpg"
    if suffix.lower() in _LOSSLESS_SUFFIXES:
        return suffix if suffix.lower() == ".png" else ".png"
    return suffix if suffix.lower() in _JPEG_SUFFIXES else ".jpg"
