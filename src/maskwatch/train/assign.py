"""Assignment of anchors to faces by how well they already predict them, as in TOOD and SimOTA.

Sources: Feng et al., TOOD (ICCV 2021); Ge et al., YOLOX (2021). An anchor is a candidate if its centre lies in the
face. Its merit is face score x overlap^3, where overlap is the mean IoU of the face with the anchor and with the box
predicted from it. The number of anchors of a face is the sum of its ten best overlaps, rounded down, and at least one.
An anchor chosen by two faces goes to the face with the larger overlap.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from keras import ops

CANDIDATES = 10
MIN_REACH = 0.75
"""Anchors this close to the face's centre are candidates too, in sides of the anchor: tiny faces then have some."""


class Assignment(NamedTuple):
    """The target of each anchor, for B images with A anchors and G target rows.

    Attributes:
        target_index: int (B, A), row of the target; 0 for an anchor without one.
        positive: bool (B, A), whether the anchor has a target.
        iou: float (B, A), IoU of the predicted box with the target's box; 0 for an anchor without a target.
        pairwise_iou: float (B, G, A), IoU of every target box with every predicted box.
    """

    target_index: Any
    positive: Any
    iou: Any
    pairwise_iou: Any


def pairwise_iou(a: Any, b: Any) -> Any:
    """IoU (B, G, A) of boxes ``a`` (B, G, 4) with ``b`` (B, A, 4) or (1, A, 4)."""
    a, b = ops.expand_dims(a, 2), ops.expand_dims(b, 1)
    width = ops.minimum(a[..., 2], b[..., 2]) - ops.maximum(a[..., 0], b[..., 0])
    height = ops.minimum(a[..., 3], b[..., 3]) - ops.maximum(a[..., 1], b[..., 1])
    shared = ops.relu(width) * ops.relu(height)
    area_a = (a[..., 2] - a[..., 0]) * (a[..., 3] - a[..., 1])
    area_b = (b[..., 2] - b[..., 0]) * (b[..., 3] - b[..., 1])
    return shared / ops.maximum(area_a + area_b - shared, 1e-6)


def assign(boxes: Any, is_face: Any, anchors: Any, predicted: Any, face_score: Any) -> Assignment:
    """Choose the anchors of each face.

    Args:
        boxes: (B, G, 4) target boxes.
        is_face: float (B, G), 1 for rows that are faces, 0 for ignored regions and padding.
        anchors: (A, 3) centre x, centre y, side.
        predicted: (B, A, 4) boxes that the network predicts now.
        face_score: (B, A) face scores that it predicts now, 0..1.
    """
    iou = pairwise_iou(boxes, predicted)
    half = anchors[:, 2:] / 2
    squares = ops.concatenate([anchors[:, :2] - half, anchors[:, :2] + half], axis=1)
    overlap = (iou + pairwise_iou(boxes, squares[None])) / 2
    merit = (ops.expand_dims(face_score, 1) + 0.01) * overlap**3
    merit = merit * _is_candidate(boxes, anchors) * ops.expand_dims(is_face, 2) + 1e-12 * overlap

    best_merit, _ = ops.top_k(merit, CANDIDATES)
    best_overlap, _ = ops.top_k(overlap, CANDIDATES)
    last = ops.clip(ops.cast(ops.sum(best_overlap, axis=2), "int32"), 1, CANDIDATES) - 1
    threshold = ops.sum(best_merit * ops.one_hot(last, CANDIDATES), axis=2, keepdims=True)
    threshold = ops.maximum(threshold, 1e-9)
    chosen = ops.cast(merit >= threshold, "float32") * ops.expand_dims(is_face, 2)

    target_index = ops.argmax(chosen * (1 + overlap), axis=1)
    positive = ops.max(chosen, axis=1) > 0
    target_iou = ops.take_along_axis(iou, ops.expand_dims(target_index, 1), axis=1)[:, 0]
    return Assignment(target_index, positive, target_iou * ops.cast(positive, "float32"), iou)


def _is_candidate(boxes: Any, anchors: Any) -> Any:
    """Float (B, G, A): 1 where the anchor's centre lies in the box, or within reach of the box's centre."""
    x, y, reach = anchors[:, 0], anchors[:, 1], anchors[:, 2] * MIN_REACH
    x1, y1, x2, y2 = (ops.expand_dims(boxes[..., i], 2) for i in range(4))
    in_box = (x > x1) & (x < x2) & (y > y1) & (y < y2)
    in_reach = (ops.abs(x - (x1 + x2) / 2) < reach) & (ops.abs(y - (y1 + y2) / 2) < reach)
    return ops.cast(in_box | in_reach, "float32")
