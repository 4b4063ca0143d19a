"""Writing annotations for tests by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np


def boxes(*rows: tuple[float, float, float, float]) -> np.ndarray[Any, np.dtype[np.float32]]:
    """float32 (N, 4)."""
    return np.array(rows, np.float32).reshape(-1, 4)


def write(path: Path, text: str) -> Path:
    """A text file and the folders it needs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def write_json(path: Path, content: object) -> Path:
    """A JSON file and the folders it needs."""
    return write(path, json.dumps(content))


def voc_xml(*objects: tuple[str, tuple[float, ...]], size: str = "", filename: str = "a.jpg", extra: str = "") -> str:
    """A Pascal VOC file with one object for each (name, (xmin, ymin, xmax, ymax))."""
    things = ""
    for name, corners in objects:
        edges = "".join(f"<{e}>{v}</{e}>" for e, v in zip(("xmin", "ymin", "xmax", "ymax"), corners, strict=False))
        things += f"<object><name>{name}</name>{extra}<bndbox>{edges}</bndbox></object>"
    return f"<annotation><filename>{filename}</filename>{size}{things}</annotation>"
