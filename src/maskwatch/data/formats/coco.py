"""COCO: one JSON file for all images, read and written."""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from maskwatch.data.dataset import Dataset, LabelledImage
from maskwatch.data.formats.contract import DataFormat
from maskwatch.data.formats.layout import folders_in, split_of
from maskwatch.data.formats.names import state_of
from maskwatch.data.formats.reading import BoxList, Problems, skip
from maskwatch.detections import MaskState
from maskwatch.errors import DataError
from maskwatch.files import write_new


def find_coco(folder: Path) -> list[Path]:
    """The COCO files of a folder: ``annotations.json``, other COCO files, or those of its split folders."""
    if (folder / "annotations.json").is_file():
        return [folder / "annotations.json"]
    here = _coco_files(folder)
    if here:
        return here
    return [file for inner in folders_in(folder) if split_of(inner.name) for file in _coco_files(inner)]


def _coco_files(folder: Path) -> list[Path]:
    """The ``.json`` files with annotations; others, such as reports, are skipped."""
    return [file for file in sorted(folder.glob("[!.]*.json")) if b'"annotations"' in file.read_bytes()]


def read_coco(path: Path, *, rename: Mapping[str, str] | None = None, problems: Problems | None = None) -> Dataset:
    """Read a COCO file, or the COCO files of a folder or of its split folders.

    File names are relative to the folder of the COCO file, or to ``images/`` in it. These fields of an image are read
    in addition to the standard ones: ``split``, ``group``, ``source``, ``labels`` ("3class" or "2class"), ``boxes``
    ("tight", "loose", "detector"), ``ignore`` (boxes [x, y, w, h]) and ``upright`` (boxes refer to the image after EXIF
    rotation). Annotations with ``iscrowd`` become ignore regions.

    Args:
        path: the JSON file or the folder.
        rename: states for unknown class names, as in `state_of`.
        problems: gets one line for each skipped box; None to stop at the first.

    Raises:
        DataError: when a file is not COCO, names a class that is no mask state, or has a box without area, or a folder
            contains several COCO files.
    """
    if not path.is_dir():
        return _read_file(path, rename, problems, split="train")
    files = find_coco(path)
    parents = [file.parent for file in files]
    if len(set(parents)) < len(parents):
        names = ", ".join(file.name for file in files[:4])
        raise DataError(f"{path}: more than one .json ({names}); give the one with the annotations")
    parts = [_read_file(file, rename, problems, split_of(file.parent.name) or "train") for file in files]
    return Dataset([image for part in parts for image in part], str(path))


def _read_file(annotations: Path, rename: Mapping[str, str] | None, problems: Problems | None, split: str) -> Dataset:
    """Read one file; ``split`` is that of images without one."""
    try:
        content = json.loads(annotations.read_text(encoding="utf-8"))
        names = {category["id"]: str(category["name"]) for category in content["categories"]}
        by_image: dict[Any, list[dict[str, Any]]] = defaultdict(list)
        for annotation in content["annotations"]:
            by_image[annotation["image_id"]].append(annotation)
        read = _Reader(annotations, names, rename, problems, split)
        images = [read.image(entry, by_image.pop(entry["id"], [])) for entry in content["images"]]
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{annotations}: cannot be read ({error})") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataError(
            f"{annotations}: not a COCO detection file ({type(error).__name__}: {error}); "
            "it needs 'images', 'annotations' and 'categories'"
        ) from error
    for image_id, orphans in by_image.items():
        skip(problems, f"{annotations}: {len(orphans)} boxes belong to image {image_id}, which is not listed")
    return Dataset(images, str(annotations))


