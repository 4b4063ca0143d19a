"""One door for labelled images with boxes: tells COCO, Pascal VOC and YOLO apart and reads them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from maskwatch.data.dataset import Dataset
from maskwatch.data.formats.coco import read_coco
from maskwatch.data.formats.layout import folders_in, images_in, split_of
from maskwatch.data.formats.problems import Problems, tell
from maskwatch.data.formats.voc import find_voc, read_voc
from maskwatch.data.formats.yolo import find_yolo, read_yolo
from maskwatch.errors import DataError


def read_dataset(
    path: Path | str, *, rename: Mapping[str, str] | None = None, problems: Problems | None = None
) -> Dataset:
    """Read labelled images, whichever of the three formats they are in.

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
        DataError: when the format cannot be told, the annotations cannot be used, or (without ``problems``)
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
    """The annotation format of a folder: "coco", "yolo" or "voc", or "" where there is none.

    Raises:
        DataError: when there is more than one.
    """
    finders = {"yolo": find_yolo, "voc": find_voc, "coco": find_coco}
    found = [name for name, find in finders.items() if find(folder)]
    if len(found) > 1:
        raise DataError(
            f"{folder}: annotations in more than one format ({', '.join(found)}); name the one that is meant: "
            "the .json, the data.yaml or the folder of .xml files"
        )
    return found[0] if found else ""


def find_coco(folder: Path) -> list[Path]:
    """The COCO files of a folder: ``annotations.json``, or those that look so, or those of the split folders."""
    if (folder / "annotations.json").is_file():
        return [folder / "annotations.json"]
    here = _coco_files(folder)
    if here:
        return here
    return [file for inner in folders_in(folder) if split_of(inner.name) for file in _coco_files(inner)]


def _coco_files(folder: Path) -> list[Path]:
    """Other ``.json`` files, such as reports, may lie there as well."""
    return [file for file in sorted(folder.glob("[!.]*.json")) if b'"annotations"' in file.read_bytes()]


def _read_file(path: Path, rename: Mapping[str, str] | None, problems: Problems | None) -> Dataset:
    if path.suffix.lower() == ".json":
        return read_coco(path, rename=rename, problems=problems)
    if path.suffix.lower() in {".yaml", ".yml"}:
        return read_yolo(path, rename=rename, problems=problems)
    raise DataError(f"{path}: not annotations; name a COCO .json, a YOLO data.yaml, or a folder")


def _read_folder(folder: Path, rename: Mapping[str, str] | None, problems: Problems | None) -> Dataset:
    kind = format_of(folder)
    if kind == "voc":
        return read_voc(folder, rename=rename, problems=problems)
    if kind == "yolo":
        return read_yolo(folder, rename=rename, problems=problems)
    if kind == "coco":
        return _read_coco_folder(folder, rename, problems)
    if images_in(folder):
        raise DataError(
            f"{folder}: images but no boxes (no COCO .json, Pascal VOC .xml or YOLO labels); "
            "face images sorted into class folders are for the classifier"
        )
    raise DataError(f"{folder}: no labelled images; it needs a COCO .json, Pascal VOC .xml files or YOLO labels")


def _read_coco_folder(folder: Path, rename: Mapping[str, str] | None, problems: Problems | None) -> Dataset:
    files = find_coco(folder)
    parents = [file.parent for file in files]
    if len(set(parents)) < len(parents):
        names = ", ".join(file.name for file in files[:4])
        raise DataError(f"{folder}: more than one .json ({names}); name the one that holds the annotations")
    parts = [
        read_coco(file, rename=rename, problems=problems, split=split_of(file.parent.name) or "train") for file in files
    ]
    return Dataset([image for part in parts for image in part], str(folder))


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
