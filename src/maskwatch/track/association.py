"""Which face belongs to which track."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from maskwatch.boxes import Boxes, iou
from maskwatch.track.assignment import assign
from maskwatch.track.motion import BoxMotion, centre_size
from maskwatch.track.options import TrackOptions


def distance_iou(a: Boxes, b: Boxes) -> NDArray[np.float64]:
    """Distance-IoU (N, M), -1..1, of boxes ``a`` (N, 4) and ``b`` (M, 4).

    IoU less the squared distance of the centres over the squared diagonal of the smallest box around both (Zheng et
    al., AAAI 2020). Unlike IoU it still tells near from far where boxes do not overlap, as small, fast faces do not.
    """
    between = centre_size(a)[:, None, :2] - centre_size(b)[None, :, :2]
    hull = np.maximum(a[:, None, 2:], b[None, :, 2:]) - np.minimum(a[:, None, :2], b[None, :, :2])
    diagonal = np.maximum((hull.astype(np.float64) ** 2).sum(axis=-1), 1e-9)
    return np.asarray(iou(a, b) - (between**2).sum(axis=-1) / diagonal)


def size_likeness(a: Boxes, b: Boxes) -> NDArray[np.float64]:
    """IoU (N, M) that boxes ``a`` (N, 4) and ``b`` (M, 4) would have around the same centre."""
    size_a, size_b = centre_size(a)[:, None, 2:], centre_size(b)[None, :, 2:]
    shared = np.minimum(size_a, size_b).prod(axis=-1)
    return np.asarray(shared / np.maximum(size_a.prod(axis=-1) + size_b.prod(axis=-1) - shared, 1e-9))


def associate(
    motions: Sequence[BoxMotion], xyxy: Boxes, options: TrackOptions, *, lowest_overlap: float
) -> list[tuple[int, int]]:
    """Pair tracks with faces so that the sum of their distance-IoU is largest.

    Args:
        motions: where the tracks should be now.
        xyxy: the faces (N, 4).
        options: ``gate`` and ``lowest_size_likeness``, without which a pair is impossible.
        lowest_overlap: least distance-IoU of a pair; a pair is not worth more than leaving both alone otherwise.

    Returns:
        Index of the motion and index of the face, for each pair.
    """
    if not motions or not len(xyxy):
        return []
    expected = np.stack([motion.xyxy for motion in motions])
    overlap = distance_iou(expected, xyxy)
    possible = np.stack([motion.distance(xyxy) for motion in motions]) <= options.gate
    possible &= size_likeness(expected, xyxy) >= options.lowest_size_likeness
    gain = np.where(possible, np.maximum(overlap - lowest_overlap, 0), 0)
    return [(int(i), int(j)) for i, j in zip(*assign(-gain), strict=True) if gain[i, j] > 0]
