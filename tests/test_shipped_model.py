"""The model in the package, as it is shipped, on images whose faces are written down."""

from __future__ import annotations

from importlib.util import find_spec

import numpy as np
import pytest

from maskwatch import load_detector
from maskwatch.boxes import iou, shorter_side
from maskwatch.demo import DemoImage, demo_images
from maskwatch.detections import STATE_NAMES, Detections
from maskwatch.weights import FOLDER, shipped_models

pytestmark = pytest.mark.skipif(
    find_spec("skimage") is None, reason="the portrait comes with the extra: pip install 'maskwatch[demo]'"
)


@pytest.fixture(scope="module", params=[*(f"portrait_{name}" for name in STATE_NAMES), "group"])
def case(request: pytest.FixtureRequest) -> tuple[DemoImage, Detections]:
    (image,) = (image for image in demo_images() if image.name == request.param)
    return image, load_detector()(image.image)


def test_exactly_the_faces_that_are_there(case: tuple[DemoImage, Detections]) -> None:
    image, faces = case
    overlaps = iou(image.xyxy, faces.xyxy)
    assert len(faces) == len(image.xyxy)
    assert sorted(overlaps.argmax(axis=1).tolist()) == list(range(len(faces)))
    assert overlaps.max(axis=1).min() >= 0.5


def test_states_of_all_faces_from_48_pixels(case: tuple[DemoImage, Detections]) -> None:
    image, faces = case
    found = iou(image.xyxy, faces.xyxy).argmax(axis=1)
    large = shorter_side(image.xyxy) >= 48
    wanted = np.array([int(state) for state in image.states])
    assert faces.class_id[found][large].tolist() == wanted[large].tolist()


def test_the_file_is_small_and_can_be_trained_further() -> None:
    path = shipped_models()["small"]
    assert path.stat().st_size <= 4_000_000
    assert (FOLDER / "small.keras").is_file()


def test_the_card_says_where_the_weights_come_from_and_how_good_they_are() -> None:
    card = load_detector().card
    assert any("Ultra-Light" in credit for credit in card.credits)
    assert {"balanced", "strict"} <= set(card.presets)
    assert card.metrics
    assert card.training


@pytest.mark.parametrize("name", ["nano", "base"])
def test_the_other_sizes_tell_every_face_from_48_pixels(name: str) -> None:
    detector = load_detector(name)
    for image in demo_images():
        faces = detector(image.image)
        overlaps = iou(image.xyxy, faces.xyxy)
        large = shorter_side(image.xyxy) >= 48
        wanted = np.array([int(state) for state in image.states])
        assert overlaps.max(axis=1)[large].min() >= 0.5, image.name
        assert faces.class_id[overlaps.argmax(axis=1)][large].tolist() == wanted[large].tolist(), image.name


def test_the_family_is_shipped_small() -> None:
    sizes = {name: path.stat().st_size for name, path in shipped_models().items()}
    assert set(sizes) == {"nano", "small", "base"}
    assert sizes["nano"] < sizes["small"] < sizes["base"] <= 10_000_000
