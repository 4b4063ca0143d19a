"""A sink that lies outside the package, as a user would add one."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from maskwatch.detections import Detections
from maskwatch.files import explained
from maskwatch.frames import Frame
from maskwatch.sinks.choice import SinkOption


class SummarySink:
    """Writes one line per frame: its source and its number of faces."""

    def __init__(self, path: str) -> None:
        self.path = Path(path)
        self.notes: list[str] = []
        self._file: TextIO | None = None

    def __enter__(self) -> Self:
        with explained(self.path):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self.path.open("w", encoding="utf-8")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._file is not None
        self._file.close()
        self.notes.append(f"summary in {self.path}")

    def write(self, frame: Frame, faces: Detections) -> None:
        assert self._file is not None
        self._file.write(f"{Path(frame.source).name} {len(faces)}\n")


SUMMARY = SinkOption("Write a summary.", "FILE", lambda target, _: SummarySink(target))
