from __future__ import annotations

import numpy as np
import pytest

from maskwatch.detections import Detections
from maskwatch.frames import Image
from maskwatch.sinks.blur import blur, blur_and_draw


def faces_at(*boxes: tuple[float, float, float, float]) -> Detections:
    xyxy = np.array(boxes, np.float32).reshape(-1, 4)
    return Detections(xyxy, np.ones(len(xyxy), np.float32), np.tile(np.float32([1, 0, 0]), (len(xyxy), 1)))


def noise(height: int = 400, width: int = 500) -> Image:
    return np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8)


def detail(region: Image) -> np.ndarray:
    """Each pixel minus the mean of its four neighbours."""
    grey = region.astype(np.float64).mean(axis=2)
    return grey[1:-1, 1:-1] - (grey[:-2, 1:-1] + grey[2:, 1:-1] + grey[1:-1, :-2] + grey[1:-1, 2:]) / 4


@pytest.mark.parametrize("size", [12, 40, 200])
def test_no_detail_of_the_face_is_left(size: int):
    image = noise()
    box = (150, 120, 150 + size, 120 + size)
    blurred = blur(image, faces_at(box))
    inside = np.s_[120 : 120 + size, 150 : 150 + size]
    assert detail(blurred[inside]).std() < 0.1 * detail(image[inside]).std()
    correlation = np.corrcoef(detail(blurred[inside]).ravel(), detail(image[inside]).ravel())[0, 1]
    assert abs(correlation) < 4 / np.sqrt((size - 2) ** 2), "as little as two unrelated images"


def test_images_with_the_same_averages_give_the_same_face():
    """Only a few averages enter the result, so the pixels cannot be recovered from it."""
    y, x = np.mgrid[:400, :500]
    patterns = [(x + y) % 2, x % 2, y % 2, np.full_like(x, 0.5, dtype=float)]
    results = []
    for pattern in patterns:
        image = (136 + 160 * (pattern[..., None] - 0.5)).astype(np.uint8).repeat(3, axis=2)
        results.append(blur(image, faces_at((150, 120, 250, 240)))[120:240, 150:250])
    assert all(np.array_equal(result, results[0]) for result in results)


def test_everything_else_is_bit_identical():
    image = noise()
    blurred = blur(image, faces_at((150, 120, 250, 240)))
    changed = (blurred != image).any(axis=2)
    y, x = np.nonzero(changed)
    assert x.min() >= 150 - 40
    assert x.max() <= 250 + 40
    assert y.min() >= 120 - 48
    assert y.max() <= 240 + 48
    assert changed[120:240, 150:250].mean() > 0.95


def test_the_input_is_untouched():
    image = noise()
    image.setflags(write=False)
    blur(image, faces_at((10, 10, 60, 60)))
    assert np.array_equal(image, noise())


@pytest.mark.parametrize(
    "box",
    [(-50, -50, 20, 20), (480, 380, 600, 600), (0, 0, 500, 400), (-900, 0, -800, 9), (7, 7, 7, 7), (30, 30, 31, 90)],
)
def test_boxes_at_over_and_outside_the_border(box: tuple[float, float, float, float]):
    image = noise()
    blurred = blur(image, faces_at(box))
    assert blurred.shape == image.shape
    x0, y0, x1, y1 = (int(v) for v in np.clip(box, 0, [500, 400, 500, 400]))
    if x1 > x0 and y1 > y0:
        assert (blurred != image).any(axis=2)[y0:y1, x0:x1].mean() > 0.9


@pytest.mark.parametrize("shape", [(1, 1), (1, 4000), (4000, 1), (5, 5)])
def test_tiny_images(shape: tuple[int, int]):
    assert blur(noise(*shape), faces_at((0, 0, shape[1], shape[0]))).shape == (*shape, 3)


def test_overlapping_faces_are_both_hidden():
    image = noise()
    blurred = blur(image, faces_at((100, 100, 200, 200), (150, 150, 250, 250)))
    for inside in (np.s_[100:200, 100:200], np.s_[150:250, 150:250]):
        assert detail(blurred[inside]).std() < 0.15 * detail(image[inside]).std()


def test_blurred_and_drawn():
    image = noise()
    shown = blur_and_draw(image, faces_at((150, 120, 250, 240)))
    assert (np.abs(shown.astype(int) - (0, 170, 140)).sum(axis=2) == 0).sum() > 300
    assert detail(shown[140:220, 170:230]).std() < 0.1 * detail(image[140:220, 170:230]).std()
