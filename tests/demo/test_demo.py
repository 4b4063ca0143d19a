from __future__ import annotations

import builtins
from typing import Any

import numpy as np
import pytest

from maskwatch import demo
from maskwatch.boxes import area, iou
from maskwatch.demo import demo_images
from maskwatch.detections import MaskState
from maskwatch.errors import MissingExtraError


@pytest.fixture(autouse=True)
def portrait() -> None:
    pytest.importorskip("skimage.data", reason="needs the extra 'demo'")


def test_every_state_alone_and_all_of_them_together():
    images = {image.name: image for image in demo_images()}
    assert list(images) == ["portrait_without_mask", "portrait_worn_incorrectly", "portrait_with_mask", "group"]
    for state in MaskState:
        assert images[f"portrait_{state.name}"].states == (state,)
    assert set(images["group"].states) == set(MaskState)
    for image in images.values():
        assert image.image.dtype == np.uint8
        assert image.image.ndim == 3
        assert image.xyxy.shape == (len(image.states), 4)
        assert image.xyxy.dtype == np.float32


def test_boxes_lie_inside_and_apart():
    group = demo_images()[-1]
    height, width = group.image.shape[:2]
    assert (group.xyxy >= 0).all()
    assert (group.xyxy <= [width, height, width, height]).all()
    assert (iou(group.xyxy, group.xyxy) - np.eye(len(group.xyxy))).max() < 1e-6
    sides = np.sqrt(area(group.xyxy))
    assert sides.min() >= 24
    assert sides.max() > 4 * sides.min(), "several sizes"


def test_masks_cover_what_they_should():
    unmasked, below, right = (photo.image.astype(int) for photo in demo_images()[:3])
    nose, mouth, eyes = np.s_[118:132, 215:235], np.s_[142:152, 210:240], np.s_[90:99, 190:262]
    blue = [(image[..., 2] > image[..., 0] + 15) for image in (unmasked, below, right)]
    assert [float(b[nose].mean()) for b in blue] == [0.0, 0.0, 1.0]
    assert [float(b[mouth].mean()) for b in blue] == [0.0, 1.0, 1.0]
    for image in (below, right):
        assert np.array_equal(image[eyes], unmasked[eyes])


def test_faces_in_the_group_are_where_the_boxes_say():
    """Each box of the group, scaled to the face of the portrait, shows that face."""
    import cv2

    *portraits, group = demo_images()
    by_state = {image.states[0]: image for image in portraits}
    for box, state in zip(group.xyxy.round().astype(int), group.states, strict=True):
        x_min, y_min, x_max, y_max = by_state[state].xyxy[0].astype(int)
        face = by_state[state].image[y_min:y_max, x_min:x_max].astype(float)
        found = group.image[box[1] : box[3], box[0] : box[2]]
        found = cv2.resize(found, face.shape[1::-1], interpolation=cv2.INTER_LINEAR).astype(float)
        like = max(np.corrcoef(face.ravel(), view.ravel())[0, 1] for view in (found, found[:, ::-1]))
        assert like > 0.85


def test_images_are_reproducible():
    for one, other in zip(demo_images(), demo_images(), strict=True):
        assert np.array_equal(one.image, other.image)


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch):
    real = builtins.__import__

    def without_skimage(name: str, *args: Any, **kwargs: Any) -> Any:
        if name.startswith("skimage"):
            raise ImportError(name)
        return real(name, *args, **kwargs)

    demo._portrait.cache_clear()
    monkeypatch.setattr(builtins, "__import__", without_skimage)
    with pytest.raises(MissingExtraError, match=r"pip install 'maskwatch\[demo\]'"):
        demo_images()
