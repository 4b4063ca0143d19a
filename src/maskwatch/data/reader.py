"""Reading labelled images with boxes, in any of the formats of `maskwatch.data.formats.FORMATS`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from maskwatch.data.dataset import Dataset
from maskwatch.data.formats import data_format, data_formats
from maskwatch.data.formats.layout import images_in
from maskwatch.data.formats.reading import Problems, skip
from maskwatch.errors import DataError


def read_dataset(
    path: Path | str, *, rename: Mapping[str, str] | None = None, problems: Problems | None = None
) -> Dataset:
    """Read labelled images; the format is detected.

    * COCO: a ``.json`` file, a folder with ``annotations.json`` or a single ``.json``, or split folders with one each.
    * Pascal VOC: a folder of ``.xml`` files or with an ``Annotations`` folder, or split folders with either.
    * YOLO: a ``.yaml`` file, or a folder with ``data.yaml`` or with ``labels/`` and ``images/``.

    Args:
        path: the file or folder.
        rename: states (or "ignore") for unknown class names: ``{"respirator": "with_mask"}``.
        problems: gets one line for each image or box that cannot be used and is skipped; None to stop at the first.

    Returns:
        The images with their boxes in pixels, and the split given by their folder, list or file.

    Raises:
        DataError: when the format is not recognised, the annotations cannot be used, or (without ``problems``)
            an image is missing.
    """
    path = Path(path)
    if not path.exists():
        raise DataError(f"{path}: not found; check the path")
    dataset = data_format(_format(path)).read(path, rename=rename, problems=problems)
    dataset = _present(dataset, problems)
    if not len(dataset):
        raise DataError(f"{path}: no usable labelled image")
    return dataset


def format_of(folder: Path) -> str:
    """The name of the annotation format of a folder; "" if it contains no annotations.

    Raises:
        DataError: when there is more than one.
    """
    names = [name for name, record in data_formats().items() if record.find(folder)]
    if len(names) > 1:
        raise DataError(
            f"{folder}: annotations in more than one format ({', '.join(names)}); give the annotation file, or the "
            "folder that contains only the annotations you want"
        )
    return names[0] if names else ""


def _format(path: Path) -> str:
    formats = data_formats()
    if path.is_file():
        for name, record in formats.items():
            if path.suffix.lower() in record.suffixes:
                return name
        files = _alternatives([record.annotations for record in formats.values() if record.suffixes])
        raise DataError(f"{path}: not an annotation file; give {files}, or a folder")
    name = format_of(path)
    if name:
        return name
    annotations = _alternatives([record.annotations for record in formats.values()])
    if images_in(path):
        raise DataError(
            f"{path}: images but no annotations; detection needs {annotations}, class folders are for classifiers"
        )
    raise DataError(f"{path}: no labelled images; it needs {annotations}")


def _alternatives(choices: list[str]) -> str:
    """Join choices as in ``a, b or c``."""
    *others, last = choices
    return f"{', '.join(others)} or {last}" if others else last


def _present(dataset: Dataset, problems: Problems | None) -> Dataset:
    """The images whose files exist."""
    missing = [image.path for image in dataset if not image.path.is_file()]
    if not missing:
        return dataset
    if problems is None and len(missing) > 1:
        raise DataError(
            f"{dataset.name}: {len(missing)} of {len(dataset)} images are missing, the first is {missing[0]}; "
            "add them or remove their annotations"
        )
    for path in missing:
        skip(problems, f"{path}: the image is missing; add it or remove its annotation")
    gone = set(missing)
    return Dataset([image for image in dataset if image.path not in gone], dataset.name)
