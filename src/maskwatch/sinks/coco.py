"""COCO detection files, readable as annotations; each annotation has its score."""

from __future__ import annotations

import json
import os
import tempfile
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from maskwatch.detections import Detections, MaskState
from maskwatch.files import explained
from maskwatch.frames import Frame
from maskwatch.sinks.text_output import TextOutput

_IN_MEMORY_BYTES = 4 << 20
_CHUNK = 1 << 20
_SMALLEST_SIDE = 0.01


class CocoSink:
    """Writes ``path`` as COCO JSON: categories, one image per frame, one annotation with ``score`` per face.

    ``file_name`` is relative to the folder of ``path``, as readers expect; a frame of a video is ``VIDEO#NUMBER``.
    ``upright`` records that boxes are in pixels of the image after its EXIF rotation.

    Annotations go straight to a temporary file, so a long video needs no memory. The file is renamed when the block is
    left, also by an exception. If there is no space left to complete it, it is deleted.
    """

    def __init__(self, path: Path | str) -> None:
        self._path = Path(path)
        self._output = TextOutput(path, at_once=False)
        self._image_ids, self._annotation_ids = count(1), count(1)
        self._separators = {"image": "", "annotation": ""}
        self._images: IO[str] | None = None

    def __enter__(self) -> Self:
        self._output.__enter__()
        categories = [{"id": int(state), "name": state.name, "supercategory": "face"} for state in MaskState]
        self._output.write(
            '{"info": {"description": "Faces detected by MaskWatch"},\n'
            f'"categories": {json.dumps(categories)},\n"annotations": ['
        )
        self._images = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES, mode="w+", encoding="utf-8")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._finish()
        except BaseException:
            self._output.discard()
            raise
        self._output.__exit__(kind, error, trace)

    def _finish(self) -> None:
        if self._images is None:
            raise ValueError("a CocoSink needs the with block")
        self._output.write('],\n"images": [')
        with self._images as images:
            images.seek(0)
            while chunk := images.read(_CHUNK):
                self._output.write(chunk)
        self._output.write("]}\n")

    def write(self, frame: Frame, faces: Detections) -> None:
        """Add one image and its annotations."""
        if self._images is None:
            raise ValueError("a CocoSink needs the with block")
        image_id = next(self._image_ids)
        self._output.write("".join(self._item("annotation", self._annotation(image_id, face)) for face in faces))
        entry = {"id": image_id, "file_name": self._file_name(frame), "width": frame.width, "height": frame.height}
        entry["upright"] = True
        if frame.time_s is not None:
            entry |= {"frame": frame.index, "time_s": round(frame.time_s, 6)}
        with explained(self._path):
            self._images.write(self._item("image", entry))

    def _item(self, kind: str, value: dict[str, Any]) -> str:
        separator, self._separators[kind] = self._separators[kind], ",\n"
        return separator + json.dumps(value, allow_nan=False)

    def _annotation(self, image_id: int, face: Detections) -> dict[str, Any]:
        x_min, y_min, x_max, y_max = (float(value) for value in face.xyxy[0])
        width, height = (max(round(side, 2), _SMALLEST_SIDE) for side in (x_max - x_min, y_max - y_min))
        annotation: dict[str, Any] = {
            "id": next(self._annotation_ids),
            "image_id": image_id,
            "category_id": int(face.class_id[0]),
            "bbox": [round(x_min, 2), round(y_min, 2), width, height],
            "area": round(width * height, 2),
            "iscrowd": 0,
            "score": round(float(face.confidence[0] * face.state_confidence[0]), 4),
            "confidence": round(float(face.confidence[0]), 4),
            "state_confidence": round(float(face.state_confidence[0]), 4),
            "state_scores": [round(float(value), 4) for value in face.state_scores[0]],
        }
        if face.tracker_id is not None:
            annotation["tracker_id"] = int(face.tracker_id[0])
        return annotation

    def _file_name(self, frame: Frame) -> str:
        name = frame.source
        if Path(name).exists():
            try:
                name = Path(os.path.relpath(name, self._path.parent)).as_posix()
            except ValueError:  # another drive of a Windows machine
                name = Path(name).resolve().as_posix()
        return name if frame.time_s is None else f"{name}#{frame.index}"
