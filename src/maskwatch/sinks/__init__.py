"""Where results go: annotated images and videos, tables, label files, a window.

`maskwatch.sinks.draw.draw` and `maskwatch.sinks.blur.blur` make the annotated images. `maskwatch.sinks.choice` lists
the sinks that have an option of ``maskwatch detect``.

A sink is imported when it is first used, so that ``maskwatch --help`` stays fast.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from maskwatch.sinks.base import Render as Render
    from maskwatch.sinks.base import Sink as Sink
    from maskwatch.sinks.coco import CocoSink as CocoSink
    from maskwatch.sinks.csv_table import CsvSink as CsvSink
    from maskwatch.sinks.images import ImageSink as ImageSink
    from maskwatch.sinks.jsonl import JsonlSink as JsonlSink
    from maskwatch.sinks.save import SaveSink as SaveSink
    from maskwatch.sinks.video import VideoSink as VideoSink
    from maskwatch.sinks.window import WindowSink as WindowSink
    from maskwatch.sinks.yolo import YoloSink as YoloSink

_MODULE_OF = {
    "CocoSink": "coco",
    "CsvSink": "csv_table",
    "ImageSink": "images",
    "JsonlSink": "jsonl",
    "Render": "base",
    "SaveSink": "save",
    "Sink": "base",
    "VideoSink": "video",
    "WindowSink": "window",
    "YoloSink": "yolo",
}
__all__ = sorted(_MODULE_OF)  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module 'maskwatch.sinks' has no attribute '{name}'")
    return getattr(import_module(f"maskwatch.sinks.{_MODULE_OF[name]}"), name)
