"""Pascal VOC annotations: one XML file an image."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import cast
from xml.etree import ElementTree

import numpy as np

from maskwatch.data.dataset import BoxPolicy, Dataset, LabelledImage, LabelPolicy
from maskwatch.data.formats.boxlist import BoxList
from maskwatch.data.formats.format import Format, count
from maskwatch.data.formats.layout import folders_in, image_beside, split_of
from maskwatch.data.formats.names import IGNORE, key_of, state_of
from maskwatch.data.formats.problems import Problems, tell
from maskwatch.data.formats.voc_writer import write_voc_files
from maskwatch.errors import DataError

_IMAGE_FOLDERS = ("", "images", "JPEGImages", "Images", "../images", "../JPEGImages", "../Images", "..")

_XML_FOLDERS = {"annotations", "labels", "xml", "xmls"}


def find_voc(folder: Path) -> list[Path]:
    """The folders in and under ``folder`` that hold VOC files: itself, ``Annotations/``, and the same in each split."""
    places = [folder, *(path for path in folders_in(folder) if key_of(path.name) in {"annotations", "labels", "xml"})]
    for split in folders_in(folder):
        if split_of(split.name):
            places += [
                split,
                *(path for path in folders_in(split) if key_of(path.name) in {"annotations", "labels", "xml"}),
            ]
    return [place for place in places if any(place.glob("*.xml"))]


def read_voc(folder: Path, /, *, rename: Mapping[str, str] | None = None, problems: Problems | None = None) -> Dataset:
    """Read a folder of VOC files with their images beside them, in ``images/`` or in ``JPEGImages/``.

    Coordinates are taken as edges in pixels, counted from 0. Objects marked ``difficult`` become ignored boxes.
    The split comes from the folder (``train/``, ``val/``, ``test/``) or from ``ImageSets/Main/*.txt``.

    Args:
        folder: the data set.
        rename: states for class names that are not known, as in `state_of`.
        problems: collects one line for each image or box that is left out; None to stop at the first.

    Raises:
        DataError: when there is no VOC file, a file is not VOC, or a class is no mask state.
    """
    places = find_voc(folder)
    if not places:
        raise DataError(f"{folder}: no Pascal VOC .xml file here or in its Annotations folder")
    listed = _listed_splits(folder)
    images = []
    for place in places:
        split = split_of(place.name) or split_of(place.parent.name) or "train"
        for file in sorted(place.glob("*.xml")):
            image = _read(file, listed.get(file.stem, split), rename, problems)
            if image is not None:
                images.append(image)
    return Dataset(images, str(folder))


def _listed_splits(folder: Path) -> dict[str, str]:
    """The split of each file stem. ``trainval`` and the lists of single classes (two words a line) say nothing new."""
    lists = [*(folder / "ImageSets" / "Main").glob("*.txt"), *(folder.parent / "ImageSets" / "Main").glob("*.txt")]
    splits: dict[str, str] = {}
    for file in sorted(lists):
        lines = [line.strip() for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
        if file.stem != "trainval" and not any(len(line.split()) == 2 and line[-1].isdigit() for line in lines):
            splits |= dict.fromkeys(lines, split_of(file.stem) or file.stem)
    return splits


def _read(file: Path, split: str, rename: Mapping[str, str] | None, problems: Problems | None) -> LabelledImage | None:
    try:
        root = ElementTree.parse(file).getroot()
        if root.tag != "annotation":
            raise DataError(f"{file}: not a Pascal VOC file (its root is <{root.tag}>, not <annotation>)")
        boxes = BoxList(str(file), problems)
        for thing in root.iter("object"):
            _add(thing, boxes, file, rename)
        path = _image(file, root)
        width, height = _size(root, path)
    except (ElementTree.ParseError, ValueError, TypeError, OSError) as error:
        tell(problems, f"{file}: not a Pascal VOC file ({error}); fix or remove it")
        return None
    except DataError as error:
        tell(problems, str(error))
        return None
    return LabelledImage(
        path=path,
        width=width,
        height=height,
        xyxy=boxes.xyxy,
        class_id=boxes.class_id,
        ignore=boxes.ignore,
        labels=cast(LabelPolicy, root.findtext("maskwatch/labels", "3class")),
        boxes=cast(BoxPolicy, root.findtext("maskwatch/boxes", "tight")),
        split=split,
        group=_group(root),
        source=(root.findtext("source/database") or "").replace("Unknown", ""),
        upright=root.findtext("maskwatch/upright") == "1",
    )


def _group(root: ElementTree.Element) -> int | None:
    text = root.findtext("maskwatch/group")
    return None if text is None else int(text)


def _add(thing: ElementTree.Element, boxes: BoxList, file: Path, rename: Mapping[str, str] | None) -> None:
    corners = [float(thing.findtext(f"bndbox/{name}") or "missing") for name in ("xmin", "ymin", "xmax", "ymax")]
    difficult = (thing.findtext("difficult") or "0").strip() == "1"
    name = thing.findtext("name") or ""
    state = None if difficult or name == IGNORE else state_of(name, str(file), rename)
    boxes.add(corners, state)


def _image(file: Path, root: ElementTree.Element) -> Path:
    """The image of a VOC file: the name that it gives, else its own name with an image's suffix."""
    folders = [file.parent / place for place in _IMAGE_FOLDERS]
    named = (root.findtext("filename") or "").replace("\\", "/").rpartition("/")[2]
    for folder in folders:
        if named and (folder / named).is_file():
            return _plain(folder / named)
    found = image_beside(file.stem, folders) or (image_beside(Path(named).stem, folders) if named else None)
    return _plain(found or file.with_name(named or f"{file.stem}.jpg"))


def _plain(path: Path) -> Path:
    """The path without ``folder/..`` in it."""
    return path.parent.resolve() / path.name if ".." in path.parts else path


def _size(root: ElementTree.Element, path: Path) -> tuple[int, int]:
    width, height = (int(float(root.findtext(f"size/{name}") or 0)) for name in ("width", "height"))
    if width > 0 and height > 0:
        return width, height
    from maskwatch.data.pixels import stored_size

    return stored_size(path)


def _losses(dataset: Dataset) -> list[str]:
    rounded = count(dataset, lambda image: bool((np.abs(image.xyxy - np.round(image.xyxy)) > 1e-3).any()))
    return [f"{rounded} images: boxes rounded to whole pixels"] if rounded else []


FORMAT = Format(
    annotations="Pascal VOC .xml files",
    recognise=lambda folder: bool(find_voc(folder)),
    read=read_voc,
    suffixes=(),
    images="JPEGImages",
    write=write_voc_files,
    losses=_losses,
)
