"""One person, or what may become one."""

from __future__ import annotations

from maskwatch.detections import Detections
from maskwatch.track.motion import BoxMotion
from maskwatch.track.options import TrackOptions
from maskwatch.track.vote import StateVote


class Track:
    """A face followed over time.

    Args:
        number: of the person; unique within a run.
        options: of tracking.

    Attributes:
        motion: where the face is.
        vote: which state it is in.
        unseen_s: seconds since it was last seen; 0 when it was seen at the last detection.
        confidence: of the last sighting.
        confirmed: whether it was seen often enough to be a person.
    """

    def __init__(self, number: int, face: Detections, options: TrackOptions) -> None:
        self.number = number
        self.motion = BoxMotion(face.xyxy[0], options)
        self.vote = StateVote(options)
        self.unseen_s = 0.0
        self.missed = False
        self.confidence = 0.0
        self.confirmed = False
        self._options = options
        self._hits = 0
        self._see(face, sure=True)

    def wait(self, seconds: float) -> None:
        """Let time go by."""
        self.motion.predict(seconds)
        self.vote.wait(seconds)
        self.unseen_s += seconds

    def see(self, face: Detections, *, sure: bool) -> None:
        """Take the sighting of one face; ``sure`` when it would have been reported without a track too."""
        self.motion.update(face.xyxy[0], float(face.confidence[0]))
        self._see(face, sure=sure)

    def _see(self, face: Detections, *, sure: bool) -> None:
        self.confidence = float(face.confidence[0])
        self.vote.add(face.state_scores[0], self.confidence, face.ambiguity_margin)
        self.unseen_s = 0.0
        self.missed = False
        self._hits += sure
        self.confirmed = self.confirmed or self._hits >= self._options.confirm_hits

    @property
    def gone(self) -> bool:
        """Whether it was unseen for so long that it is given up."""
        return self.unseen_s > (self._options.lost_s if self.confirmed else self._options.tentative_s)
