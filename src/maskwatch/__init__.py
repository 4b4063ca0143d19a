"""MaskWatch detects faces and classifies each as mask worn, worn incorrectly or no mask.

Everything in ``__all__`` is public and imported when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from maskwatch.data import Dataset as Dataset
    from maskwatch.data import read_dataset as read_dataset
    from maskwatch.detect import load_detector as load_detector
    from maskwatch.detect import load_two_stage as load_two_stage
    from maskwatch.detections import Detections as Detections
    from maskwatch.detections import MaskState as MaskState
    from maskwatch.errors import MaskWatchError as MaskWatchError
    from maskwatch.evaluate.detection import evaluate_detector as evaluate_detector
    from maskwatch.frames import Frame as Frame
    from maskwatch.images import read_image as read_image
    from maskwatch.pipeline import run as run
    from maskwatch.sinks import CocoSink as CocoSink
    from maskwatch.sinks import CsvSink as CsvSink
    from maskwatch.sinks import ImageSink as ImageSink
    from maskwatch.sinks import JsonlSink as JsonlSink
    from maskwatch.sinks import SaveSink as SaveSink
    from maskwatch.sinks import Sink as Sink
    from maskwatch.sinks import VideoSink as VideoSink
    from maskwatch.sinks import WindowSink as WindowSink
    from maskwatch.sinks import YoloSink as YoloSink
    from maskwatch.sinks.blur import blur as blur
    from maskwatch.sinks.draw import draw as draw
    from maskwatch.sources import Source as Source
    from maskwatch.sources import SourceOptions as SourceOptions
    from maskwatch.sources import open_source as open_source
    from maskwatch.track import Tracker as Tracker
    from maskwatch.track import TrackOptions as TrackOptions
    from maskwatch.track import follow as follow
    from maskwatch.train.fit import train_detector as train_detector

__version__ = "0.1.0"

_MODULES = {
    "data": "Dataset read_dataset",
    "detect": "load_detector load_two_stage",
    "detections": "Detections MaskState",
    "errors": "MaskWatchError",
    "evaluate.detection": "evaluate_detector",
    "frames": "Frame",
    "images": "read_image",
    "pipeline": "run",
    "sinks": "CocoSink CsvSink ImageSink JsonlSink SaveSink Sink VideoSink WindowSink YoloSink",
    "sinks.blur": "blur",
    "sinks.draw": "draw",
    "sources": "Source SourceOptions open_source",
    "track": "TrackOptions Tracker follow",
    "train.fit": "train_detector",
}
_MODULE_OF = {name: f"maskwatch.{module}" for module, names in _MODULES.items() for name in names.split()}

__all__ = ["__version__", *sorted(_MODULE_OF)]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that ``import maskwatch`` stays fast."""
    if name not in _MODULE_OF:
        raise AttributeError(f"module 'maskwatch' has no attribute '{name}'")
    value = getattr(import_module(_MODULE_OF[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
