from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image as pil

from maskwatch.errors import ImageDecodeError
from maskwatch.sources.images import ImageSource


def test_an_image_is_one_frame_without_time(tmp_path: Path) -> None:
    path = tmp_path / "red.png"
    pil.new("RGB", (7, 5), "red").save(path)
    with ImageSource(path) as source:
        assert source.name == str(path)
        assert (source.total, source.rate, source.live) == (1, None, False)
        frames = list(source)
    assert [(frame.index, frame.time_s, frame.source, frame.rate) for frame in frames] == [(0, None, str(path), None)]
    assert np.array_equal(frames[0].image, np.full((5, 7, 3), (255, 0, 0)))
    assert (source.failures, source.notes) == ([], [])


def test_a_broken_image_is_a_failure_and_no_exception(tmp_path: Path) -> None:
    path = tmp_path / "text.jpg"
    path.write_text("no image")
    with ImageSource(path) as source:
        for _ in range(2):
            assert list(source) == []
            assert len(source.failures) == 1, "failures of the reading before are still there"
    assert isinstance(source.failures[0], ImageDecodeError)
    assert "text.jpg" in str(source.failures[0])
