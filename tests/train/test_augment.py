from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from maskwatch.data.dataset import LabelledImage
from maskwatch.train.augment.crop import AugmentOptions, Example, random_crop, targets_of
from maskwatch.train.augment.sample import training_sample
from maskwatch.train.targets import COLUMNS, ROWS, Role

RED = (255, 0, 0)


def image_with(box: tuple[int, int, int, int], width: int = 300, height: int = 200) -> Example:
    """A grey image in which the labelled face is red."""
    image = np.full((height, width, 3), 127, np.uint8)
    image[box[1] : box[3], box[0] : box[2]] = RED
    labelled = LabelledImage(Path("x.png"), width, height, np.array([box], np.float32), np.array([1], np.int64))
    return image, labelled


@pytest.mark.parametrize("seed", range(40))
def test_boxes_go_where_the_pixels_go(seed: int) -> None:
    example = image_with((100, 60, 160, 130))
    rng = np.random.default_rng(seed)
    upright = AugmentOptions(tilt_prob=0, full_rotation_prob=0)
    image, targets = random_crop(example, (160, 160), upright, rng)
    red = (image[..., 0] > 190) & (image[..., 1] < 64)
    for box, role in zip(targets.xyxy, targets.role, strict=True):
        if role != Role.face or min(box[2:] - box[:2]) < 8:
            continue
        rows, columns = np.nonzero(red)
        found = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
        assert box == pytest.approx(np.array(found), abs=1.5 + 0.02 * float(max(box[2:] - box[:2])))


@pytest.mark.parametrize("count", [1, 4])
def test_samples_have_the_asked_size_and_boxes_inside(count: int) -> None:
    examples = [image_with((100, 60, 160, 130))] * count
    for seed in range(20):
        image, targets = training_sample(examples, 128, AugmentOptions(), np.random.default_rng(seed))
        assert image.shape == (128, 128, 3)
        assert image.dtype == np.uint8
        assert (targets.xyxy >= 0).all()
        assert (targets.xyxy <= 128).all()


def test_same_seed_same_sample() -> None:
    examples = [image_with((100, 60, 160, 130))]
    first, second = (training_sample(examples, 96, AugmentOptions(), np.random.default_rng(5)) for _ in range(2))
    assert np.array_equal(first[0], second[0])
    assert np.array_equal(first[1].xyxy, second[1].xyxy)


def test_faces_mostly_outside_the_crop_become_ignored_regions() -> None:
    options = replace(AugmentOptions(), zoom_on_face=0.0, image_sides=(600, 600), stretch=1.0)
    seen = set()
    for seed in range(60):
        _, targets = random_crop(image_with((140, 80, 180, 120)), (96, 96), options, np.random.default_rng(seed))
        for box, role in zip(targets.xyxy, targets.role, strict=True):
            share = np.prod(box[2:] - box[:2]) / (80 * 80)
            assert role == (Role.face if share >= 0.6 - 1e-3 else Role.ignore)
            seen.add(int(role))
    assert seen == {Role.face, Role.ignore}


def test_small_faces_become_ignored_regions() -> None:
    options = replace(AugmentOptions(), zoom_on_face=0.0, image_sides=(60, 60), least_content=0.1)
    _, targets = random_crop(image_with((100, 60, 120, 80)), (96, 96), options, np.random.default_rng(0))
    assert targets.role.tolist() == [Role.ignore]


def test_ignored_regions_and_policies_travel() -> None:
    labelled = replace(
        image_with((0, 0, 50, 50))[1], ignore=np.array([[60, 60, 90, 90]], np.float32), labels="2class", boxes="loose"
    )
    targets = targets_of(labelled)
    assert targets.role.tolist() == [Role.face, Role.ignore]
    assert targets.two_class.all()
    assert not targets.box_weight.any()


def test_packing_keeps_the_largest() -> None:
    side = np.arange(1, ROWS + 11, dtype=np.float32)
    boxes = np.stack([side * 0, side * 0, side, side], axis=1)
    n = len(boxes)
    labelled = LabelledImage(Path("x.png"), 100, 100, boxes, np.zeros(n, np.int64))
    packed = targets_of(labelled).packed()
    assert packed.shape == (ROWS, COLUMNS)
    assert packed[0, 2] == n
    assert packed[-1, 2] == n - ROWS + 1


@pytest.mark.parametrize("seed", range(20))
def test_boxes_of_rotated_crops_fit_the_faces(seed: int) -> None:
    """Faces are oval: a rotated box touches the oval, not the corners of the old box."""
    image = np.full((400, 600, 3), 127, np.uint8)
    cv2.ellipse(image, (320, 210), (50, 80), 0, 0, 360, RED, -1)
    box = np.array([[270, 130, 371, 291]], np.float32)
    labelled = LabelledImage(Path("x.png"), 600, 400, box, np.array([1], np.int64))
    options = AugmentOptions(
        full_rotation_prob=1.0, zoom_on_face=0.0, image_sides=(300, 300), least_content=0.5, stretch=1.0
    )
    turned, targets = random_crop((image, labelled), (400, 400), options, np.random.default_rng(seed))
    rows, columns = np.nonzero((turned[..., 0] > 190) & (turned[..., 1] < 64))
    assert targets.xyxy[0] == pytest.approx([columns.min(), rows.min(), columns.max() + 1, rows.max() + 1], abs=2.0)


def test_some_unmasked_faces_get_an_object_over_the_mouth() -> None:
    example = image_with((100, 60, 160, 130))
    unmasked = replace(example[1], class_id=np.array([2]))
    options = AugmentOptions(tilt_prob=0, full_rotation_prob=0, zoom_on_face=1.0, frame_prob=0)
    differ = []
    for seed in range(12):
        plain, occluded = (
            training_sample(
                [(example[0], unmasked)], 128, replace(options, occluded=share), np.random.default_rng(seed)
            )
            for share in (0.0, 1.0)
        )
        assert np.array_equal(plain[1].xyxy, occluded[1].xyxy)
        differ.append(not np.array_equal(plain[0], occluded[0]))
    assert sum(differ) >= 6
