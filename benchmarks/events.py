"""Cost of rules and history: per frame, per event, and for a history of months.

``python -m benchmarks.events [--save]``. Times are medians of CPU time, or of wall time where the disk is involved. The
history is in the folder for temporary files.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np
from benchmarks.report import arguments, show

from maskwatch.detections import Detections
from maskwatch.watch.events import Event
from maskwatch.watch.rules.counts import IntervalCounts
from maskwatch.watch.rules.engine import RuleEngine
from maskwatch.watch.settings import WatchSettings
from maskwatch.watch.store import EventReader, EventStore, PeopleCount

PEOPLE, FRAMES, HISTORY, INTERVALS = 10, 2000, 100_000, 8640


def seconds(what: Callable[[], object], times: int, clock: Callable[[], float] = time.process_time) -> float:
    """Median seconds of a call."""
    found = []
    for _ in range(times):
        began = clock()
        what()
        found.append(clock() - began)
    return median(found)


def settings() -> WatchSettings:
    left = {"name": "left", "polygon": [[0, 0], [0.5, 0], [0.6, 0.4], [0.5, 1], [0, 1]]}
    rules = [
        {"name": "no-mask"},
        {"name": "incorrect", "states": ["worn_incorrectly", "without_mask"], "zone": "left"},
        {"name": "crowd", "people": 3, "schedules": [{"start": "07:00", "end": "19:00", "timezone": "UTC"}]},
    ]
    return WatchSettings.model_validate({"cameras": [{"name": "door", "url": "0", "zones": [left]}], "rules": rules})


def crowd() -> Detections:
    rng = np.random.default_rng(0)
    corner = rng.uniform(0, 600, (PEOPLE, 2)).astype(np.float32)
    scores = rng.dirichlet((0.3, 0.3, 0.3), PEOPLE).astype(np.float32)
    boxes = np.hstack([corner, corner + 40])
    return Detections(boxes, np.full(PEOPLE, 0.9, np.float32), scores, np.arange(PEOPLE))


def of_frames() -> list[dict[str, str]]:
    chosen, faces = settings(), crowd()
    engine, counter = RuleEngine(chosen), IntervalCounts(chosen)
    clock = iter(np.arange(0, 1e6, 0.1))
    rules = seconds(lambda: engine.update("door", 1.79e9, float(next(clock)), faces, 640, 640), FRAMES)
    counts = seconds(lambda: counter.update("door", 1.79e9, float(next(clock)), faces, 640, 640), FRAMES)
    return [
        {"what": f"3 rules, {PEOPLE} people, per frame", "ms": f"{1000 * rules:.3f}"},
        {"what": f"counting {PEOPLE} people in 2 zones, per frame", "ms": f"{1000 * counts:.3f}"},
    ]


def of_history(folder: Path) -> list[dict[str, str]]:
    path = folder / "events.sqlite"
    store = EventStore(path)
    store.subscribe("one", lambda event: event.people > 1)
    counts = {"with_mask": 3, "worn_incorrectly": 1, "without_mask": 2}
    one = seconds(lambda: store.append([some_event(0)]), 50, time.perf_counter)
    count = seconds(lambda: store.add_count(PeopleCount("door", None, 0.0, 300.0, counts)), 50, time.perf_counter)
    for number in range(INTERVALS):
        store.add_count(PeopleCount("door", None, 1.79e9 + 300 * number, 300.0, counts))
    for first in range(0, HISTORY, 1000):
        store.append([some_event(first + number) for number in range(1000)])
    with EventReader(path) as reader:
        read = seconds(reader.incidents, 3)
        read_counts = seconds(reader.counts, 3)
    size = sum(file.stat().st_size for file in folder.iterdir())
    pruned = seconds(lambda: store.prune(some_event(HISTORY // 2).at), 1)
    store.close()
    return [
        {"what": "one event committed to the disk", "ms": f"{1000 * one:.2f}"},
        {"what": "one count of people", "ms": f"{1000 * count:.2f}"},
        {"what": f"incidents of {HISTORY} events, {size / HISTORY:.0f} bytes each", "ms": f"{1000 * read:.0f}"},
        {"what": f"counts of {INTERVALS} intervals", "ms": f"{1000 * read_counts:.0f}"},
        {"what": f"deleting {HISTORY // 2} events by age", "ms": f"{1000 * pruned:.0f}"},
    ]


def some_event(number: int) -> Event:
    at = 1.79e9 + number
    return Event("new", "no-mask", "door", "without_mask", at - 2, at, tracker_ids=(number,), people=1, duration_s=2.0)


def main() -> None:
    options = arguments(__doc__).parse_args()
    with tempfile.TemporaryDirectory() as name:
        show("events", [*of_frames(), *of_history(Path(name))], save=options.save)


if __name__ == "__main__":
    main()
