"""Results as YOLO label files: one text file for each picture."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

from maskwatch.boxes import clip
from maskwatch.detections import STATE_NAMES, Detections
from maskwatch.errors import SinkError
from maskwatch.frames import Frame
from maskwatch.sinks.naming import FreeNames, stem_of
from maskwatch.sinks.output import TextOutput

_DATA_YAML = """\
# labels/NAME.txt: one line for each face: class x_centre y_centre width height confidence,
# sizes as shares of the picture. Put the pictures into images/ to train on these labels.
path: .
train: images
val: images
names:
"""


class YoloSink:
    """Writes ``folder/labels/NAME.txt``, ``folder/data.yaml`` and ``folder/classes.txt``.

    A line is ``class x_centre y_centre width height confidence``, the sizes as shares of the picture, 0..1. A picture
    without faces gets an empty file. ``NAME`` is the source's stem, for a frame of a video ``STEM_FRAME``; files
    that were there before are never overwritten.
    """

    def __init__(self, folder: Path | str) -> None:
        self._folder = Path(folder)
        self._names = FreeNames(self._folder / "labels")

    def __enter__(self) -> Self:
        names = "".join(f"  {number}: {name}\n" for number, name in enumerate(STATE_NAMES))
        _write(self._folder / "labels" / ".begin", "")
        (self._folder / "labels" / ".begin").unlink()
        _write(self._folder / "data.yaml", _DATA_YAML + names)
        _write(self._folder / "classes.txt", "".join(f"{name}\n" for name in STATE_NAMES))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    def write(self, frame: Frame, faces: Detections) -> None:
        """Write the label file of one picture."""
        stem = stem_of(frame.source) + ("" if frame.time_s is None else f"_{frame.index:06d}")
        xyxy = clip(faces.xyxy, frame.width, frame.height)
        lines = []
        for box, state, confidence in zip(xyxy, faces.class_id, faces.confidence, strict=True):
            x_min, x_max = box[0] / frame.width, box[2] / frame.width
            y_min, y_max = box[1] / frame.height, box[3] / frame.height
            shares = ((x_min + x_max) / 2, (y_min + y_max) / 2, x_max - x_min, y_max - y_min)
            lines.append(f"{state} {' '.join(f'{share:.6f}' for share in shares)} {confidence:.4f}\n")
        _write(self._names.take(stem, ".txt"), "".join(lines))


def _write(path: Path, text: str) -> None:
    with TextOutput(path, at_once=False) as output:
        try:
            output.write(text)
        except SinkError:
            output.discard()
            raise
