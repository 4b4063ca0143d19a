"""Frames of an incident in which only the people involved are recognisable."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from maskwatch.detections import Detections
from maskwatch.frames import Image
from maskwatch.sinks.blur import blur
from maskwatch.sinks.draw import draw

_NEARBY_S = 1.0


def show_only(image: Image, people: Detections, shown: Collection[int], hidden: Detections | None = None) -> Image:
    """Blur everyone but ``shown``, then draw all faces.

    Args:
        image: RGB uint8 (H, W, 3).
        people: faces with track IDs.
        shown: track IDs of the people who stay recognisable.
        hidden: further boxes to blur, of people who were not detected in this frame.
    """
    others = people[~_among(people, shown)]
    for faces in (others, hidden):
        if faces is not None and len(faces):
            image = blur(image, faces)
    return draw(image, people)


def missed(frames: Sequence[tuple[float, Detections]], index: int, shown: Collection[int]) -> Detections:
    """Boxes, taken from nearby frames, of people who were not detected in one frame.

    Args:
        frames: time in seconds and people of each frame, in order.
        index: of the frame.
        shown: track IDs of people who need no blurring.

    Returns:
        For everyone else missing in the frame, the box from the nearest frame within a second.
    """
    time_s, people = frames[index]
    known = set(shown) | set(_track_ids(people))
    boxes = [people[:0]]
    nearby = [other for other in frames if 0 < abs(other[0] - time_s) <= _NEARBY_S]
    for _, faces in sorted(nearby, key=lambda other: abs(other[0] - time_s)):
        new = faces[~_among(faces, known)]
        known |= set(_track_ids(new))
        boxes.append(new)
    return _joined(boxes)


def _track_ids(people: Detections) -> list[int]:
    return [] if people.tracker_id is None else [int(number) for number in people.tracker_id]


def _among(people: Detections, track_ids: Collection[int]) -> np.ndarray:
    """Whether each face has one of these track IDs, bool (N,)."""
    if people.tracker_id is None:
        return np.zeros(len(people), bool)
    return np.isin(people.tracker_id, list(track_ids))


def _joined(parts: Sequence[Detections]) -> Detections:
    return Detections(
        np.concatenate([part.xyxy for part in parts]),
        np.concatenate([part.confidence for part in parts]),
        np.concatenate([part.state_scores for part in parts]),
    )
