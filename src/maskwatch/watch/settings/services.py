"""Settings of everything around cameras and rules: detector, history, images, metrics, preview, watchdog."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from maskwatch.detect.base import LARGEST_IMGSZ, SMALLEST_IMGSZ
from maskwatch.watch.settings.base import Group


class DetectorSettings(Group):
    """The one detector that looks at the images of all cameras."""

    model: str = Field(default="default", description="A shipped model's name, or the path of a model file.")
    conf: float | None = Field(default=None, ge=0, le=1, description="Lowest confidence of a face; none: the model's.")
    preset: str | None = Field(default=None, description="The model's own threshold for an aim: balanced or strict.")
    imgsz: int | None = Field(
        default=None,
        ge=SMALLEST_IMGSZ,
        le=LARGEST_IMGSZ,
        description="Pixels of the image's longer side; none: the model's.",
    )
    threads: int | None = Field(
        default=None,
        ge=1,
        le=256,
        description="Threads for one image; none: half of the cores, the others decode the cameras.",
    )
    every: int = Field(
        default=1,
        ge=1,
        le=100,
        description="Look at each n-th image only; between, people are followed by their motion.",
    )


class EventSettings(Group):
    """The history: one SQLite file, from which senders and reports read."""

    path: Path = Field(
        default=Path("maskwatch-events.sqlite"), description="The file; on a local disk, for one program."
    )
    retention_days: float = Field(
        default=30, gt=0, le=36500, description="Events older than this are deleted, sent or not."
    )
    count_interval_s: float = Field(
        default=300,
        ge=10,
        le=86400,
        description="Length of the intervals in which people with and without masks are counted.",
    )


class SnapshotSettings(Group):
    """Images of incidents. Off unless asked for: they show people."""

    enabled: bool = Field(default=False, description="Keep an image of each incident.")
    folder: Path = Field(default=Path("maskwatch-snapshots"), description="Where images are kept.")
    retention_days: float = Field(default=7, gt=0, le=36500, description="Images older than this are deleted.")


class ClipSettings(Group):
    """Short videos of incidents. Off unless asked for: they show people."""

    enabled: bool = Field(default=False, description="Keep a short video of each incident.")
    folder: Path = Field(default=Path("maskwatch-clips"), description="Where videos are kept.")
    before_s: float = Field(default=5, ge=0, le=60, description="Seconds before the incident.")
    after_s: float = Field(default=5, ge=0, le=60, description="Seconds after its beginning.")
    retention_days: float = Field(default=7, gt=0, le=36500, description="Videos older than this are deleted.")


class MetricsSettings(Group):
    """Figures for Prometheus."""

    enabled: bool = Field(default=False, description="Serve figures at /metrics.")
    host: str = Field(default="127.0.0.1", description="Address to listen at; 127.0.0.1 is this computer only.")
    port: int = Field(default=9108, ge=0, le=65535, description="Port to listen at; 0 takes a free one.")


class PreviewSettings(Group):
    """A page with the annotated images and live counts, for this computer only."""

    enabled: bool = Field(default=False, description="Serve the page.")
    port: int = Field(default=0, ge=0, le=65535, description="Port to listen at; 0 takes a free one.")
    blur: bool = Field(default=False, description="Make faces unrecognisable on the page.")


class WatchdogSettings(Group):
    """What happens when the detector falls silent although images arrive."""

    silent_s: float = Field(
        default=10,
        gt=0,
        le=3600,
        description="A detector silent for so long ends the program with status 70, to be started anew.",
    )
