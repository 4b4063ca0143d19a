"""The registry of annotation formats, and the one function that recognises and reads them all."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from maskwatch.data.dataset import Dataset
from maskwatch.data.formats import coco, voc, yolo
from maskwatch.data.formats.format import Format
from maskwatch.data.formats.layout import images_in
from maskwatch.data.formats.problems import Problems, tell
from maskwatch.errors import DataError, UsageError

FORMATS: dict[str, Format] = {"yolo": yolo.FORMAT, "voc": voc.FORMAT, "coco": coco.FORMAT}
"""The formats of annotations by name; each file owns its own. A new one is a file and an entry here."""


def read_dataset(
    path: Path | str, *, rename: Mapping[str, str] | None = None, problems: Problems | None = None
) -> Dataset:
    """Read labelled images in any format of `FORMATS`.

    * COCO: a ``.json`` file, a folder with ``annotations.json`` or one ``.json``, or split folders with one each.
    * YOLO: a ``.yaml`` file, or a folder with ``data.yaml`` or with ``labels/`` and ``images/``.
    * Pascal VOC: a folder of ``.xml`` files, or one with an ``Annotations`` folder, or split folders with either.

    Args:
        path: the file or folder.
        rename: states (or "ignore") for class names that are not known: ``{"respirator": "with_mask"}``.
        problems: collects one line for each image or box that cannot be used, which is then left out;
            None to stop at the first.

    Returns:
        The images with their boxes in pixels, each with the split that folder, list or file gives.

    Raises:
        DataError: when the format is not recognised, the annotations cannot be used, or (without ``problems``)
            an image is missing.
    """
    path = Path(path)
    if path.is_file():
        dataset = _read_file(path, rename, problems)
    elif path.is_dir():
        dataset = _read_folder(path, rename, problems)
    else:
        raise DataError(f"{path}: not there; check the path")
    dataset = _present(dataset, problems)
    if not len(dataset):
        raise DataError(f"{path}: no labelled image that can be used")
    return dataset


def format_of(folder: Path) -> str:
    """The annotation format of a folder, a name in `FORMATS`, or "" where there is none.

    Raises:
        DataError: when there is more than one.
    """
    found = [name for name, one in FORMATS.items() if one.recognise(folder)]
    if len(found) > 1:
        raise DataError(
            f"{folder}: annotations in more than one format ({', '.join(found)}); name the annotation file or the "
            "folder that you mean, such as the .json, the data.yaml or the folder of .xml files"
        )
    return found[0] if found else ""


def named_format(name: str) -> Format:
    """The format of a name.

    Raises:
        UsageError: when there is none of that name.
    """
    if name not in FORMATS:
        raise UsageError(f"no annotation format {name!r}; choose one of {', '.join(sorted(FORMATS))}")
    return FORMATS[name]


def _read_file(path: Path, rename: Mapping[str, str] | None, problems: Problems | None) -> Dataset:
    for one in FORMATS.values():
        if path.suffix.lower() in one.suffixes:
            return one.read(path, rename=rename, problems=problems)
    raise DataError(f"{path}: not annotations; name a COCO .json, a YOLO data.yaml, or a folder")


def _read_folder(folder: Path, rename: Mapping[str, str] | None, problems: Problems | None) -> Dataset:
    name = format_of(folder)
    if name:
        return FORMATS[name].read(folder, rename=rename, problems=problems)
    known = ", ".join(one.annotations for one in reversed(FORMATS.values()))
    if images_in(folder):
        raise DataError(
            f"{folder}: images but no boxes (none of {known}); "
            "face images sorted into class folders are for the classifier"
        )
    raise DataError(f"{folder}: no labelled images; it needs one of {known}")


def _present(dataset: Dataset, problems: Problems | None) -> Dataset:
    missing = [image.path for image in dataset if not image.path.is_file()]
    if not missing:
        return dataset
    if problems is None and len(missing) > 1:
        raise DataError(
            f"{dataset.name}: {len(missing)} of {len(dataset)} images are missing, the first is {missing[0]}; "
            "put them there or remove their annotations"
        )
    for path in missing:
        tell(problems, f"{path}: the image is missing; put it there or remove its annotation")
    gone = set(missing)
    return Dataset([image for image in dataset if image.path not in gone], dataset.name)
