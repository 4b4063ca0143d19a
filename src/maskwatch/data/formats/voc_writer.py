"""Writing Pascal VOC annotations."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

from maskwatch.data.dataset import Dataset, LabelledImage
from maskwatch.data.formats.names import IGNORE
from maskwatch.detections import STATE_NAMES


def write_voc_files(dataset: Dataset, folder: Path) -> None:
    """Write ``Annotations/*.xml`` and ``ImageSets/Main/*.txt`` for images that lie in ``folder/JPEGImages``.

    Boxes are rounded to whole pixels, as most readers of the format expect. Ignored boxes become ``difficult``
    objects called "ignore"; what else the format has no element for stands in one of ours, ``<maskwatch>``.
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
    ours = ElementTree.SubElement(root, "maskwatch")
    _text(ours, "labels", image.labels)
    _text(ours, "boxes", image.boxes)
    if image.upright:
        _text(ours, "upright", 1)
    if image.group is not None:
        _text(ours, "group", image.group)
    for box, state in zip(image.xyxy.tolist(), image.class_id.tolist(), strict=True):
        _object(root, STATE_NAMES[state], box)
    for box in image.ignore.tolist():
        _object(root, IGNORE, box)
    return root


def _object(root: ElementTree.Element, name: str, box: list[float]) -> None:
    x1, y1, x2, y2 = (round(value) for value in box)
    thing = ElementTree.SubElement(root, "object")
    _text(thing, "name", name)
    _text(thing, "difficult", int(name == IGNORE))
    corners = ElementTree.SubElement(thing, "bndbox")
    for edge, value in zip(("xmin", "ymin", "xmax", "ymax"), (x1, y1, max(x2, x1 + 1), max(y2, y1 + 1)), strict=True):
        _text(corners, edge, value)


def _text(parent: ElementTree.Element, name: str, value: object) -> None:
    ElementTree.SubElement(parent, name).text = str(value)
