"""A tracker that fits a detector."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from maskwatch.track.options import TrackOptions
from maskwatch.track.tracker import Tracker

if TYPE_CHECKING:
    from maskwatch.detect.raw_prediction import Thresholds


class HasThresholds(Protocol):
    """A detector whose thresholds can be set."""

    thresholds: Thresholds


def follow(detector: HasThresholds, options: TrackOptions | None = None) -> Tracker:
    """A tracker for what ``detector`` finds.

    The detector's threshold on the confidence becomes the tracker's, and the detector's own is lowered, because the
    tracker makes use of faces that alone would not be sure enough.

    Args:
        detector: as `maskwatch.load_detector` gives it; from now on it reports unsure faces too.
        options: of tracking; their ``conf`` is replaced by the detector's.
    """
    conf = detector.thresholds.conf
    options = replace(options or TrackOptions(), conf=conf)
    detector.thresholds = replace(detector.thresholds, conf=min(options.low_conf, conf))
    return Tracker(options)
