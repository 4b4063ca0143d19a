"""What is measured on a clip: identities, flips of the label, and how late a verdict follows a change."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from itertools import pairwise

from benchmarks.tracking.scenes import Scene

from maskwatch.boxes import iou
from maskwatch.detections import Detections

Labels = list[tuple[float, int]]
Said = dict[int, Labels]
"""For each actor, when a label was given, and which."""


@dataclass
class Verdicts:
    """Flips and delays, added up over clips.

    Attributes:
        raw_flips, flips: changes of the label that no change of the state explains: per frame, and voted.
        changes: true changes of state.
        delays_s: seconds until the verdict followed, for those changes that the detector saw.
        late: changes that the detector saw and the verdict missed.
        unseen: changes after which most of the detector's own labels are wrong; no vote can fix that.
        right, faces_voted: faces with the right verdict, and all with one.
        raw_right, faces: faces with the right label by frame, and all with one.
    """

    raw_flips: int = 0
    flips: int = 0
    changes: int = 0
    delays_s: list[float] = field(default_factory=list)
    late: int = 0
    unseen: int = 0
    right: int = 0
    raw_right: int = 0
    faces: int = 0
    faces_voted: int = 0

    def add(self, scene: Scene, raw: Said, voted: Said) -> None:
        """Take one clip."""
        for number, actor in enumerate(scene.actors):
            truth = [actor.state(time) for time, _ in voted[number]]
            self.right += sum(label == true for (_, label), true in zip(voted[number], truth, strict=True))
            self.raw_right += sum(label == actor.state(time) for time, label in raw[number])
            self.faces += len(raw[number])
            self.faces_voted += len(voted[number])
            needed = len(actor.states) - 1
            self.raw_flips += max(0, _flips(raw[number]) - needed)
            self.flips += max(0, _flips(voted[number]) - needed)
            ends = [begin for begin, _ in actor.states[1:]] + [scene.seconds]
            for (begin, state), end in zip(actor.states[1:], ends[1:], strict=True):
                self._add_change(begin, end, int(state), raw[number], voted[number])

    def merge(self, other: Verdicts) -> None:
        """Add up two counts."""
        for field_ in fields(self):
            setattr(self, field_.name, getattr(self, field_.name) + getattr(other, field_.name))

    def _add_change(self, begin: float, end: float, state: int, raw: Labels, voted: Labels) -> None:
        self.changes += 1
        labels = [label for time, label in raw if begin <= time < end]
        if sum(label == state for label in labels) * 2 <= len(labels):
            self.unseen += 1
            return
        after = [time - begin for time, label in voted if begin <= time < end and label == state]
        if after:
            self.delays_s.append(min(after))
        else:
            self.late += 1


def _flips(said: Labels) -> int:
    return sum(a != b for (_, a), (_, b) in pairwise(said))


def labels_of_actors(truth: Sequence[Detections], found: Sequence[Detections], times: Sequence[float]) -> Said:
    """Which label each actor got, in the frames in which a box overlaps theirs by half."""
    said: Said = defaultdict(list)
    for true, reported, time in zip(truth, found, times, strict=True):
        overlap = iou(true.xyxy, reported.xyxy)
        for row in range(len(true)) if len(reported) else ():
            best = int(overlap[row].argmax())
            if overlap[row, best] >= 0.5 and true.tracker_id is not None:
                said[int(true.tracker_id[row])].append((time, int(reported.class_id[best])))
    return said
