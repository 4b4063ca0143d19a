"""CSV tables with one row per face; the first columns are those of ``supervision.CSVSink``."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

from maskwatch.detections import STATE_NAMES, Detections
from maskwatch.frames import Frame
from maskwatch.sinks.text_output import TextOutput

COLUMNS = (
    *("x_min", "y_min", "x_max", "y_max", "class_id", "confidence", "tracker_id"),
    *("source", "frame", "time_s", "class", "state_confidence", *STATE_NAMES, "width", "height", "ambiguous"),
)
"""Boxes are in pixels of the upright image. The columns of the three states hold their scores, which sum to 1.

``ambiguous`` is 1 where the two most likely states are close, else 0.
"""


class CsvSink:
    """Writes ``path`` (``"-"``: standard output) as CSV in UTF-8; without tracking, ``tracker_id`` is empty.

    The rows go to a temporary file, which is renamed when the block is left, also by an exception.
    """

    def __init__(self, path: Path | str) -> None:
        self._output = TextOutput(path, at_once=False)

    def __enter__(self) -> Self:
        self._output.__enter__()
        self._output.write(_lines([list(COLUMNS)]))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._output.__exit__(kind, error, trace)

    def write(self, frame: Frame, faces: Detections) -> None:
        """Add the rows of one frame; none for a frame without faces."""
        if len(faces):
            self._output.write(_lines([_row(frame, face) for face in faces]))


def csv_text(results: Iterable[tuple[Frame, Detections]]) -> str:
    """The whole table as text, with its header."""
    return _lines([list(COLUMNS), *(_row(frame, face) for frame, faces in results for face in faces)])


def _row(frame: Frame, face: Detections) -> list[str]:
    state = face.states[0]
    return [
        *(f"{value:.2f}" for value in face.xyxy[0]),
        str(int(state)),
        f"{face.confidence[0]:.4f}",
        "" if face.tracker_id is None else str(face.tracker_id[0]),
        frame.source,
        str(frame.index),
        "" if frame.time_s is None else f"{frame.time_s:.6f}",
        state.name,
        f"{face.state_confidence[0]:.4f}",
        *(f"{value:.4f}" for value in face.state_scores[0]),
        str(frame.width),
        str(frame.height),
        str(int(face.ambiguous[0])),
    ]


def _lines(rows: list[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()
