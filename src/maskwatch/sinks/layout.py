"""Placement of labels: beside their face, within the image, clear of other faces and labels if there is room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maskwatch.boxes import Boxes, area, intersection

Size = tuple[int, int]
"""Width and height in pixels."""

_LABEL_WEIGHT, _FACE_WEIGHT, _SELF_WEIGHT, _SELF_SHARE_WEIGHT = 8.0, 4.0, 0.2, 1.2
_PREFERENCE = 0.01
_ACCEPTABLE = 0.5
_CROWDED_SHARE = 0.2
"""If more than this share of the labels has no room, all labels become shorter, so that a crowd looks even."""


@dataclass(frozen=True)
class LabelPosition:
    """The position of one label, and the version of its text.

    Attributes:
        version: index into its sizes, 0 for the longest.
        x: left edge, pixels.
        y: upper edge, pixels.
    """

    version: int
    x: int
    y: int


def place_labels(xyxy: Boxes, sizes: Sequence[Sequence[Size]], image: Size, gap: int) -> list[LabelPosition | None]:
    """Choose a position for the label of each box; no label is cut at the border of the image.

    Args:
        xyxy: boxes (N, 4), pixels.
        sizes: for each box, the sizes of its label from the longest version to the shortest.
        image: width and height of the image.
        gap: pixels between a box and its label.

    Returns:
        N positions, in the order of the boxes; None where even the shortest version is larger than the image.
    """
    order = np.lexsort((xyxy[:, 1], xyxy[:, 0]))
    versions = len(sizes[0]) if len(sizes) else 0
    positions: list[LabelPosition | None] = []
    for longest in range(versions):
        positions, crowded = _place_all(xyxy, sizes, image, gap, order, longest)
        if crowded <= _CROWDED_SHARE * len(xyxy):
            break
    return positions


def _place_all(
    xyxy: Boxes, sizes: Sequence[Sequence[Size]], image: Size, gap: int, order: NDArray[np.intp], longest: int
) -> tuple[list[LabelPosition | None], int]:
    """Place all labels in version ``longest`` or shorter; also how many had no room for ``longest``."""
    positions: list[LabelPosition | None] = [None] * len(xyxy)
    taken = np.zeros((0, 4), np.float32)
    for i in order:
        others = _near(np.delete(xyxy, i, axis=0), xyxy[i], sizes[i], gap)
        labels = _near(taken, xyxy[i], sizes[i], gap)
        position = _best_position(xyxy[i], sizes[i], longest, image, gap, labels, others)
        positions[i] = position
        if position is not None:
            width, height = sizes[i][position.version]
            row = np.array([[position.x, position.y, position.x + width, position.y + height]], np.float32)
            taken = np.concatenate([taken, row])
    return positions, sum(position is None or position.version > longest for position in positions)


def _best_position(
    box: Boxes, sizes: Sequence[Size], longest: int, image: Size, gap: int, labels: Boxes, others: Boxes
) -> LabelPosition | None:
    """The longest version with an acceptable position, else the shortest that fits, where it hides least."""
    fallback = None
    for version, (width, height) in list(enumerate(sizes))[longest:]:
        if width > image[0] or height > image[1]:
            continue
        corners = _candidates(box, width, height, gap)
        corners = np.clip(corners, 0, np.array([image[0] - width, image[1] - height])).astype(np.float32)
        spots = np.concatenate([corners, corners + np.array([width, height], np.float32)], axis=1)
        cost = _cost(spots, box, labels, others)
        best = int(cost.argmin())
        fallback = LabelPosition(version, int(corners[best, 0]), int(corners[best, 1]))
        if cost[best] <= _ACCEPTABLE:
            return fallback
    return fallback


def _candidates(box: Boxes, width: int, height: int, gap: int) -> NDArray[np.float64]:
    """Upper left corners (K, 2) in order of preference: above, below, inside, at the sides."""
    left, top, right, bottom = np.round(box.astype(np.float64))
    middle = np.floor((left + right - width) / 2)
    above, below = top - height - gap, bottom + gap
    return np.array(
        [
            (left - gap, above),
            (right + gap - width, above),
            (middle, above),
            (left - gap, below),
            (right + gap - width, below),
            (middle, below),
            (left + gap, top + gap),
            (left + gap, bottom - gap - height),
            (right + 2 * gap, top),
            (left - 2 * gap - width, top),
            (right + 2 * gap, bottom - height),
            (left - 2 * gap - width, bottom - height),
        ]
    )


def _cost(spots: Boxes, box: Boxes, labels: Boxes, others: Boxes) -> NDArray[np.float32]:
    """How much of faces and labels each spot (K, 4) hides: (K,), 0 for nothing."""
    size = area(spots)
    own = intersection(spots, box[None])[:, 0]
    own_area = max(float(area(box[None])[0]), 1.0)
    cost = _PREFERENCE * np.arange(len(spots), dtype=np.float32)
    cost += _LABEL_WEIGHT * intersection(spots, labels).sum(axis=1) / size
    cost += _FACE_WEIGHT * intersection(spots, others).sum(axis=1) / size
    cost += _SELF_WEIGHT * own / size + _SELF_SHARE_WEIGHT * own / own_area
    return cost


def _near(boxes: Boxes, box: Boxes, sizes: Sequence[Size], gap: int) -> Boxes:
    """The ``boxes`` within reach of a label of ``box``, including labels moved in from the border."""
    reach = np.array([max(s[0] for s in sizes), max(s[1] for s in sizes)], np.float32) * 2 + 3 * gap
    apart = (boxes[:, :2] > box[2:] + reach) | (boxes[:, 2:] < box[:2] - reach)
    return boxes[~apart.any(axis=1)]
