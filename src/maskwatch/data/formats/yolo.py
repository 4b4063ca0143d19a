"""YOLO annotations: one text file an image, ``class centre_x centre_y width height`` as shares of the image."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from maskwatch.data.dataset import Dataset, LabelledImage
from maskwatch.data.formats.boxlist import BoxList
from maskwatch.data.formats.format import Format
from maskwatch.data.formats.layout import folders_in, images_in, is_image, split_of
from maskwatch.data.formats.names import state_of
from maskwatch.data.formats.problems import Problems, tell
from maskwatch.data.formats.yolo_writer import write_yolo_files, yolo_losses
from maskwatch.data.pixels import stored_size, upright_size
from maskwatch.errors import DataError

_OTHER_KEYS = {"path", "names", "download"}
_NOT_LABELS = {"classes.txt", "train.txt", "val.txt", "valid.txt", "test.txt", "obj.names"}


def find_yolo(folder: Path) -> list[Path]:
    """What makes a folder a YOLO data set: its ``data.yaml``, or else its ``labels`` folders that hold text files."""
    configs = [file for pattern in ("*.yaml", "*.yml") for file in sorted(folder.glob(pattern)) if _is_config(file)]
    if configs:
        return configs
    splits = [inner for inner in folders_in(folder) if split_of(inner.name)]
    candidates = [root / "labels" for root in (folder, *splits)]
    return [labels for labels in candidates if any(f.name not in _NOT_LABELS for f in labels.rglob("*.txt"))]


def _is_config(file: Path) -> bool:
    text = file.read_text(encoding="utf-8", errors="replace")
    return any(line.startswith("names") for line in text.splitlines())


def read_yolo(path: Path, /, *, rename: Mapping[str, str] | None = None, problems: Problems | None = None) -> Dataset:
    """Read a YOLO data set: a folder, or its ``data.yaml``.

    Class names come from ``data.yaml`` or ``classes.txt``. An image without a text file has no face. Polygons
    (segmentation labels) become the boxes around them; a fifth number, a detector's confidence, is passed over. The
    images must be there: their sizes are read from them, as stored, or upright where ``data.yaml`` says
    ``upright: true``.

    Args:
        path: the folder or the YAML file.
        rename: states for class names that are not known, as in `state_of`.
        problems: collects one line for each image or box that is left out; None to stop at the first.

    Raises:
        DataError: when names or labels are missing, a line is not YOLO, or a class is no mask state.
    """
    config = path if path.is_file() else _config_of(path)
    root = config.parent if config else path
    content = _load(config) if config else {}
    names = _names(content, root)
    image_paths = list(_configured(content, root) if config else _unconfigured(path))
    if not image_paths:
        raise DataError(f"{path}: no images found; they belong in an images folder beside labels")
    if not any(_label_file(image_path).exists() for image_path, _ in image_paths):
        expected = _label_file(image_paths[0][0])
        raise DataError(f"{path}: none of the {len(image_paths)} images has a label file; {expected} was expected")
    upright = bool(content.get("upright", False))
    read = (_read(image_path, split, upright, names, rename, problems) for image_path, split in image_paths)
    return Dataset([image for image in read if image is not None], str(path))


def _config_of(folder: Path) -> Path | None:
    configs = [file for file in find_yolo(folder) if file.is_file()]
    if len(configs) > 1:
        names = ", ".join(file.name for file in configs)
        raise DataError(f"{folder}: more than one YOLO configuration ({names}); name the one that is meant")
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
    """Images and their splits as ``data.yaml`` lists them; a place named for train and for others counts as train."""
    base = root / str(content.get("path") or "")
    if not base.is_dir():
        base = root
    places = list(_places(content, base, root))
    learnt = {place for split, place in places if split == "train"}
    for split, place in places:
        if split == "train" or place not in learnt:
            for image_path in _listed(place, base) if place.is_file() else images_in(place):
                yield image_path, split


def _places(content: dict[str, Any], base: Path, root: Path) -> Iterator[tuple[str, Path]]:
    """Each split with a folder or list of it."""
    for key, value in content.items():
        split = split_of(str(key))
        for place in [value] if isinstance(value, str) else value if isinstance(value, list) else []:
            if not isinstance(place, str) or key in _OTHER_KEYS:
                continue
            found = _resolve(base, root, place)
            if found is None and split in {"train", "val"}:  # exports often name a test folder that they leave out
                raise DataError(f"{root}: data.yaml names {place} for {key}, which is not there; fix the path")
            if found is not None:
                yield split or str(key), found


def _resolve(base: Path, root: Path, place: str) -> Path | None:
    """The folder or list meant; some exports write ``../train/images`` for a folder that lies beside data.yaml."""
    for candidate in (base / place, root / place, root / place.removeprefix("../")):
        if candidate.exists():
            return candidate
    return None


def _listed(file: Path, base: Path) -> list[Path]:
    lines = (line.strip() for line in file.read_text(encoding="utf-8").splitlines())
    return [path for path in (base / line for line in lines if line) if is_image(path)]


def _unconfigured(folder: Path) -> Iterator[tuple[Path, str]]:
    """Images and splits of a folder without ``data.yaml``, by the names of its folders."""
    for image_path in images_in(folder):
        inner = image_path.relative_to(folder).parts[:-1]
        yield image_path, next(filter(None, map(split_of, inner)), "train")


def _label_file(image_path: Path) -> Path:
    """``.../images/x/a.jpg`` has its labels in ``.../labels/x/a.txt``; an image elsewhere has them beside it."""
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
            class_number, shares = _parse(line, where)
            if class_number not in names:
                raise DataError(f"{where}: class {class_number}, but only {len(names)} names are given; fix data.yaml")
            corners = [share * side for share, side in zip(shares, (width, height, width, height), strict=True)]
            boxes.add(corners, state_of(names[class_number], where, rename))
    except DataError as error:
        tell(problems, str(error))
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
        raise DataError(f"{file}: not text; write one 'class x y width height' a line") from error


def _parse(line: str, where: str) -> tuple[int, list[float]]:
    """Class number and corners [x1, y1, x2, y2] as shares of the image."""
    try:
        first, *rest = line.split()
        number, values = int(float(first)), [float(text) for text in rest]
    except ValueError as error:
        raise DataError(f"{where}: not numbers ({line.strip()[:40]!r}); write 'class x y width height'") from error
    polygon = len(values) >= 6 and len(values) % 2 == 0
    if len(values) not in {4, 5} and not polygon:
        raise DataError(f"{where}: {len(values) + 1} numbers; write 'class x y width height'")
    if not all(-0.01 <= value <= 1.01 for value in values):
        raise DataError(f"{where}: values beyond 0..1; YOLO boxes are shares of the image, not pixels")
    if polygon:
        return number, [min(values[::2]), min(values[1::2]), max(values[::2]), max(values[1::2])]
    x, y, width, height = values[:4]  # a fifth is the confidence of the detector that wrote it
    return number, [x - width / 2, y - height / 2, x + width / 2, y + height / 2]


FORMAT = Format(
    annotations="YOLO labels",
    recognise=lambda folder: bool(find_yolo(folder)),
    read=read_yolo,
    suffixes=(".yaml", ".yml"),
    images="images/{split}",
    write=write_yolo_files,
    losses=yolo_losses,
)
