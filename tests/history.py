"""A history of several days, as a watch writes it."""

from __future__ import annotations

import random
from datetime import datetime
from pathlib import Path

from maskwatch.watch.cameras.state import CameraState
from maskwatch.watch.events import Event, new_id
from maskwatch.watch.store import EventStore, PeopleCount

START = datetime(2026, 3, 2).timestamp()
"""A Monday, local time, without a change of clocks nearby."""
HOUR, INTERVAL_S = 3600.0, 300.0


def write_history(path: Path, days: int = 3) -> Path:
    """Two cameras from 7 to 19 o'clock; on the first day ``ward`` is lost from 10:00 to 11:30."""
    chance = random.Random(1)
    store = EventStore(path)
    for day in range(days):
        begins, ends = START + day * 24 * HOUR + 7 * HOUR, START + day * 24 * HOUR + 19 * HOUR
        for camera in ("ward", "door"):
            off = (begins + 3 * HOUR, begins + 4.5 * HOUR) if camera == "ward" and day == 0 else None
            _states(store, camera, begins, ends, off)
            at = begins
            while at < ends:
                if off is None or not off[0] <= at < off[1]:
                    busy = 8 if 8 <= (at - START) / HOUR % 24 < 10 else 2
                    masked, unmasked = chance.randint(0, busy), chance.randint(0, 1)
                    counts = {
                        "with_mask": masked,
                        "worn_incorrectly": unmasked * chance.randint(0, 1),
                        "without_mask": unmasked,
                    }
                    store.add_count(PeopleCount(camera, None, at, INTERVAL_S, counts))
                    if camera == "door":
                        counter = {"with_mask": masked // 2, "worn_incorrectly": 0, "without_mask": 0}
                        store.add_count(PeopleCount(camera, "counter", at, INTERVAL_S, counter))
                at += INTERVAL_S
        _incident(store, begins + HOUR, 40.0 + 60 * day)
    store.close()
    return path


def _states(store: EventStore, camera: str, begins: float, ends: float, off: tuple[float, float] | None) -> None:
    changes = [(begins - 1, CameraState.connecting, ""), (begins, CameraState.live, "")]
    if off is not None:
        changes.append((off[0], CameraState.retrying, "no route to host; trying again in 1.0 s"))
        changes += [(off[0] + 5, CameraState.connecting, ""), (off[1], CameraState.live, "")]
    changes.append((ends, CameraState.ended, "the watch was stopped"))
    store.append([Event.of_camera(camera, state, at, reason) for at, state, reason in changes])


def _incident(store: EventStore, at: float, lasts_s: float) -> None:
    incident, what = new_id(), ("no-mask", "ward", "without_mask")
    new = Event("new", *what, at, at, people=1, incident=incident)
    end = Event("end", *what, at, at + lasts_s, people=2, duration_s=lasts_s, incident=incident)
    store.append([new, end])
