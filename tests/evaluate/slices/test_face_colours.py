from __future__ import annotations

import numpy as np
import pytest

from maskwatch.evaluate.slices.face_colours import NOT_MEASURED, mask_colour, skin_tone

BOX = np.array([10, 20, 90, 120], np.float32)


def face(upper: tuple[int, int, int], lower: tuple[int, int, int]) -> np.ndarray:
    image = np.zeros((140, 110, 3), np.uint8)
    image[20:70, 10:90] = upper
    image[70:120, 10:90] = lower
    return image


SKIN = (224, 172, 144)


@pytest.mark.parametrize(
    ("colour", "name"),
    [
        ((240, 240, 240), "white"),
        ((170, 172, 175), "white"),
        ((160, 200, 225), "light blue"),
        ((120, 175, 200), "light blue"),
        ((20, 20, 25), "black"),
        ((200, 40, 50), "other"),
        ((40, 60, 150), "other"),
        ((230, 150, 180), "other"),
        ((110, 110, 110), "other"),
    ],
)
def test_mask_colours(colour: tuple[int, int, int], name: str) -> None:
    assert mask_colour(face(SKIN, colour), BOX) == name


@pytest.mark.parametrize(
    ("colour", "name"),
    [
        ((244, 208, 190), "light"),
        ((198, 150, 120), "intermediate"),
        ((178, 130, 96), "tan"),
        ((90, 58, 40), "dark"),
        ((130, 130, 130), NOT_MEASURED),
        ((70, 90, 160), NOT_MEASURED),
    ],
)
def test_skin_tones(colour: tuple[int, int, int], name: str) -> None:
    assert skin_tone(face(colour, (240, 240, 240)), BOX) == name


def test_brows_and_shine_do_not_make_the_tone() -> None:
    image = face((244, 208, 190), (240, 240, 240))
    image[30:40, 10:90] = (20, 15, 12)
    image[41:43, 10:90] = 255
    assert skin_tone(image, BOX) == "light"


def test_small_and_outlying_faces_are_not_measured() -> None:
    image = face(SKIN, (240, 240, 240))
    for box in ([10, 20, 25, 60], [500, 500, 600, 600], [-90, -90, -20, -20]):
        assert mask_colour(image, np.array(box, np.float32)) == NOT_MEASURED
        assert skin_tone(image, np.array(box, np.float32)) == NOT_MEASURED
