"""The options of tracking, in one place."""

from __future__ import annotations

from dataclasses import dataclass

from maskwatch.errors import UsageError


@dataclass(frozen=True)
class TrackOptions:
    """How faces are followed and how their states are voted. Times are in seconds, lengths in face sizes.

    The face size is the geometric mean of a box's width and height, so that the options fit near and far faces.

    Attributes:
        conf: lowest confidence of a face that may begin a track, and that is reported whatever becomes of it, 0..1.
        low_conf: lowest confidence of a face that may continue the track of a known person, 0..1.
        confirm_hits: so many sightings of at least ``conf`` make a track a person.
        lost_s: a person unseen for longer is gone; if they return, they are somebody new.
        tentative_s: the same for a track that is not yet a person.
        low_score_s: a person unseen for longer is not continued by a face under ``conf``.
        lowest_overlap: least distance-IoU, -1..1, between where a person should be and a face of at least ``conf``;
            -0.2 is two squares of one size that touch, -0.4 two whose centres are two face sizes apart, -0.5 2.7.
        lowest_low_overlap: the same for a face under ``conf``, and for tracks that are not yet a person.
        lowest_size_likeness: least IoU that the two would have around the same centre, 0..1; a face half
            hidden keeps 0.5.
        gate: largest squared Mahalanobis distance of a face's centre from where the motion puts it;
            13.8 holds 99.9 % of a normal distribution in two dimensions.
        box_noise: standard deviation of the detector's boxes, in face sizes.
        speed: standard deviation of a new face's unknown speed, face sizes a second.
        acceleration: how much the speed changes within a second, face sizes a second (standard deviation).
        speed_memory_s: the speed of somebody unseen falls to 37 % in this time, since people stop.
        change_every_s: mean time between two changes of a person's state; larger makes verdicts steadier and slower.
        independent_s: what the detector says within this time counts as one opinion, since its errors persist
            from frame to frame; larger makes verdicts steadier and slower.
        ambiguous_s: a person whose state has been ambiguous for this long is uncertain.
        margin: how much likelier another state must be than the verdict before the verdict changes, as a
            natural logarithm of the odds (1.5: four and a half times).

    Raises:
        UsageError: when a value is out of range.
    """

    conf: float = 0.35
    low_conf: float = 0.2
    confirm_hits: int = 3
    lost_s: float = 2.0
    tentative_s: float = 0.3
    low_score_s: float = 0.5
    lowest_overlap: float = -0.5
    lowest_low_overlap: float = 0.5
    lowest_size_likeness: float = 0.4
    gate: float = 13.8
    box_noise: float = 0.06
    speed: float = 4.0
    acceleration: float = 3.0
    speed_memory_s: float = 2.0
    change_every_s: float = 5.0
    independent_s: float = 0.1
    ambiguous_s: float = 0.5
    margin: float = 1.5

    def __post_init__(self) -> None:
        for name in ("conf", "low_conf", "lowest_size_likeness"):
            self._check(name, 0 <= getattr(self, name) <= 1, "0 to 1")
        for name in ("lowest_overlap", "lowest_low_overlap"):
            self._check(name, -1 <= getattr(self, name) <= 1, "-1 to 1")
        self._check("confirm_hits", self.confirm_hits >= 1, "1 or more")
        for name in ("gate", "box_noise", "speed", "acceleration", "speed_memory_s", "change_every_s", "independent_s"):
            self._check(name, 0 < getattr(self, name) < float("inf"), "more than 0")
        for name in ("lost_s", "tentative_s", "low_score_s", "ambiguous_s", "margin"):
            self._check(name, 0 <= getattr(self, name) < float("inf"), "0 or more")

    def _check(self, name: str, good: bool, take: str) -> None:
        if not good:
            raise UsageError(f"tracking option {name} {getattr(self, name)} is out of range; take {take}")