class _Reader:
    def __init__(
        self,
        origin: Path,
        names: dict[Any, str],
        rename: Mapping[str, str] | None,
        problems: Problems | None,
        split: str,
    ) -> None:
        self.origin, self.names, self.rename, self.problems, self.split = origin, names, rename, problems, split

    def image(self, entry: dict[str, Any], annotations: list[dict[str, Any]]) -> LabelledImage:
        name = entry.get("file_name", entry.get("file"))
        if name is None:
            raise KeyError("file_name")
        boxes = BoxList(f"{self.origin}: {name}", self.problems)
        for annotation in annotations:
            boxes.add_xywh(annotation["bbox"], None if annotation.get("iscrowd") else self._state(annotation))
        for box in entry.get("ignore", []):
            boxes.add_xywh(box, None)
        return LabelledImage(
            path=_image(self.origin.parent, name),
            width=int(entry["width"]),
            height=int(entry["height"]),
            xyxy=boxes.xyxy,
            class_id=boxes.class_id,
            ignore=boxes.ignore,
            labels=entry.get("labels", "3class"),
            boxes=entry.get("boxes", "tight"),
            split=entry.get("split", self.split),
            group=entry.get("group"),
            source=entry.get("source", ""),
            upright=bool(entry.get("upright", False)),
        )

    def _state(self, annotation: dict[str, Any]) -> MaskState | None:
        category = annotation["category_id"]
        if category not in self.names:
            where = f"{self.origin}: annotation {annotation.get('id')}"
            raise DataError(f"{where} has category {category}, which 'categories' does not list; add it there")
        return state_of(self.names[category], str(self.origin), self.rename)


def _image(folder: Path, name: str) -> Path:
    path = folder / name
    return path if path.exists() or not (folder / "images" / name).exists() else folder / "images" / name


def write_coco(dataset: Dataset, folder: Path, info: dict[str, Any] | None = None) -> None:
    """Write ``annotations.json`` for images in ``folder/images``; ``info`` goes into the file unchanged."""
    content = json.dumps(_content(dataset, folder, info))
    (folder / "annotations.json").write_text(content, encoding="utf-8")


def write_coco_file(dataset: Dataset, file: Path, info: dict[str, Any] | None = None) -> None:
    """Write a new COCO file that refers to the images in place; ``info`` goes into the file unchanged.

    Raises:
        UsageError: when the file exists.
        SinkError: when it cannot be written.
    """
    write_new(file, json.dumps(_content(dataset, file.resolve().parent, info)))


def _content(dataset: Dataset, folder: Path, info: dict[str, Any] | None) -> dict[str, Any]:
    """A data set in COCO form; file names are relative to ``folder``.

    Ids start at 1; category ids are those of `MaskState`. All fields of `LabelledImage` are represented.
    """
    images: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    for number, image in enumerate(dataset, start=1):
        images.append(_entry(number, image, folder))
        for box, state in zip(_xywh(image.xyxy), image.class_id.tolist(), strict=True):
            annotations.append(
                {
                    "id": len(annotations) + 1,
                    "image_id": number,
                    "category_id": state,
                    "bbox": box,
                    "area": round(box[2] * box[3], 2),
                    "iscrowd": 0,
                }
            )
    categories = [{"id": int(state), "name": state.name} for state in MaskState]
    return {"info": info or {}, "images": images, "annotations": annotations, "categories": categories}


def _entry(number: int, image: LabelledImage, folder: Path) -> dict[str, Any]:
    name = Path(os.path.relpath(image.path, folder)).as_posix()
    entry: dict[str, Any] = {"id": number, "file_name": name, "width": image.width, "height": image.height}
    entry |= {"split": image.split, "labels": image.labels, "boxes": image.boxes}
    if image.upright:
        entry["upright"] = True
    if image.source:
        entry["source"] = image.source
    if image.group is not None:
        entry["group"] = image.group
    if len(image.ignore):
        entry["ignore"] = _xywh(image.ignore)
    return entry


def _xywh(xyxy: np.ndarray[Any, np.dtype[np.float32]]) -> list[list[float]]:
    boxes = xyxy.astype(np.float64)
    boxes[:, 2:] -= boxes[:, :2]
    return [[round(value, 3) for value in box] for box in boxes.tolist()]


FORMAT = DataFormat(
    annotations="a COCO .json",
    find=find_coco,
    read=read_coco,
    write=write_coco,
    losses=lambda _: [],
    suffixes=(".json",),
    write_file=write_coco_file,
)
