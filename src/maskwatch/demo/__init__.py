"""Generated images to try MaskWatch on, with their ground truth.

The portrait is NASA's of the astronaut Eileen Collins (public domain), from scikit-image.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from maskwatch.demo.masks import DrawnMask, draw_mask
from maskwatch.detections import MaskState
from maskwatch.errors import MissingExtraError
from maskwatch.frames import Image

FACE = (175.0, 73.0, 277.0, 180.0)
"""The face in the portrait of 512 x 512 pixels, forehead to chin and ear to ear: x_min, y_min, x_max, y_max."""

_WORN_CORRECTLY = DrawnMask(
    upper=((183, 121), (193, 119), (205, 115), (214, 110), (225, 107), (236, 111), (245, 116), (258, 121), (269, 125)),
    lower=((187, 154), (194, 165), (206, 176), (217, 182), (226, 184), (236, 182), (247, 175), (257, 166), (264, 156)),
    straps=(
        ((184, 122), (179, 119), (173.5, 115)),
        ((188, 153), (183, 141), (176.5, 129)),
        ((268, 126), (272, 124), (276, 120.5)),
        ((263, 155), (268, 144), (273, 134)),
    ),
    pleats=(0.36, 0.54, 0.72),
    ridge=225,
)
_UNDER_THE_NOSE = DrawnMask(
    upper=((184, 133), (194, 134), (206, 135), (216, 136), (225, 137), (235, 137), (246, 137), (257, 137), (268, 136)),
    lower=((190, 163), (197, 174), (207, 182), (217, 187), (226, 188), (236, 187), (246, 181), (255, 174), (261, 165)),
    straps=(
        ((185, 134), (180, 128), (174, 117)),
        ((191, 162), (184, 148), (176.5, 129.5)),
        ((267, 137), (271, 132), (276, 121.5)),
        ((260, 164), (267, 150), (273, 134.5)),
    ),
    pleats=(0.30, 0.50, 0.70),
    ridge=225,
)


@dataclass(frozen=True)
class DemoImage:
    """An image with its ground truth.

    Attributes:
        name: short, valid as a file name.
        image: RGB uint8 (H, W, 3).
        xyxy: float32 (N, 4), the boxes of all faces, pixels.
        states: the state of each face.
    """

    name: str
    image: Image
    xyxy: NDArray[np.float32]
    states: tuple[MaskState, ...]


def demo_images() -> list[DemoImage]:
    """A portrait in each of the three states, and a group of all three in several sizes.

    Raises:
        MissingExtraError: when scikit-image, which contains the portrait, is not installed.
    """
    portraits = [
        DemoImage(f"portrait_{state.name}", _portrait(state), np.array([FACE], np.float32), (state,))
        for state in reversed(MaskState)
    ]
    return [*portraits, _group()]


@lru_cache(maxsize=len(MaskState))
def _portrait(state: MaskState) -> Image:
    try:
        from skimage.data import astronaut
    except ImportError as error:
        raise MissingExtraError("demo", "The demonstration image") from error
    portrait = np.asarray(astronaut(), np.uint8)
    if state is MaskState.with_mask:
        portrait = draw_mask(portrait, _WORN_CORRECTLY)
    elif state is MaskState.worn_incorrectly:
        portrait = draw_mask(portrait, _UNDER_THE_NOSE)
    portrait.setflags(write=False)
    return portrait


@dataclass(frozen=True)
class _Placed:
    """One portrait of the group: its state and its position."""

    state: MaskState
    left: int
    top: int
    side: int
    flipped: bool = False


_BACKGROUND = (176, 180, 184)
_GROUP_SIZE = (960, 600)
_CARD = (128, 8, 324, 232)
_GROUP = (
    _Placed(MaskState.with_mask, 30, 30, 320),
    _Placed(MaskState.without_mask, 340, 30, 320, flipped=True),
    _Placed(MaskState.worn_incorrectly, 650, 30, 320),
    _Placed(MaskState.without_mask, 30, 380, 190),
    _Placed(MaskState.with_mask, 220, 410, 160, flipped=True),
    _Placed(MaskState.worn_incorrectly, 384, 430, 140),
    _Placed(MaskState.with_mask, 530, 450, 120),
    _Placed(MaskState.without_mask, 659, 470, 100, flipped=True),
    _Placed(MaskState.with_mask, 771, 486, 84),
    _Placed(MaskState.without_mask, 869, 500, 70),
)


def _group() -> DemoImage:
    """Head and shoulders of each portrait as a card, ``side`` pixels high, on a plain background."""
    import cv2

    canvas = np.full((_GROUP_SIZE[1], _GROUP_SIZE[0], 3), _BACKGROUND, np.uint8)
    left, top, right, bottom = _CARD
    boxes = []
    for placed in _GROUP:
        card = _portrait(placed.state)[top:bottom, left:right]
        scale = placed.side / card.shape[0]
        interpolation = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        size = (round(card.shape[1] * scale), placed.side)
        card = card[:, ::-1] if placed.flipped else card
        card = np.asarray(cv2.resize(card, size, interpolation=interpolation), np.uint8)
        canvas[placed.top : placed.top + placed.side, placed.left : placed.left + size[0]] = card
        x_min, x_max = FACE[0] - left, FACE[2] - left
        if placed.flipped:
            x_min, x_max = right - left - x_max, right - left - x_min
        box = np.array([x_min, FACE[1] - top, x_max, FACE[3] - top]) * scale
        boxes.append(box + [placed.left, placed.top] * 2)
    return DemoImage("group", canvas, np.array(boxes, np.float32), tuple(placed.state for placed in _GROUP))
