"""Annotated images in a folder."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from maskwatch.detections import Detections
from maskwatch.errors import SinkError
from maskwatch.files import explained
from maskwatch.frames import Frame, Image
from maskwatch.sinks.base import Render
from maskwatch.sinks.draw import draw
from maskwatch.sinks.naming import FreeNames, stem_of

JPEG_QUALITY = 92
_JPEG_LIMIT = 65_500
_JPEG_SUFFIXES = {".jpg", ".jpeg", ".jpe", ".jfif"}
_LOSSLESS_SUFFIXES = {".png", ".bmp", ".gif", ".tif", ".tiff"}


class ImageSink:
    """Writes each frame, drawn, into ``folder``; nothing of the original file but its pixels goes along.

    An image keeps its name: a JPEG file (and any other lossy one) becomes a JPEG, a lossless one a PNG. A frame of a
    video becomes ``STEM_NUMBER.jpg``. A name that is taken, by an input, by an older result or by another source of
    the same name, gets a number: ``a.jpg``, ``a-2.jpg``.

    Attributes:
        written: paths of the finished images.
    """

    def __init__(self, folder: Path | str, render: Render = draw) -> None:
        self._folder = Path(folder)
        self._render = render
        self._names = FreeNames(self._folder)
        self.written: list[Path] = []

    def __enter__(self) -> Self:
        check_folder(self._folder)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    def write(self, frame: Frame, faces: Detections) -> None:
        """Draw and write one image."""
        stem = stem_of(frame.source)
        if frame.time_s is not None:
            stem = f"{stem}_{frame.index:06d}"
        path = self._names.take(stem, suffix_of(frame))
        save_image(self._render(frame.image, faces), path)
        self.written.append(path)


def save_image(image: Image, path: Path) -> None:
    """Write RGB uint8 (H, W, 3) as JPEG or PNG, as the suffix says; the file appears when it is whole.

    Raises:
        SinkError: when it cannot be written.
    """
    part = path.with_name(path.name + ".part")
    with explained(path):
        try:
            write_image(image, part, path.suffix)
            part.replace(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise


def check_folder(folder: Path) -> None:
    """Make ``folder`` and see that files can be written into it.

    Raises:
        SinkError: when not; the text names the folder.
    """
    probe = folder / ".maskwatch-probe.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError as error:
        reason = error.strerror or str(error)
        raise SinkError(f"{folder}: no files can be written there ({reason}); choose another folder") from error


def write_image(image: Image, to: Path | BinaryIO, suffix: str) -> None:
    """Write RGB uint8 (H, W, 3) as PNG where the suffix is ".png", else as JPEG of high quality."""
    from PIL import Image as PilImage

    if suffix.lower() == ".png":
        PilImage.fromarray(image).save(to, "PNG", compress_level=4)
    else:
        PilImage.fromarray(image).save(to, "JPEG", quality=JPEG_QUALITY, subsampling="4:4:4")


def suffix_of(frame: Frame) -> str:
    """The suffix of an annotated image: a lossless image stays so, also one too large for JPEG."""
    if max(frame.width, frame.height) > _JPEG_LIMIT:
        return ".png"
    suffix = Path(frame.source).suffix if frame.time_s is None else ".jpg"
    if suffix.lower() in _LOSSLESS_SUFFIXES:
        return suffix if suffix.lower() == ".png" else ".png"
    return suffix if suffix.lower() in _JPEG_SUFFIXES else ".jpg"
