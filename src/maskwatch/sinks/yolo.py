"""YOLO label files: one text file per image."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

from maskwatch.boxes import clip
from maskwatch.detections import STATE_NAMES, Detections
from maskwatch.errors import UsageError
from maskwatch.files import UniqueNames, check_writable, explained, replacing, safe_stem
from maskwatch.frames import Frame

_DATA_YAML = """\
# labels/NAME.txt: one line per face: class x_centre y_centre width height confidence,
# sizes as fractions of the image. Put the images into images/ to train on these labels.
path: .
train: images
val: images
# boxes are relative to the image after its EXIF rotation
upright: true
names:
"""


class YoloSink:
    """Writes ``folder/labels/NAME.txt``, ``folder/data.yaml`` and ``folder/classes.txt``.

    A line is ``class x_centre y_centre width height confidence``, with sizes as fractions of the upright image, 0..1.
    An image without faces gets an empty file. ``NAME`` is the stem of the source, which links a label file to its
    image; for a frame of a video it is ``STEM_FRAME``. Existing files in ``folder`` are never changed.

    Args:
        folder: the target; if it exists, it must hold no other labels.

    Raises:
        UsageError: when ``folder`` holds label files, or a different ``data.yaml`` or ``classes.txt``.
    """

    def __init__(self, folder: Path | str) -> None:
        self._folder = Path(folder)
        self._names = UniqueNames(self._folder / "labels")
        self._renamed: list[str] = []
        names = "".join(f"  {number}: {name}\n" for number, name in enumerate(STATE_NAMES))
        self._lists = {
            self._folder / "data.yaml": _DATA_YAML + names,
            self._folder / "classes.txt": "".join(f"{name}\n" for name in STATE_NAMES),
        }
        self._check_free()

    def _check_free(self) -> None:
        for path, text in self._lists.items():
            with explained(path):
                if path.is_file() and path.read_bytes() != text.encode():
                    raise UsageError(f"{path}: exists and belongs to other labels; give --yolo a new folder")
        if there := next(iter(sorted((self._folder / "labels").glob("*.txt"))), None):
            raise UsageError(f"{there}: exists, and labels are never overwritten; give --yolo a new folder")

    @property
    def notes(self) -> list[str]:
        """A remark on label files that do not have the name of their image, if there are any."""
        if not self._renamed:
            return []
        return [
            "label files without the name of their image, because it is taken or not allowed: "
            f"{len(self._renamed)}, the first is {self._renamed[0]}; give these images the names of their labels"
        ]

    def __enter__(self) -> Self:
        check_writable(self._folder / "labels")
        for path, text in self._lists.items():
            if not path.exists():
                _write(path, text)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    def write(self, frame: Frame, faces: Detections) -> None:
        """Write the label file of one image."""
        xyxy = clip(faces.xyxy, frame.width, frame.height)
        lines = []
        for box, state, confidence in zip(xyxy, faces.class_id, faces.confidence, strict=True):
            x_min, x_max = box[0] / frame.width, box[2] / frame.width
            y_min, y_max = box[1] / frame.height, box[3] / frame.height
            fractions = ((x_min + x_max) / 2, (y_min + y_max) / 2, x_max - x_min, y_max - y_min)
            lines.append(f"{state} {' '.join(f'{value:.6f}' for value in fractions)} {confidence:.4f}\n")
        _write(self._path_for(frame), "".join(lines))

    def _path_for(self, frame: Frame) -> Path:
        ending = "" if frame.time_s is None else f"_{frame.index:06d}"
        path = self._names.take(safe_stem(frame.source) + ending, ".txt")
        if frame.time_s is None and path.stem != Path(frame.source).stem:
            self._renamed.append(f"{path} of {frame.source}")
        return path


def _write(path: Path, text: str) -> None:
    with replacing(path) as part:
        part.write_bytes(text.encode())
