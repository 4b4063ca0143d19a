"""A second, smaller look at the same picture, for faces so near the camera that the first one sees them in parts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from maskwatch.boxes import Boxes, area, intersection, iou, shorter_side
from maskwatch.detect.session import RawFaces

LEAST_SIDE = 40.0
"""Shorter side, in pixels of the second input, from which the second look is listened to."""
MOST_SIDE = 240.0
"""The same of the first input, up to which the first look is: about its largest anchor box."""
SURE_SIDE, SURE_SCORE = 80.0, 0.4
"""Shorter side in the second input, and face score, of faces within which the first look sees parts of faces."""
PART_SHARE, SAME_FACE = 0.7, 0.45
"""A part lies inside by this share, and overlaps (intersection over union) by less than one box of a face another."""


def joined(first: RawFaces, second: RawFaces, enlargement: float, lowest: float) -> RawFaces:
    """What two looks at one picture saw, in pixels of the first one's input; one face may have boxes of both.

    Args:
        first: of the larger input.
        second: of the smaller input.
        enlargement: pixels of the first input for one of the second.
        lowest: face score, 0..1, below which nothing is asked for; leaving that out early saves time.
    """
    near, far = (_chosen(raw, raw.face_score >= min(lowest, SURE_SCORE)) for raw in (second, first))
    near = _chosen(near, shorter_side(near.xyxy) >= LEAST_SIDE)
    sure = (shorter_side(near.xyxy) >= SURE_SIDE) & (near.face_score >= SURE_SCORE)
    near = near._replace(xyxy=np.asarray(near.xyxy * np.float32(enlargement), np.float32))
    far = _chosen(far, shorter_side(far.xyxy) <= MOST_SIDE)
    far = _chosen(far, ~_parts(far.xyxy, near.xyxy[sure]))
    return RawFaces(*(np.concatenate(both) for both in zip(far, near, strict=True)))


def _chosen(raw: RawFaces, which: NDArray[np.bool_]) -> RawFaces:
    return RawFaces(*(part[which] for part in raw))


def _parts(xyxy: Boxes, faces: Boxes) -> NDArray[np.bool_]:
    """Which boxes (N, 4) are parts of one of the faces (M, 4): bool (N,)."""
    inside = intersection(xyxy, faces) > PART_SHARE * np.maximum(area(xyxy), 1e-6)[:, None]
    return np.asarray((inside & (iou(xyxy, faces) < SAME_FACE)).any(axis=1), np.bool_)
