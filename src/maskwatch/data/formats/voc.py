"""Pascal VOC: one XML file per image, read and written."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import cast
from xml.etree import ElementTree

import numpy as np

from maskwatch.data.dataset import BoxPolicy, Dataset, LabelledImage, LabelPolicy
from maskwatch.data.formats.contract import DataFormat
from maskwatch.data.formats.layout import folders_in, image_beside, split_of
from maskwatch.data.formats.names import IGNORE, key_of, state_of
from maskwatch.data.formats.reading import BoxList, Problems, skip
from maskwatch.detections import STATE_NAMES
from maskwatch.errors import DataError

_IMAGE_FOLDERS = ("", "images", "JPEGImages", "Images", "../images", "../JPEGImages", "../Images", "..")

_XML_FOLDERS = {"annotations", "labels", "xml"}


def find_voc(folder: Path) -> list[Path]:
    """The folders with VOC files: ``folder`` itself, ``Annotations/`` in it, and the same in its split folders."""
    roots = [folder, *(inner for inner in folders_in(folder) if split_of(inner.name))]
    return [
        path
        for root in roots
        for path in (root, *(inner for inner in folders_in(root) if key_of(inner.name) in _XML_FOLDERS))
        if any(path.glob("*.xml"))
    ]


def read_voc(folder: Path, *, rename: Mapping[str, str] | None = None, problems: Problems | None = None) -> Dataset:
    """Read a folder of VOC files, with the images next to them, in ``images/`` or in ``JPEGImages/``.

    Coordinates count from 0 and mark the edges of the box. Objects marked ``difficult`` become ignore regions.
    The split comes from the folder (``train/``, ``val/``, ``test/``) or from ``ImageSets/Main/*.txt``.

    Args:
        folder: the data set.
        rename: states for unknown class names, as in `state_of`.
        problems: gets one line for each skipped image or box; None to stop at the first.

    Raises:
        DataError: when there is no VOC file, a file is not VOC, or a class is no mask state.
    """
    xml_folders = find_voc(folder)
    if not xml_folders:
        raise DataError(f"{folder}: no Pascal VOC .xml file here or in its Annotations folder")
    listed = _listed_splits(folder)
    images = []
    for xml_folder in xml_folders:
        split = split_of(xml_folder.name) or split_of(xml_folder.parent.name) or "train"
        for file in sorted(xml_folder.glob("*.xml")):
            image = _read(file, listed.get(file.stem, split), rename, problems)
            if image is not None:
                images.append(image)
    return Dataset(images, str(folder))


def _listed_splits(folder: Path) -> dict[str, str]:
    """The split of each file stem; ``trainval`` and lists of single classes (two words per line) are skipped."""
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
        for element in root.iter("object"):
            _add(element, boxes, file, rename)
        path = _image(file, root)
        width, height = _size(root, path)
    except (ElementTree.ParseError, ValueError, TypeError, OSError) as error:
        skip(problems, f"{file}: not a Pascal VOC file ({error}); fix or remove it")
        return None
    except DataError as error:
        skip(problems, str(error))
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


def _add(element: ElementTree.Element, boxes: BoxList, file: Path, rename: Mapping[str, str] | None) -> None:
    corners = [float(element.findtext(f"bndbox/{name}") or "missing") for name in ("xmin", "ymin", "xmax", "ymax")]
    difficult = (element.findtext("difficult") or "0").strip() == "1"
    name = element.findtext("name") or ""
    state = None if difficult or name == IGNORE else state_of(name, str(file), rename)
    boxes.add(corners, state)


def _image(file: Path, root: ElementTree.Element) -> Path:
    """The image of a VOC file: the file name in it, otherwise an image with the same stem."""
    folders = [file.parent / folder for folder in _IMAGE_FOLDERS]
    named = (root.findtext("filename") or "").replace("\\", "/").rpartition("/")[2]
    for folder in folders:
        if named and (folder / named).is_file():
            return _normal(folder / named)
    found = image_beside(file.stem, folders) or (image_beside(Path(named).stem, folders) if named else None)
    return _normal(found or file.with_name(named or f"{file.stem}.jpg"))


def _normal(path: Path) -> Path:
    """The path without ``..`` in it."""
    return path.parent.resolve() / path.name if ".." in path.parts else path


def _size(root: ElementTree.Element, path: Path) -> tuple[int, int]:
    width, height = (int(float(root.findtext(f"size/{name}") or 0)) for name in ("width", "height"))
    if width > 0 and height > 0:
        return width, height
    from maskwatch.data.pixels import stored_size

    return stored_size(path)


def write_voc(dataset: Dataset, folder: Path) -> None:
    """Write ``Annotations/*.xml`` and ``ImageSets/Main/*.txt`` for images in ``folder/JPEGImages``.

    Boxes are rounded to whole pixels, as most readers expect. Ignore regions become ``difficult`` objects named
    "ignore". An additional element ``<maskwatch>`` contains the fields that VOC lacks.
    """
    (folder / "Annotations").mkdir()
    lists = folder / "ImageSets" / "Main"
    lists.mkdir(parents=True)
    stems: dict[str, list[str]] = {}
    for image in dataset:
        tree = ElementTree.ElementTree(_element(image))
        ElementTree.indent(tree)
        tree.write(folder / "Annotations" / f"{image.path.stem}.xml", encoding="utf-8")
        stems.setdefault(image.split, []).append(image.path.stem)
    for split, names in stems.items():
        (lists / f"{split}.txt").write_text("".join(f"{name}\n" for name in names), encoding="utf-8")


def _element(image: LabelledImage) -> ElementTree.Element:
    root = ElementTree.Element("annotation")
    _text(root, "folder", "JPEGImages")
    _text(root, "filename", image.path.name)
    _text(ElementTree.SubElement(root, "source"), "database", image.source or "Unknown")
    size = ElementTree.SubElement(root, "size")
    for name, value in (("width", image.width), ("height", image.height), ("depth", 3)):
        _text(size, name, value)
    extra = ElementTree.SubElement(root, "maskwatch")
    _text(extra, "labels", image.labels)
    _text(extra, "boxes", image.boxes)
    if image.upright:
        _text(extra, "upright", 1)
    if image.group is not None:
        _text(extra, "group", image.group)
    for box, state in zip(image.xyxy.tolist(), image.class_id.tolist(), strict=True):
        _object(root, STATE_NAMES[state], box)
    for box in image.ignore.tolist():
        _object(root, IGNORE, box)
    return root


def _object(root: ElementTree.Element, name: str, box: list[float]) -> None:
    x1, y1, x2, y2 = (round(value) for value in box)
    element = ElementTree.SubElement(root, "object")
    _text(element, "name", name)
    _text(element, "difficult", int(name == IGNORE))
    corners = ElementTree.SubElement(element, "bndbox")
    for edge, value in zip(("xmin", "ymin", "xmax", "ymax"), (x1, y1, max(x2, x1 + 1), max(y2, y1 + 1)), strict=True):
        _text(corners, edge, value)


def _text(parent: ElementTree.Element, name: str, value: object) -> None:
    ElementTree.SubElement(parent, name).text = str(value)


def voc_losses(dataset: Dataset) -> list[str]:
    """Fractions of pixels, if any."""
    rounded = sum(bool((np.abs(image.xyxy - np.round(image.xyxy)) > 1e-3).any()) for image in dataset)
    return [f"{rounded} images with fractional box coordinates, which are rounded"] if rounded else []


FORMAT = DataFormat(
    annotations="Pascal VOC .xml files",
    find=find_voc,
    read=read_voc,
    write=write_voc,
    losses=voc_losses,
    image_folder="JPEGImages",
)
