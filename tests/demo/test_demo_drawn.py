from __future__ import annotations

import numpy as np

from maskwatch import load_detector
from maskwatch.boxes import iou
from maskwatch.demo.drawn import drawn_people


def test_the_shipped_model_classifies_the_drawn_people() -> None:
    image = drawn_people()
    faces = load_detector()(image.image)
    assert len(faces) == len(image.xyxy) == 3
    overlap = iou(image.xyxy, faces.xyxy)
    assert (overlap.max(axis=1) > 0.5).all()
    assert tuple(faces.states[i] for i in overlap.argmax(axis=1)) == image.states


def test_the_drawing_is_reproducible() -> None:
    np.testing.assert_array_equal(drawn_people().image, drawn_people().image)
