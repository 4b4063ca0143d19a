"""JSON Lines: one object per frame, written as soon as the frame is done."""

from __future__ import annotations

import json
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from maskwatch.detections import Detections
from maskwatch.frames import Frame
from maskwatch.sinks.text_output import TextOutput


class JsonlSink:
    """Writes ``path`` (``"-"``: standard output), one line per frame, including frames without faces."""

    def __init__(self, path: Path | str) -> None:
        self._output = TextOutput(path, at_once=True)

    def __enter__(self) -> Self:
        self._output.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._output.__exit__(kind, error, trace)

    def write(self, frame: Frame, faces: Detections) -> None:
        """Add the line of one frame."""
        self._output.write(json.dumps(record(frame, faces), ensure_ascii=False, allow_nan=False) + "\n")


def record(frame: Frame, faces: Detections) -> dict[str, Any]:
    """One frame as plain Python values, as in JSON Lines files."""
    return {
        "source": frame.source,
        "frame": frame.index,
        "time_s": None if frame.time_s is None else round(frame.time_s, 6),
        "width": frame.width,
        "height": frame.height,
        "detections": [_detection(face) for face in faces],
    }


def _detection(face: Detections) -> dict[str, Any]:
    return {
        "xyxy": [round(float(value), 2) for value in face.xyxy[0]],
        "class": face.states[0].name,
        "confidence": round(float(face.confidence[0]), 4),
        "state_confidence": round(float(face.state_confidence[0]), 4),
        "state_scores": [round(float(value), 4) for value in face.state_scores[0]],
        "ambiguous": bool(face.ambiguous[0]),
        "tracker_id": None if face.tracker_id is None else int(face.tracker_id[0]),
    }
