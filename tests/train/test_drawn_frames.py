from __future__ import annotations

import numpy as np
import pytest

from maskwatch.train.augment.drawn_frames import draw_frame


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.parametrize("box", [(80, 60, 140, 130), (-20, -20, 30, 40), (190, 170, 230, 230)])
def test_a_face_with_a_drawn_frame_stays_visible(seed: int, box: tuple[int, int, int, int]) -> None:
    image = np.full((200, 220, 3), 90, np.uint8)
    result = draw_frame(image, np.array(box, np.float32), np.random.default_rng(seed))
    assert (image == 90).all()
    x1, y1, x2, y2 = np.clip(box, 0, 220)
    changed = (result[y1:y2, x1:x2] != 90).any(axis=2).mean()
    assert changed < 0.6


def test_frames_are_drawn() -> None:
    image, box = np.full((200, 220, 3), 90, np.uint8), np.array([80, 60, 140, 130], np.float32)
    for seed in range(10):
        assert (draw_frame(image, box, np.random.default_rng(seed)) != image).sum() > 100
