"""Processed frames with people in them, as a watch passes them to its listeners."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from maskwatch.detections import Detections, MaskState
from maskwatch.frames import Frame, Image
from maskwatch.watch.cameras.camera import Captured
from maskwatch.watch.events import Event
from maskwatch.watch.listeners import FrameResult

WALL_TIME = 1_780_000_000.0


def grain() -> Image:
    """RGB uint8 (100, 200, 3) with fine detail everywhere, which blurring removes."""
    coarse = np.random.default_rng(0).integers(0, 256, (50, 100, 3)).astype(np.uint8)
    return np.ascontiguousarray(coarse.repeat(2, axis=0).repeat(2, axis=1))


def people(*faces: tuple[int, Sequence[float], MaskState]) -> Detections:
    """Faces by track ID, box and state."""
    scores = np.full((len(faces), 3), 0.05, np.float32)
    for row, (_, _, state) in enumerate(faces):
        scores[row, state] = 0.9
    return Detections(
        np.array([box for _, box, _ in faces], np.float32).reshape(-1, 4),
        np.full(len(faces), 0.9, np.float32),
        scores,
        np.array([number for number, _, _ in faces], np.int64),
    )


def frame_result(
    image: Image, seen: Detections, at: float = 0.0, *, camera: str = "door", events: Sequence[Event] = ()
) -> FrameResult:
    """One frame that was read ``at`` seconds after the beginning."""
    frame = Frame(image, round(at * 10), at, camera)
    return FrameResult(Captured(camera, frame, 100.0 + at, WALL_TIME + at), seen, tuple(events), 0.05, True)


def incident(kind: str = "new", *, ids: Sequence[int] = (1,), quiet: bool = False, name: str = "a" * 32) -> Event:
    """An event of rule ``no-mask`` at camera ``door``."""
    return Event(
        kind,  # type: ignore[arg-type]
        *("no-mask", "door", "without_mask", WALL_TIME, WALL_TIME),
        tracker_ids=tuple(ids),
        confidence=0.9,
        people=1,
        quiet=quiet,
        incident=name,
    )
