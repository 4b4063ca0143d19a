"""What an annotation format consists of."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from maskwatch.data.dataset import Dataset
from maskwatch.data.formats.reading import Problems


class Read(Protocol):
    """Reads a data set from a folder or an annotation file."""

    def __call__(self, path: Path, /, *, rename: Mapping[str, str] | None, problems: Problems | None) -> Dataset:
        """Read a data set; the arguments are those of `maskwatch.data.read_dataset`."""


@dataclass(frozen=True)
class DataFormat:
    """A format of annotations with boxes.

    Attributes:
        annotations: its annotation files, in messages ("a COCO .json").
        find: the annotation files or folders in a folder; empty if the folder has none in this format.
        read: reads such a folder, or a file with one of the ``suffixes``.
        write: writes the annotations of a data set into a folder that contains its images.
        losses: what the format cannot represent of a data set, one line each; see `losses`.
        image_folder: folder of the images in a written data set; ``{split}`` stands for the split of an image.
        suffixes: of annotation files for a whole data set, in lower case.
        write_file: writes the annotations into a single new file, for images elsewhere; None if the format cannot.
    """

    annotations: str
    find: Callable[[Path], list[Path]]
    read: Read
    write: Callable[[Dataset, Path], None]
    losses: Callable[[Dataset], list[str]]
    image_folder: str = "images"
    suffixes: tuple[str, ...] = ()
    write_file: Callable[[Dataset, Path], None] | None = None


def losses(dataset: Dataset, keeps: Collection[str] = ()) -> list[str]:
    """What is lost in a format that represents only boxes, states and splits, one line each.

    Args:
        dataset: what is to be written.
        keeps: further fields of `maskwatch.data.LabelledImage` that the format represents.
    """
    counts = {
        "ignore": (sum(len(image.ignore) for image in dataset), "ignore regions"),
        "labels": (sum(image.labels != "3class" for image in dataset), "images marked 2class"),
        "boxes": (sum(image.boxes != "tight" for image in dataset), "images marked loose or detector"),
        "group": (sum(image.group is not None for image in dataset), "images with a group number"),
        "source": (sum(bool(image.source) for image in dataset), "images with a source name"),
        "upright": (sum(image.upright for image in dataset), "images marked upright"),
    }
    return [f"{count} {what}" for field, (count, what) in counts.items() if count and field not in keeps]
