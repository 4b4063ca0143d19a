"""Box geometry in plain numpy. Boxes are ``xyxy``: float32 (N, 4), absolute pixels, x right, y down."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Boxes = NDArray[np.float32]


def area(xyxy: Boxes) -> NDArray[np.float32]:
    """Areas (N,) of boxes (N, 4); a box whose corners are swapped has area 0."""
    size = np.maximum(xyxy[:, 2:] - xyxy[:, :2], 0)
    return np.asarray(size[:, 0] * size[:, 1], np.float32)


def shorter_side(xyxy: Boxes) -> NDArray[np.float32]:
    """Face sizes (N,) as in the evaluation: the shorter side of each box (N, 4), in pixels."""
    return np.asarray((xyxy[:, 2:] - xyxy[:, :2]).min(axis=1, initial=np.inf), np.float32)


def intersection(a: Boxes, b: Boxes) -> NDArray[np.float32]:
    """Intersection areas (N, M) of boxes ``a`` (N, 4) and ``b`` (M, 4)."""
    top_left = np.maximum(a[:, None, :2], b[None, :, :2])
    bottom_right = np.minimum(a[:, None, 2:], b[None, :, 2:])
    size = np.maximum(bottom_right - top_left, 0)
    return np.asarray(size[..., 0] * size[..., 1], np.float32)


def iou(a: Boxes, b: Boxes) -> NDArray[np.float32]:
    """Intersection over union (N, M) of boxes ``a`` (N, 4) and ``b`` (M, 4); 0 where both are empty."""
    shared = intersection(a, b)
    union = area(a)[:, None] + area(b)[None, :] - shared
    return np.asarray(shared / np.maximum(union, 1e-9), np.float32)


def nms(xyxy: Boxes, scores: NDArray[np.float32], threshold: float) -> NDArray[np.intp]:
    """Indices (K,) of the boxes kept by greedy non-maximum suppression, best score first; see `suppress`."""
    return suppress(xyxy, scores, threshold)[0]


def suppress(
    xyxy: Boxes, scores: NDArray[np.float32], threshold: float, lowest: float = -np.inf
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Greedy non-maximum suppression that also returns which boxes belong to one face.

    A box is dropped when its IoU with a better, kept box exceeds ``threshold``. Classes are ignored: one face gets one
    box. The fate of a box depends on better boxes alone, so a higher ``lowest`` only removes boxes.

    Args:
        xyxy: (N, 4).
        scores: (N,).
        threshold: IoU, 0..1.
        lowest: boxes with a lower score are never kept, only dropped.

    Returns:
        Indices (K,) of the kept boxes, best score first, and for each box (N,) the index of the kept box of its face:
        its own if it is kept, that of the first box that dropped it, or -1.
    """
    order = np.argsort(-scores, kind="stable")
    boxes = xyxy[order]
    areas = area(boxes)
    owner = np.full(len(order), -1, np.intp)
    for i in range(int((scores >= lowest).sum())):
        if owner[i] >= 0:
            continue
        owner[i] = i
        rest = slice(i + 1, None)
        width = np.minimum(boxes[i, 2], boxes[rest, 2]) - np.maximum(boxes[i, 0], boxes[rest, 0])
        height = np.minimum(boxes[i, 3], boxes[rest, 3]) - np.maximum(boxes[i, 1], boxes[rest, 1])
        shared = np.maximum(width, 0) * np.maximum(height, 0)
        dropped = shared > threshold * (areas[i] + areas[rest] - shared)
        owner[rest][dropped & (owner[rest] < 0)] = i
    kept = np.flatnonzero(owner == np.arange(len(order)))
    owners = np.full(len(order), -1, np.intp)
    owners[order] = np.where(owner >= 0, order[owner], -1) if len(order) else owner
    return order[kept], owners


def clip(xyxy: Boxes, width: int, height: int) -> Boxes:
    """Boxes (N, 4) cut to an image of ``width`` x ``height`` pixels."""
    limit = np.array([width, height, width, height], np.float32)
    return np.asarray(np.clip(xyxy, 0, limit), np.float32)


def crop_box(
    box: NDArray[np.float32], width: int, height: int, *, margin: float, square: bool = False
) -> tuple[int, int, int, int]:
    """The crop [x1, y1, x2, y2) of a face in an image of ``width`` x ``height`` pixels; never empty.

    Args:
        box: (4,).
        width: width of the image in pixels.
        height: height of the image in pixels.
        margin: added on each side, as a fraction of the box's width and height. Cut at the border of the image.
        square: extend the shorter side first, so that the crop is square if the image allows.
    """
    x1, y1, x2, y2 = (float(value) for value in box)
    half_w, half_h = (x2 - x1) / 2, (y2 - y1) / 2
    if square:
        half_w = half_h = max(half_w, half_h)
    left, right = _edges((x1 + x2) / 2, half_w * (1 + 2 * margin), width)
    top, bottom = _edges((y1 + y2) / 2, half_h * (1 + 2 * margin), height)
    return left, top, right, bottom


def _edges(centre: float, half: float, size: int) -> tuple[int, int]:
    low = min(max(round(centre - half), 0), size - 1)
    return low, min(max(round(centre + half), low + 1), size)


@dataclass(frozen=True)
class Letterbox:
    """Scaling of an image into a network input: ``input = image * scale``, padded at the right and the bottom."""

    scale: float
    content_width: int
    content_height: int
    width: int
    height: int

    @classmethod
    def fit(cls, width: int, height: int, longest: int, multiple: int) -> Letterbox:
        """Scale the longer side of an image to ``longest`` pixels, and pad both sides to a ``multiple``."""
        scale = longest / max(width, height)
        content_width = max(1, round(width * scale))
        content_height = max(1, round(height * scale))
        return cls(
            scale=scale,
            content_width=content_width,
            content_height=content_height,
            width=-(-content_width // multiple) * multiple,
            height=-(-content_height // multiple) * multiple,
        )

    def invert(self, xyxy: Boxes, width: int, height: int) -> Boxes:
        """Boxes (N, 4) in input pixels back to the pixels of the ``width`` x ``height`` image."""
        factor = np.array([width / self.content_width, height / self.content_height] * 2, np.float32)
        return np.asarray(xyxy * factor, np.float32)
