"""The main loop: what it reads of sources, and failures."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as pil

from maskwatch.detections import Detections
from maskwatch.errors import SourceError
from maskwatch.frames import Frame, Image
from maskwatch.pipeline import run, stream
from maskwatch.sources.base import BaseSource


def nobody(image: Image) -> Detections:
    return Detections.empty()


class Costly(BaseSource):
    """A source with an expensive total, like a folder of videos."""

    asked = 0

    @property
    def total(self) -> int | None:
        self.asked += 1
        return 3

    @property
    def rate(self) -> Fraction | None:
        self.asked += 1
        return None

    def _read(self) -> Iterator[Frame]:  # type: ignore[override]
        for index in range(3):
            yield Frame(np.zeros((4, 4, 3), np.uint8), index, None, self.name)


def test_the_loop_reads_only_the_frames_of_a_source() -> None:
    source = Costly("costly")
    assert [frame.index for frame, _ in stream(nobody, source)] == [0, 1, 2]
    assert run(nobody, source, []).frames == 3
    assert source.asked == 0


@pytest.mark.parametrize("spec", [str, Path, lambda path: [str(path)]])
def test_the_loop_opens_paths_and_lists(spec: type, tmp_path: Path) -> None:
    pil.new("RGB", (8, 6)).save(tmp_path / "a.png")
    (frame,) = [frame for frame, _ in stream(nobody, spec(tmp_path / "a.png"))]
    assert (frame.width, frame.height) == (8, 6)


def test_unreadable_inputs_are_reported_at_the_end(tmp_path: Path) -> None:
    pil.new("RGB", (8, 6)).save(tmp_path / "a.png")
    (tmp_path / "b.png").write_text("no image")
    seen = []
    with pytest.raises(SourceError, match=r"b\.png"):
        seen.extend(frame.source for frame, _ in stream(nobody, tmp_path))
    assert len(seen) == 1
