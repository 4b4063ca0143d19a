"""Where results go: annotated images and videos, tables, a window.

The functions `maskwatch.sinks.draw.draw` and `maskwatch.sinks.blur.blur` make the images. Nothing here imports
OpenCV, PyAV or Pillow before it is used.
"""

from __future__ import annotations

from maskwatch.sinks.base import Render, Sink
from maskwatch.sinks.coco import CocoSink
from maskwatch.sinks.csv_table import CsvSink
from maskwatch.sinks.images import ImageSink
from maskwatch.sinks.jsonl import JsonlSink
from maskwatch.sinks.save import SaveSink
from maskwatch.sinks.video import VideoSink
from maskwatch.sinks.window import WindowSink
from maskwatch.sinks.yolo import YoloSink

__all__ = [
    "CocoSink",
    "CsvSink",
    "JsonlSink",
    "ImageSink",
    "Render",
    "SaveSink",
    "Sink",
    "VideoSink",
    "WindowSink",
    "YoloSink",
]
