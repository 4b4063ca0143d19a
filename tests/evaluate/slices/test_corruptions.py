from __future__ import annotations

import numpy as np
import pytest

from evaluation_cases import WITH, labelled
from maskwatch.evaluate.slices.corruptions import CORRUPTIONS, blurred, exposed, greyscale, jpeg, rotated

RNG = np.random.default_rng(3)
NOISE = RNG.integers(0, 255, (90, 120, 3), dtype=np.uint8)
RED = (255, 0, 0)


def with_ellipse(box: tuple[int, int, int, int]) -> np.ndarray:
    image = np.zeros((480, 640, 3), np.uint8)
    y, x = np.mgrid[0:480, 0:640] + 0.5
    left, top, right, bottom = box
    inside = ((x - (left + right) / 2) / ((right - left) / 2)) ** 2 + (
        (y - (top + bottom) / 2) / ((bottom - top) / 2)
    ) ** 2
    image[inside <= 1] = RED
    return image


@pytest.mark.parametrize("degrees", [0, 15, 30, 90, -40])
@pytest.mark.parametrize("box", [(100, 60, 180, 200), (500, 300, 620, 400)])
def test_the_box_goes_with_the_turned_face(degrees: int, box: tuple[int, int, int, int]) -> None:
    case = labelled([(box, WITH)], ignore=[box])
    image, labels = rotated(with_ellipse(box), case, degrees)
    assert image.shape == (labels.height, labels.width, 3)
    rows, columns = np.nonzero(image[..., 0] > 200)
    seen = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
    assert labels.xyxy[0] == pytest.approx(seen, abs=2.5)
    assert labels.ignore.tolist() == labels.xyxy.tolist()


def test_a_quarter_turn_is_exact_and_counter_clockwise() -> None:
    image, labels = rotated(NOISE, labelled([((10, 20, 40, 70), WITH)]), 90)
    assert np.array_equal(image, np.rot90(NOISE))
    assert labels.xyxy[0] == pytest.approx([20, 80, 70, 110], abs=1e-3)


def test_exposure_doubles_the_light() -> None:
    grey = np.full((2, 2, 3), 100, np.uint8)
    assert exposed(grey, 1)[0, 0, 0] == pytest.approx(100 * 2 ** (1 / 2.2), abs=1)
    assert exposed(grey, -1)[0, 0, 0] == pytest.approx(100 / 2 ** (1 / 2.2), abs=1)
    assert exposed(grey, 9).min() == 255
    assert np.array_equal(exposed(NOISE, 0), NOISE)


def test_blur_grey_and_jpeg() -> None:
    assert blurred(NOISE, 2).std() < blurred(NOISE, 1).std() < NOISE.std()
    grey = greyscale(NOISE)
    assert (grey == grey[..., :1]).all()
    red = np.full((32, 32, 3), (200, 30, 40), np.uint8)
    assert np.abs(jpeg(red, 90).astype(int) - red).max() <= 4
    error = [np.abs(jpeg(NOISE, quality).astype(int) - NOISE).mean() for quality in (90, 30, 10)]
    assert error == sorted(error)


@pytest.mark.parametrize("corruption", CORRUPTIONS, ids=lambda c: f"{c.kind} {c.name}")
def test_every_corruption_changes_the_image_and_keeps_the_labels(corruption) -> None:
    case = labelled([((10, 20, 40, 70), WITH)])
    before = NOISE.copy()
    image, labels = corruption(NOISE, case)
    assert image.dtype == np.uint8
    assert image.shape != NOISE.shape or (image != NOISE).any()
    assert labels.class_id.tolist() == case.class_id.tolist()
    assert np.array_equal(NOISE, before)
