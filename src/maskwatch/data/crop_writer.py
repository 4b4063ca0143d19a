"""Where crops go: class folders, and a table that says what each was cut from."""

from __future__ import annotations

import csv
from pathlib import Path

from maskwatch.data.dataset import LabelledImage
from maskwatch.data.formats.folders import LISTING, UNSPLIT
from maskwatch.files import UniqueNames
from maskwatch.frames import Image

_BOX = ("x_min", "y_min", "x_max", "y_max")
_COLUMNS = ("file", "class", "split", "group", "source", "image", *_BOX, "labels", "boxes")


class CropWriter:
    """Saves crops under ``folder`` and remembers a row for each.

    Args:
        folder: of the new data set.
        quality: of the JPEG files; 0 for PNG.
        split_folders: whether the class folders lie in split folders.
    """

    def __init__(self, folder: Path, quality: int, *, split_folders: bool) -> None:
        self._folder, self._quality, self._split_folders = folder, quality, split_folders
        self._names = UniqueNames(by_stem=True)
        self._rows: list[tuple[object, ...]] = []

    def write(
        self, crop: Image, labelled: LabelledImage, group: int, state: str, corners: tuple[int, int, int, int]
    ) -> None:
        """Save one crop (H, W, 3) that was cut at ``corners`` [x1, y1, x2, y2) from an image.

        Raises:
            OSError: when it cannot be written.
        """
        from PIL import Image as pil

        home = f"{labelled.split}/{state}" if self._split_folders else state
        suffix = ".jpg" if self._quality else ".png"
        path = self._folder / self._names.take(f"{home}/{labelled.path.stem}", suffix)
        path.parent.mkdir(parents=True, exist_ok=True)
        if self._quality:
            pil.fromarray(crop).save(path, quality=self._quality)
        else:
            pil.fromarray(crop).save(path)
        file = path.relative_to(self._folder).as_posix()
        split = labelled.split if self._split_folders else UNSPLIT
        cut_from = (str(labelled.path), *corners, labelled.labels, labelled.boxes)
        self._rows.append((file, state, split, group, labelled.source, *cut_from))

    def write_listing(self) -> None:
        """Write ``faces.csv``.

        Raises:
            OSError: when it cannot be written.
        """
        with (self._folder / LISTING).open("w", newline="", encoding="utf-8") as lines:
            table = csv.writer(lines)
            table.writerow(_COLUMNS)
            table.writerows(self._rows)
