"""The comparison of face detectors at equal false positives."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from maskwatch.data import Dataset, LabelledImage
from maskwatch.detections import Detections

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(not (ROOT / "benchmarks").is_dir(), reason="benchmarks are in the repository only")


def test_recall_is_taken_where_one_image_in_ten_has_a_false_positive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(ROOT)
    from benchmarks.face_detectors import _at_equal_false_positives

    face, nothing = [10, 10, 50, 50], [60, 60, 90, 90]
    images, found = [], []
    for number in range(20):
        state = 0 if number < 10 else 2
        images.append(
            LabelledImage(Path(f"{number}.png"), 100, 100, np.array([face], np.float32), np.array([state], np.int64))
        )
        # faces from 0.90 down to 0.71, false positives from 0.86 down: the third, at 0.84, is one too many
        score = np.array([0.9 - number / 100, 0.86 - number / 100], np.float32)
        found.append(
            Detections(np.array([face, nothing], np.float32), score, np.tile(np.eye(3, dtype="f4")[0], (2, 1)))
        )
    recall = _at_equal_false_positives(Dataset(images), found)
    assert (recall["masked"].hits, recall["masked"].total) == (6, 10)
    assert (recall["unmasked"].hits, recall["unmasked"].total) == (0, 10)
