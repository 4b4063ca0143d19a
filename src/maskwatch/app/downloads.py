"""Files to take home: annotated images, the table of faces, the same for other programs."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import numpy as np

from maskwatch import __version__
from maskwatch.app.images import FULL_SIZE
from maskwatch.app.session import Result
from maskwatch.app.views import annotated
from maskwatch.files import UniqueNames, safe_stem
from maskwatch.frames import Frame
from maskwatch.sinks.csv_table import csv_text
from maskwatch.sinks.images import suffix_of, write_image
from maskwatch.sinks.jsonl import record

CSV_NAME, JSON_NAME = "maskwatch-faces.csv", "maskwatch-faces.json"
ARCHIVE_NAME = "maskwatch-images.zip"


@dataclass(frozen=True)
class Settings:
    """How the results came about, as the JSON file tells it.

    Attributes:
        detector: its name.
        conf: lowest confidence, 0..1.
        blur: whether faces are made unrecognisable in images.
    """

    detector: str
    conf: float
    blur: bool


def image_name(result: Result) -> str:
    """The name of an annotated image, after its original."""
    return f"{safe_stem(result.upload.name)}-maskwatch{suffix_of(_frame(result))}"


def image_file(result: Result, *, blur: bool) -> bytes:
    """The annotated image in full size: a lossless image as PNG, any other as JPEG."""
    content = io.BytesIO()
    with FULL_SIZE:
        write_image(annotated(result, result.upload.image(), blur=blur), content, suffix_of(_frame(result)))
    return content.getvalue()


def csv_file(results: Sequence[Result]) -> bytes:
    """One row for each face, in the columns of `maskwatch.sinks.CsvSink`."""
    return csv_text((_frame(result), result.faces) for result in results).encode("utf-8", "backslashreplace")


def json_file(results: Sequence[Result], failures: Sequence[str], settings: Settings) -> bytes:
    """One record for each image, as in JSON Lines files, under ``images``; with the settings and what failed."""
    document = {
        "maskwatch": __version__,
        "detector": settings.detector,
        "confidence": round(settings.conf, 4),
        "images": [record(_frame(result), result.faces) for result in results],
        "failures": list(failures),
    }
    text = json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8", "backslashreplace")


def archive(results: Sequence[Result], failures: Sequence[str], settings: Settings) -> bytes:
    """A ZIP file of all annotated images in full size, with the CSV and the JSON file."""
    content = io.BytesIO()
    names = UniqueNames()
    with ZipFile(content, "w") as archived:
        for result in results:
            stem, dot, suffix = image_name(result).rpartition(".")
            name = names.take(stem, dot + suffix).name
            archived.writestr(name, image_file(result, blur=settings.blur), ZIP_STORED)
        archived.writestr(CSV_NAME, csv_file(results), ZIP_DEFLATED)
        archived.writestr(JSON_NAME, json_file(results, failures, settings), ZIP_DEFLATED)
    return content.getvalue()


def _frame(result: Result) -> Frame:
    """The image's name and size; of its pixels there is only the shape."""
    shape = (result.image.height, result.image.width, 3)
    return Frame(np.broadcast_to(np.uint8(0), shape), 0, None, result.upload.name)
