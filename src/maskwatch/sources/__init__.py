"""Where frames come from: images, folders, patterns, videos, webcams and streams. `open_source` opens them all."""

from __future__ import annotations

from maskwatch.sources.base import Source
from maskwatch.sources.opening import open_source
from maskwatch.sources.options import SourceOptions

__all__ = ["Source", "SourceOptions", "open_source"]
