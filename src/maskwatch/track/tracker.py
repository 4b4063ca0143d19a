"""Faces of single frames become people: numbered, counted, with one verdict each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from maskwatch.boxes import clip
from maskwatch.detections import REPORTED_STATES, STATE_NAMES, UNCERTAIN, Detections
from maskwatch.frames import Frame
from maskwatch.track.association import associate
from maskwatch.track.options import TrackOptions
from maskwatch.track.track import Track

Indices = NDArray[np.intp]


class Tracker:
    """Follows faces from frame to frame, in the manner of ByteTrack (Zhang et al., ECCV 2022).

    Sure faces are given to the people known; what is left of people is then given unsure faces, which alone would
    not count. So a face that turns away or blurs keeps its number. Who is hidden is waited for.

    Call it with every frame of a video or camera, in order::

        tracker = Tracker()
        for frame, faces in detector.stream("door.mp4"):
            people = tracker(frame, faces)
        print(tracker.people)

    Let the detector report faces down to ``options.low_conf``; `follow` sees to that. One tracker is for one source
    at a time: when ``frame.source`` changes, everybody is somebody new. Numbers never repeat, and have gaps, because
    faces that were seen too briefly to be counted as people have one too.

    Args:
        options: of tracking.

    Attributes:
        untimed: images so far, which have no time, so that nobody can be followed through them.
    """

    def __init__(self, options: TrackOptions | None = None) -> None:
        self.options = options or TrackOptions()
        self._tracks: list[Track] = []
        self._left = dict.fromkeys(REPORTED_STATES, 0)
        self.untimed = 0
        self._next_number = 1
        self._ambiguity_margin = 0.0
        self._time_s: float | None = None
        self._source: str | None = None

    @property
    def people(self) -> dict[str, int]:
        """How many different people there were so far, by the last verdict: `REPORTED_STATES`."""
        counts = dict(self._left)
        self._count(counts, self._tracks)
        return counts

    def __call__(self, moment: Frame | float, faces: Detections | None) -> Detections:
        """Take the faces of one frame.

        Args:
            moment: the frame, or its time in seconds.
            faces: what the detector found; None when this frame was not looked at.

        Returns:
            As `update`. Faces of an image, which has no time, come back without numbers.
        """
        if not isinstance(moment, Frame):
            return self.update(faces, moment)
        if moment.source != self._source:
            self.reset()
            self._source = moment.source
        if moment.time_s is None:
            self.untimed += 1
            found = Detections.empty() if faces is None else faces
            return found.with_confidence(self.options.conf)
        people = self.update(faces, moment.time_s)
        return people if faces is not None else replace(people, xyxy=clip(people.xyxy, moment.width, moment.height))

    def update(self, faces: Detections | None, time_s: float) -> Detections:
        """Take the faces found at a time, or predict where everybody is.

        Args:
            faces: what the detector found; None when it did not look.
            time_s: seconds; a time before the last one counts as the same moment.

        Returns:
            The faces with numbers, and with voted ``state_scores``, so that ``class_id`` is the verdict: those of at
            least ``conf``, and surer or not those of people known. When the detector did not look, the people seen
            when it last did, in their predicted boxes.
        """
        elapsed = 0.0 if self._time_s is None else max(0.0, time_s - self._time_s)
        self._time_s = time_s
        for track in self._tracks:
            track.wait(elapsed)
        if faces is None:
            return self._predicted()
        people = self._observed(faces)
        self._forget(track for track in self._tracks if track.missed and track.gone)
        return people

    def reset(self) -> None:
        """Let everybody go, as when another video begins; counts and numbers go on."""
        self._forget(list(self._tracks))
        self._time_s = None

    def _observed(self, faces: Detections) -> Detections:
        options = self.options
        self._ambiguity_margin = faces.ambiguity_margin
        for track in self._tracks:
            track.missed = True
        self._forget(track for track in self._tracks if track.unseen_s > options.lost_s)
        confidence = faces.confidence
        sure = np.flatnonzero(confidence >= options.conf)
        ambiguous = np.flatnonzero((confidence < options.conf) & (confidence >= options.low_conf))
        owners: dict[int, Track] = {}

        known = [track for track in self._tracks if track.confirmed]
        sure = self._match(known, faces, sure, options.lowest_overlap, owners)
        recent = [track for track in known if track.missed and track.unseen_s <= options.low_score_s]
        ambiguous = self._match(recent, faces, ambiguous, options.lowest_low_overlap, owners)
        begun = [track for track in self._tracks if not track.confirmed]
        sure = self._match(begun, faces, sure, options.lowest_overlap, owners)
        self._match([track for track in begun if track.missed], faces, ambiguous, options.lowest_low_overlap, owners)
        for index in sure:
            owners[int(index)] = self._begin(faces[index : index + 1])
        return self._reported(faces, owners)

    def _match(
        self, tracks: list[Track], faces: Detections, indices: Indices, lowest_overlap: float, owners: dict[int, Track]
    ) -> Indices:
        """Give faces to tracks, enter them in ``owners``, and return the indices that are left."""
        motions = [track.motion for track in tracks]
        pairs = associate(motions, faces.xyxy[indices], self.options, lowest_overlap=lowest_overlap)
        for track_index, place in pairs:
            face = faces[indices[place] : indices[place] + 1]
            tracks[track_index].see(face, sure=bool(face.confidence[0] >= self.options.conf))
            owners[int(indices[place])] = tracks[track_index]
        return np.delete(indices, [place for _, place in pairs])

    def _begin(self, face: Detections) -> Track:
        track = Track(self._next_number, face, self.options)
        self._next_number += 1
        self._tracks.append(track)
        return track

    def _reported(self, faces: Detections, owners: dict[int, Track]) -> Detections:
        confidence = faces.confidence
        indices = sorted(i for i, track in owners.items() if track.confirmed or confidence[i] >= self.options.conf)
        chosen = faces[np.array(indices, np.intp)]
        return self._as_people(chosen.xyxy, chosen.confidence, [owners[i] for i in indices])

    def _predicted(self) -> Detections:
        seen = sorted((t for t in self._tracks if t.confirmed and not t.missed), key=lambda t: -t.confidence)
        boxes = np.array([track.motion.xyxy for track in seen], np.float32).reshape(-1, 4)
        return self._as_people(boxes, np.array([track.confidence for track in seen], np.float32), seen)

    def _forget(self, tracks: Iterable[Track]) -> None:
        gone = list(tracks)
        self._count(self._left, gone)
        self._tracks = [track for track in self._tracks if track not in gone]

    def _as_people(self, xyxy: NDArray[np.float32], confidence: NDArray[np.float32], tracks: list[Track]) -> Detections:
        votes = np.array([track.vote.state_scores for track in tracks], np.float32).reshape(-1, len(STATE_NAMES))
        numbers = np.array([track.number for track in tracks], np.int64)
        return Detections(xyxy, confidence, votes, numbers, self._ambiguity_margin)

    def _count(self, counts: dict[str, int], tracks: Iterable[Track]) -> None:
        for track in tracks:
            if track.confirmed:
                counts[UNCERTAIN if track.vote.uncertain else track.vote.verdict.name] += 1
