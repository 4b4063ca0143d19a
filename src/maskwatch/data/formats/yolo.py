"""YOLO: one text file per image with lines ``class x y width height``, read and written.

The coordinates are the centre and the size of the box as fractions of the image.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from maskwatch.data.dataset import Dataset, LabelledImage
from maskwatch.data.formats.contract import DataFormat, losses
from maskwatch.data.formats.layout import folders_in, images_in, is_image, split_of
from maskwatch.data.formats.names import state_of
from maskwatch.data.formats.reading import BoxList, Problems, skip
from maskwatch.data.pixels import stored_size, upright_size
from maskwatch.detections import STATE_NAMES
from maskwatch.errors import DataError

_OTHER_KEYS = {"path", "names", "download"}
_NOT_LABELS = {"classes.txt", "train.txt", "val.txt", "valid.txt", "test.txt", "obj.names"}


def find_yolo(folder: Path) -> list[Path]:
    """The ``data.yaml`` of a folder, otherwise its ``labels`` folders with text files."""
    configs = [file for pattern in ("*.yaml", "*.yml") for file in sorted(folder.glob(pattern)) if _is_config(file)]
    if configs:
        return configs
    splits = [inner for inner in folders_in(folder) if split_of(inner.name)]
    candidates = [root / "labels" for root in (folder, *splits)]
    return [labels for labels in candidates if any(f.name not in _NOT_LABELS for f in labels.rglob("*.txt"))]


def _is_config(file: Path) -> bool:
    text = file.read_text(encoding="utf-8", errors="replace")
    return any(line.startswith("names") for line in text.splitlines())


def read_yolo(path: Path, *, rename: Mapping[str, str] | None = None, problems: Problems | None = None) -> Dataset:
    """Read a YOLO data set: a folder, or its ``data.yaml``.

    Class names come from ``data.yaml`` or ``classes.txt``. An image without a text file has no face. Polygons
    (segmentation labels) become their bounding boxes; a fifth number, the confidence of a detector, is ignored. Boxes
    refer to the images as stored, or after EXIF rotation if ``data.yaml`` says ``upright: true``.

    Args:
        path: the folder or the YAML file.
        rename: states for unknown class names, as in `state_of`.
        problems: gets one line for each skipped image or box; None to stop at the first.

    Raises:
        DataError: when names, labels or images are missing, a line is not YOLO, or a class is no mask state.
    """
    config = path if path.is_file() else _config_of(path)
    root = config.parent if config else path
    content = _load(config) if config else {}
    names = _names(content, root)
    image_paths = list(_configured(content, root) if config else _unconfigured(path))
    if not image_paths:
        raise DataError(f"{path}: no images found; put them into an images folder next to labels")
    if not any(_label_file(image_path).exists() for image_path, _ in image_paths):
        expected = _label_file(image_paths[0][0])
        raise DataError(f"{path}: none of the {len(image_paths)} images has a label file; expected {expected}")
    upright = bool(content.get("upright", False))
    read = (_read(image_path, split, upright, names, rename, problems) for image_path, split in image_paths)
    return Dataset([image for image in read if image is not None], str(path))


def _config_of(folder: Path) -> Path | None:
    configs = [file for file in find_yolo(folder) if file.is_file()]
    if len(configs) > 1:
        names = ", ".join(file.name for file in configs)
        raise DataError(f"{folder}: more than one YOLO configuration ({names}); give the one you mean")
    return configs[0] if configs else None


def _load(config: Path) -> dict[str, Any]:
    import yaml

    try:
        content = yaml.safe_load(config.read_text(encoding="utf-8"))
    except (yaml.YAMLError, OSError, UnicodeDecodeError) as error:
        raise DataError(f"{config}: cannot be read ({' '.join(str(error).split())[:120]})") from error
    if not isinstance(content, dict):
        raise DataError(f"{config}: not a YOLO data.yaml; it needs 'names' and 'train'")
    return content


def _names(content: dict[str, Any], root: Path) -> dict[int, str]:
    names = content.get("names")
    if isinstance(names, dict):
        return {int(number): str(name) for number, name in names.items()}
    if isinstance(names, list):
        return {number: str(name) for number, name in enumerate(names)}
    for file in (root / "classes.txt", root / "labels" / "classes.txt", root / "obj.names"):
        if file.is_file():
            return {n: line.strip() for n, line in enumerate(file.read_text(encoding="utf-8").splitlines())}
    raise DataError(f"{root}: no class names; add a data.yaml with names: [with_mask, ...] in the order of the labels")


def _configured(content: dict[str, Any], root: Path) -> Iterator[tuple[Path, str]]:
    """Images and splits listed in ``data.yaml``; a folder listed for train and another split counts as train."""
    base = root / str(content.get("path") or "")
    if not base.is_dir():
        base = root
    entries = list(_entries(content, base, root))
    train = {path for split, path in entries if split == "train"}
    for split, path in entries:
        if split == "train" or path not in train:
            for image_path in _listed(path, base) if path.is_file() else images_in(path):
                yield image_path, split


def _entries(content: dict[str, Any], base: Path, root: Path) -> Iterator[tuple[str, Path]]:
    """Each split with one of its folders or lists."""
    for key, value in content.items():
        split = split_of(str(key))
        for entry in [value] if isinstance(value, str) else value if isinstance(value, list) else []:
            if not isinstance(entry, str) or key in _OTHER_KEYS:
                continue
            path = _resolve(base, root, entry)
            if path is None and split in {"train", "val"}:  # exports often list a test folder that they do not contain
                raise DataError(f"{root}: data.yaml lists {entry} for {key}, which is missing; fix the path")
            if path is not None:
                yield split or str(key), path


def _resolve(base: Path, root: Path, entry: str) -> Path | None:
    """The folder or list; some exports write ``../train/images`` for a folder next to ``data.yaml``."""
    for candidate in (base / entry, root / entry, root / entry.removeprefix("../")):
        if candidate.exists():
            return candidate
    return None


def _listed(file: Path, base: Path) -> list[Path]:
    lines = (line.strip() for line in file.read_text(encoding="utf-8").splitlines())
    return [path for path in (base / line for line in lines if line) if is_image(path)]


def _unconfigured(folder: Path) -> Iterator[tuple[Path, str]]:
    """Images and splits of a folder without ``data.yaml``; the splits come from folder names."""
    for image_path in images_in(folder):
        inner = image_path.relative_to(folder).parts[:-1]
        yield image_path, next(filter(None, map(split_of, inner)), "train")


def _label_file(image_path: Path) -> Path:
    """``.../labels/x/a.txt`` for ``.../images/x/a.jpg``; for other images, the text file next to them."""
    parts = list(image_path.parts)
    for i in range(len(parts) - 2, -1, -1):
        if parts[i] == "images":
            parts[i] = "labels"
            break
    return Path(*parts).with_suffix(".txt")


def _read(
    image_path: Path,
    split: str,
    upright: bool,
    names: dict[int, str],
    rename: Mapping[str, str] | None,
    problems: Problems | None,
) -> LabelledImage | None:
    file = _label_file(image_path)
    try:
        width, height = upright_size(image_path) if upright else stored_size(image_path)
        boxes = BoxList(str(file), problems)
        for number, line in enumerate(_lines(file), start=1):
            where = f"{file}, line {number}"
            class_number, fractions = _parse(line, where)
            if class_number not in names:
                raise DataError(f"{where}: class {class_number}, but there are only {len(names)} names; fix data.yaml")
            corners = [
                fraction * side for fraction, side in zip(fractions, (width, height, width, height), strict=True)
            ]
            boxes.add(corners, state_of(names[class_number], where, rename))
    except DataError as error:
        skip(problems, str(error))
        return None
    return LabelledImage(
        path=image_path,
        width=width,
        height=height,
        xyxy=boxes.xyxy,
        class_id=boxes.class_id,
        ignore=boxes.ignore,
        split=split,
        upright=upright,
    )


def _lines(file: Path) -> list[str]:
    if not file.exists():
        return []
    try:
        return [line for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    except UnicodeDecodeError as error:
        raise DataError(f"{file}: not text; write one 'class x y width height' per line") from error


def _parse(line: str, where: str) -> tuple[int, list[float]]:
    """Class number, and corners [x1, y1, x2, y2] as fractions of the image."""
    try:
        first, *rest = line.split()
        number, values = int(float(first)), [float(text) for text in rest]
    except ValueError as error:
        raise DataError(f"{where}: not numbers ({line.strip()[:40]!r}); write 'class x y width height'") from error
    polygon = len(values) >= 6 and len(values) % 2 == 0
    if len(values) not in {4, 5} and not polygon:
        raise DataError(f"{where}: {len(values) + 1} numbers; write 'class x y width height'")
    if not all(-0.01 <= value <= 1.01 for value in values):
        raise DataError(f"{where}: values outside 0..1; YOLO boxes are fractions of the image, not pixels")
    if polygon:
        return number, [min(values[::2]), min(values[1::2]), max(values[::2]), max(values[1::2])]
    x, y, width, height = values[:4]  # a fifth value is the confidence of a detector
    return number, [x - width / 2, y - height / 2, x + width / 2, y + height / 2]


def write_yolo(dataset: Dataset, folder: Path) -> None:
    """Write ``labels/<split>/*.txt`` and ``data.yaml`` for images in ``folder/images/<split>``.

    Class numbers are those of `MaskState`. Images without a face get an empty file. ``upright`` in ``data.yaml`` means
    that the boxes of all images refer to the image after EXIF rotation.
    """
    import yaml

    for image in dataset:
        file = folder / "labels" / image.split / f"{image.path.stem}.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("".join(f"{line}\n" for line in _label_lines(image)), encoding="utf-8")
    content: dict[str, Any] = {split: f"images/{split}" for split in dataset.splits}
    if all(image.upright for image in dataset):
        content["upright"] = True
    content["names"] = dict(enumerate(STATE_NAMES))
    (folder / "data.yaml").write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")


def _label_lines(image: LabelledImage) -> Iterator[str]:
    for box, state in zip(image.xyxy.tolist(), image.class_id.tolist(), strict=True):
        x1, y1, x2, y2 = box
        centre = ((x1 + x2) / 2 / image.width, (y1 + y2) / 2 / image.height)
        sides = ((x2 - x1) / image.width, (y2 - y1) / image.height)
        yield " ".join([str(state), *(f"{value:.7f}" for value in (*centre, *sides))])


def yolo_losses(dataset: Dataset) -> list[str]:
    """Everything except boxes, states and splits; ``upright`` is kept if it applies to all images."""
    return losses(dataset, keeps=("upright",) if all(image.upright for image in dataset) else ())


FORMAT = DataFormat(
    annotations="YOLO labels with a data.yaml",
    find=find_yolo,
    read=read_yolo,
    write=write_yolo,
    losses=yolo_losses,
    image_folder="images/{split}",
    suffixes=(".yaml", ".yml"),
)
