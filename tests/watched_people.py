"""People as a tracker returns them, and settings of a watch."""

from __future__ import annotations

from typing import Any

import numpy as np

from maskwatch.detections import Detections, MaskState
from maskwatch.watch.events import Event
from maskwatch.watch.settings import WatchSettings

UNMASKED, MASKED, INCORRECT = MaskState.without_mask, MaskState.with_mask, MaskState.worn_incorrectly


def people(*seen: tuple[int, MaskState], x: float = 50.0) -> Detections:
    """One face for each (track ID, state), 10 pixels wide around (x, 50), all with a face score of 0.9."""
    count = len(seen)
    scores = np.full((count, 3), 0.05, np.float32)
    for row, (_, state) in enumerate(seen):
        scores[row, state] = 0.9
    box = np.tile(np.array([x - 5, 45, x + 5, 55], np.float32), (count, 1))
    numbers = np.array([number for number, _ in seen], np.int64)
    return Detections(box, np.full(count, 0.9, np.float32), scores, numbers)


def settings(rule: dict[str, Any] | None = None, **others: Any) -> WatchSettings:
    """One camera called door, with a zone "left" in the left half, and one rule."""
    left = {"name": "left", "polygon": [[0, 0], [0.5, 0], [0.5, 1], [0, 1]]}
    camera = {"name": "door", "url": "0", "zones": [left]}
    tree: dict[str, Any] = {"cameras": [camera], "rules": [{"name": "no-mask", "cooldown_s": 0, **(rule or {})}]}
    return WatchSettings.model_validate(tree | others)


def event(number: int = 0, kind: Any = "new", **values: Any) -> Event:
    """An event at 1,000,000 + number seconds."""
    at = 1e6 + number
    defaults = {
        "at": at,
        "started_at": at - 2,
        "people": 1,
        "tracker_ids": (number,),
        "confidence": 0.8,
        "duration_s": 2.0,
    }
    return Event(kind, "no-mask", "door", "without_mask", **(defaults | values))
