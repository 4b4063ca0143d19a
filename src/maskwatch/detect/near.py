"""A second, smaller look at the same picture, for faces so near the camera that the first one sees them in parts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from maskwatch.boxes import Boxes, area, intersection, iou, shorter_side
from maskwatch.detect.session import RawFaces
from maskwatch.errors import UsageError

LEAST_SIDE = 40.0
"""Shorter side, in pixels of the second input, from which the second look is listened to."""
MOST_SIDE = 240.0
"""The same of the first input, up to which the first look is: about its largest anchor box."""
SURE_SIDE, SURE_SCORE = 80.0, 0.4
"""Shorter side in the second input, and face score, of faces within which the first look may see parts of faces."""
PART_SHARE = 0.7
"""A part of a face lies inside it by this share of its own area ..."""
SAME_FACE = 0.45
"""... and overlaps it (intersection over union) by less than two boxes of one face do."""
OUTWEIGHED = 1.5
"""A part goes when its face score is at most this many times that of the face around it."""


def checked_near(near: int, imgsz: int) -> int:
    """The longer side of the second input.

    Raises:
        UsageError: when it is neither 0 nor so near the first one's that every face is seen by one of the two.
    """
    least = int(imgsz * LEAST_SIDE / MOST_SIDE) + 1
    if not isinstance(near, int) or (near and not least <= near < imgsz):
        allowed = f"{least} to {imgsz - 1}, or 0 for one look alone"
        raise UsageError(f"--near {near} is out of range; with --imgsz {imgsz} take {allowed}")
    return near


def joined(first: RawFaces, second: RawFaces, enlargement: tuple[float, float], lowest: float) -> RawFaces:
    """What two looks at one picture saw, in pixels of the first one's input; one face may have boxes of both.

    Args:
        first: of the larger input.
        second: of the smaller input.
        enlargement: pixels of the first input for one of the second, along x and y.
        lowest: face score, 0..1, below which nothing is asked for; leaving that out early saves time.
    """
    near, far = (raw.chosen(raw.face_score >= min(lowest, SURE_SCORE)) for raw in (second, first))
    near = near.chosen(shorter_side(near.xyxy) >= LEAST_SIDE)
    sure = (shorter_side(near.xyxy) >= SURE_SIDE) & (near.face_score >= SURE_SCORE)
    near = near._replace(xyxy=np.asarray(near.xyxy * np.array(enlargement * 2, np.float32), np.float32))
    far = far.chosen(shorter_side(far.xyxy) <= MOST_SIDE)
    far = far.chosen(~_parts(far, near.chosen(sure)))
    return RawFaces(*(np.concatenate(both) for both in zip(far, near, strict=True)))


def _parts(raw: RawFaces, faces: RawFaces) -> NDArray[np.bool_]:
    """Which of N boxes are parts of one of the faces, and no surer than it: bool (N,)."""
    outweighed = raw.face_score[:, None] <= OUTWEIGHED * faces.face_score
    return np.asarray((_inside(raw.xyxy, faces.xyxy) & outweighed).any(axis=1), np.bool_)


def _inside(xyxy: Boxes, faces: Boxes) -> NDArray[np.bool_]:
    """Which boxes (N, 4) lie within which faces (M, 4) without being boxes of the same face: bool (N, M)."""
    within = intersection(xyxy, faces) > PART_SHARE * np.maximum(area(xyxy), 1e-6)[:, None]
    return np.asarray(within & (iou(xyxy, faces) < SAME_FACE), np.bool_)
