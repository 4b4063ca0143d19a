"""One image file as a source of one frame."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

from maskwatch.errors import SourceError
from maskwatch.files import open_file
from maskwatch.frames import Frame
from maskwatch.images import read_image
from maskwatch.sources.base import BaseSource


class ImageSource(BaseSource):
    """An image file; of an animation, the first frame. It is decoded when it is read.

    Raises:
        SourceError: when the file cannot be opened. If it cannot be decoded, the error goes into ``failures``.
    """

    def __init__(self, path: Path | str) -> None:
        super().__init__(str(path))
        open_file(path).close()

    @property
    def total(self) -> int:
        """One frame."""
        return 1

    def _read(self) -> Generator[Frame]:
        try:
            image = read_image(self.name)
        except SourceError as error:
            self.failures.append(error)
            return
        yield Frame(image=image, index=0, time_s=None, source=self.name)
