"""Images of incidents: who takes part is shown, everyone else is made unrecognisable."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence

import numpy as np

from maskwatch.detections import Detections
from maskwatch.frames import Image
from maskwatch.sinks.blur import blur
from maskwatch.sinks.draw import draw
from maskwatch.watch.events import Event

_NEARBY_S = 1.0


def show_only(image: Image, people: Detections, shown: Collection[int], hidden: Detections | None = None) -> Image:
    """An image in which nobody but ``shown`` can be recognised, with all faces drawn in.

    Args:
        image: RGB uint8 (H, W, 3).
        people: faces with numbers.
        shown: numbers of those who stay as they are.
        hidden: boxes that are blurred besides, for people who were not found in this very image.
    """
    others = people[~_among(people, shown)]
    for faces in (others, hidden):
        if faces is not None and len(faces):
            image = blur(image, faces)
    return draw(image, people)


def missed(moments: Sequence[tuple[float, Detections]], place: int, shown: Collection[int]) -> Detections:
    """Where people are that were not found in one frame of several, by the frames nearby.

    Args:
        moments: time in seconds and people of each frame, in order.
        place: the frame that is meant.
        shown: numbers of people who need no hiding.

    Returns:
        The nearest box, within a second, of everyone else who is missing there.
    """
    time_s, people = moments[place]
    known = set(shown) | set(_numbers(people))
    found = [people[:0]]
    nearby = [other for other in moments if 0 < abs(other[0] - time_s) <= _NEARBY_S]
    for _, faces in sorted(nearby, key=lambda other: abs(other[0] - time_s)):
        new = faces[~_among(faces, known)]
        known |= set(_numbers(new))
        found.append(new)
    return _joined(found)


def file_stem(event: Event) -> str:
    """The name of an incident's files, without suffix: local time, camera, rule and the incident's first digits."""
    moment = time.strftime("%Y%m%d-%H%M%S", time.localtime(event.at))
    return f"{moment}_{event.camera}_{event.rule}_{event.incident[:8]}"


def _numbers(people: Detections) -> list[int]:
    return [] if people.tracker_id is None else [int(number) for number in people.tracker_id]


def _among(people: Detections, numbers: Collection[int]) -> np.ndarray:
    """Which of the faces have one of these numbers, bool (N,)."""
    if people.tracker_id is None:
        return np.zeros(len(people), bool)
    return np.isin(people.tracker_id, list(numbers))


def _joined(parts: Sequence[Detections]) -> Detections:
    return Detections(
        np.concatenate([part.xyxy for part in parts]),
        np.concatenate([part.confidence for part in parts]),
        np.concatenate([part.state_scores for part in parts]),
    )
