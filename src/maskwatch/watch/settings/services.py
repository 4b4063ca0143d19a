"""Settings of detector, event history, recordings, metrics, preview and watchdog."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field

from maskwatch.detect.base import LARGEST_IMGSZ, SMALLEST_IMGSZ
from maskwatch.detect.devices import DEVICES
from maskwatch.watch.schema import Group


def _is_device(name: str) -> str:
    if name not in DEVICES:
        raise ValueError(f"no such device; take one of {', '.join(DEVICES)}")
    return name


class DetectorSettings(Group):
    """The detector, shared by all cameras."""

    model: str = Field(default="small", description="Name of an installed model, or path of a model file.")
    conf: float | None = Field(default=None, ge=0, le=1, description="Confidence threshold; by default the model's.")
    preset: str | None = Field(default=None, description="Preset threshold of the model: balanced or strict.")
    imgsz: int | None = Field(
        default=None,
        ge=SMALLEST_IMGSZ,
        le=LARGEST_IMGSZ,
        description="Input size: longer side in pixels; by default the model's.",
    )
    threads: int | None = Field(
        default=None,
        ge=1,
        le=256,
        description="Inference threads; by default half of the cores, so that the others decode video.",
    )
    device: Annotated[str, AfterValidator(_is_device)] = Field(
        default="cpu",
        description=f"Device that runs the model: {', '.join(DEVICES)}. The installed ONNX Runtime must support it.",
    )
    every: int = Field(
        default=1,
        ge=1,
        le=100,
        description="Run detection on every n-th frame only; the tracker predicts the frames between.",
    )


class EventSettings(Group):
    """The event history: one SQLite file, which senders and reports read."""

    path: Path = Field(
        default=Path("maskwatch-events.sqlite"), description="The file, on a local disk; one watch per file."
    )
    retention_days: float = Field(
        default=30, gt=0, le=36500, description="Age in days at which events are deleted, sent or not."
    )
    count_interval_s: float = Field(
        default=300,
        ge=10,
        le=86400,
        description="Length of the intervals in which people with and without masks are counted, seconds.",
    )


class SnapshotSettings(Group):
    """Images of incidents. Off by default, since they show people."""

    enabled: bool = Field(default=False, description="Save an image of each incident.")
    folder: Path = Field(default=Path("maskwatch-snapshots"), description="Folder of the images.")
    retention_days: float = Field(default=7, gt=0, le=36500, description="Age in days at which images are deleted.")


class ClipSettings(Group):
    """Short videos of incidents. Off by default, since they show people."""

    enabled: bool = Field(default=False, description="Save a short video of each incident.")
    folder: Path = Field(default=Path("maskwatch-clips"), description="Folder of the videos.")
    before_s: float = Field(default=5, ge=0, le=60, description="Length before the start of the incident, seconds.")
    after_s: float = Field(default=5, ge=0, le=60, description="Length after the start of the incident, seconds.")
    retention_days: float = Field(default=7, gt=0, le=36500, description="Age in days at which videos are deleted.")


class MetricsSettings(Group):
    """Metrics for Prometheus."""

    enabled: bool = Field(default=False, description="Serve metrics at /metrics.")
    host: str = Field(default="127.0.0.1", description="Address to listen on; 127.0.0.1: this computer only.")
    port: int = Field(default=9108, ge=0, le=65535, description="Port to listen on; 0: any free port.")


class PreviewSettings(Group):
    """A page with annotated live images and counts, for this computer only."""

    enabled: bool = Field(default=False, description="Serve the page.")
    port: int = Field(default=0, ge=0, le=65535, description="Port to listen on; 0: any free port.")
    blur: bool = Field(default=False, description="Blur faces on the page.")


class WatchdogSettings(Group):
    """Exit when inference stalls."""

    silent_s: float = Field(
        default=10,
        gt=0,
        le=3600,
        description="Time without progress after which the watch exits with status 70, for a restart, seconds.",
    )
