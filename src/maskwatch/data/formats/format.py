"""What a format of annotations is made of: how it is recognised, read and written, and what it cannot represent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from maskwatch.data.dataset import Dataset, LabelledImage
from maskwatch.data.formats.problems import Problems


class Reader(Protocol):
    """Reads annotations."""

    def __call__(
        self, path: Path, /, *, rename: Mapping[str, str] | None = None, problems: Problems | None = None
    ) -> Dataset:
        """The labelled images of a file or a folder.

        Args:
            path: as `Format.recognise` accepted it, or a file with one of `Format.suffixes`.
            rename: states (or "ignore") for class names that are not known.
            problems: collects one line per unusable image or box; None to stop at the first.

        Raises:
            DataError: when the annotations cannot be used.
        """


@dataclass(frozen=True)
class Format:
    """One format of annotations.

    Attributes:
        annotations: what a user has in this format, for messages ("a COCO .json").
        recognise: whether a folder holds such annotations.
        read: reads a folder, or a file with one of ``suffixes``.
        suffixes: lower-case suffixes of annotation files that a user may name instead of a folder.
        images: folder of the images in a written data set; ``{split}`` is replaced by each image's split.
        write: writes the annotations of images that already lie in the folder.
        losses: what the format cannot represent of a data set, one line each.
        write_file: writes a single file that refers to the images where they are; None when the format needs a folder.
    """

    annotations: str
    recognise: Callable[[Path], bool]
    read: Reader
    suffixes: tuple[str, ...]
    images: str
    write: Callable[[Dataset, Path], None]
    losses: Callable[[Dataset], list[str]]
    write_file: Callable[[Dataset, Path], None] | None = None


def count(dataset: Dataset, holds: Callable[[LabelledImage], bool]) -> int:
    """The number of images for which something holds."""
    return sum(map(holds, dataset))
