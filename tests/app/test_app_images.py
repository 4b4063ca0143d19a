from __future__ import annotations

import numpy as np
import pytest

from maskwatch.app.images import THUMB_SIDE, TYPES, VIEW_SIDE, Upload, limit_side, make_copies
from maskwatch.errors import ImageDecodeError
from maskwatch.images import read_image


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("text", "holiday.jpg: not a whole image in a known format .*; convert or replace it"),
        ("bomb", "bomb.png: over the limit of 100,000,000 pixels; make it smaller"),
        ("large", "large.png: 12000 x 9000 pixels, over the limit of 100,000,000; make it smaller"),
        ("heic", "phone.jpg: a HEIC image, which is not read; export it as JPEG"),
    ],
)
def test_unreadable_images_are_named_with_advice(kind: str, message: str, bad_uploads: dict[str, Upload]) -> None:
    with pytest.raises(ImageDecodeError, match=message):
        bad_uploads[kind].image()


def test_only_small_copies_are_make_copies() -> None:
    image = np.random.default_rng(1).integers(0, 256, (1200, 2600, 3), dtype=np.uint8)
    photo = make_copies(image)
    assert (photo.width, photo.height) == (2600, 1200)
    assert read_image(photo.view).shape == (945, VIEW_SIDE, 3)
    assert read_image(photo.thumb).shape == (221, THUMB_SIDE, 3)


def test_small_images_are_not_enlarged() -> None:
    image = np.zeros((30, 40, 3), np.uint8)
    assert limit_side(image, 100) is image
    assert read_image(make_copies(image).view).shape == image.shape


def test_the_same_content_has_the_same_digest() -> None:
    assert Upload("a.jpg", b"x").digest == Upload("b.jpg", b"x").digest != Upload("a.jpg", b"y").digest


def test_the_file_dialogue_leaves_heic_to_the_phone_to_convert() -> None:
    assert {"jpg", "png", "webp", "avif"} <= set(TYPES)
    assert not {"heic", "heif"} & set(TYPES)
