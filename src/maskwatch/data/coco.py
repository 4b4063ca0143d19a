"""COCO detection annotations: one JSON file beside its pictures."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskwatch.data.dataset import Dataset, LabelledImage
from maskwatch.data.names import state_of
from maskwatch.errors import DataError


def read_coco(annotations: Path) -> Dataset:
    """Read a COCO file; picture names in it are relative to its folder (or to ``images/`` beside it).

    Beside the standard fields of a picture, ``split``, ``group``, ``source``, ``labels`` ("3class" or "2class"),
    ``boxes`` ("tight", "loose", "detector") and ``ignore`` (boxes [x, y, w, h]) are understood. Annotations with
    ``iscrowd`` become ignored boxes.

    Raises:
        DataError: when the file is not COCO, names a class that is no mask state, or has a box without area.
    """
    try:
        content = json.loads(annotations.read_text(encoding="utf-8"))
        states = {category["id"]: state_of(category["name"], str(annotations)) for category in content["categories"]}
        by_image: dict[Any, list[dict[str, Any]]] = defaultdict(list)
        for annotation in content["annotations"]:
            by_image[annotation["image_id"]].append(annotation)
        images = [_image(entry, by_image[entry["id"]], states, annotations) for entry in content["images"]]
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{annotations}: cannot be read ({error})") from error
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(
            f"{annotations}: not a COCO detection file ({type(error).__name__}: {error}); "
            "it needs 'images', 'annotations' and 'categories'"
        ) from error
    return Dataset(images, str(annotations))


def _image(
    entry: dict[str, Any], annotations: list[dict[str, Any]], states: dict[Any, int], origin: Path
) -> LabelledImage:
    name = entry.get("file_name", entry.get("file"))
    if name is None:
        raise KeyError("file_name")
    labelled = [a for a in annotations if not a.get("iscrowd")]
    crowd = [a["bbox"] for a in annotations if a.get("iscrowd")]
    class_id = [_state(a, states, origin) for a in labelled]
    return LabelledImage(
        path=_picture(origin.parent, name),
        width=int(entry["width"]),
        height=int(entry["height"]),
        xyxy=_xyxy([a["bbox"] for a in labelled], f"{origin}: {name}"),
        class_id=np.array(class_id, np.int64),
        ignore=_xyxy([*entry.get("ignore", []), *crowd], f"{origin}: {name}"),
        labels=entry.get("labels", "3class"),
        boxes=entry.get("boxes", "tight"),
        split=entry.get("split", "train"),
        group=entry.get("group"),
        source=entry.get("source", ""),
    )


def _state(annotation: dict[str, Any], states: dict[Any, int], origin: Path) -> int:
    category = annotation["category_id"]
    if category not in states:
        raise DataError(f"{origin}: annotation {annotation.get('id')} has category {category}, which is not listed")
    return states[category]


def _picture(folder: Path, name: str) -> Path:
    path = folder / name
    return path if path.exists() or not (folder / "images" / name).exists() else folder / "images" / name


def _xyxy(xywh: list[list[float]], where: str) -> NDArray[np.float32]:
    boxes = np.array(xywh, np.float32).reshape(-1, 4)
    if (boxes[:, 2:] <= 0).any():
        raise DataError(f"{where}: a box has no area; remove it or give it width and height")
    boxes[:, 2:] += boxes[:, :2]
    return boxes
