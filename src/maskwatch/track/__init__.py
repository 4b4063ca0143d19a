"""Tracking: faces of single frames become people, each with a number and one verdict."""

from __future__ import annotations

from maskwatch.track.follow import follow
from maskwatch.track.options import TrackOptions
from maskwatch.track.tracker import Tracker

__all__ = ["TrackOptions", "Tracker", "follow"]
