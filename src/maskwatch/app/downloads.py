"""Files for download: annotated images, CSV, JSON and a ZIP archive of all."""

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
class ResultSettings:
    """The settings behind the results.

    Attributes:
        detector: name of the detector.
        conf: confidence threshold, 0..1.
        blur: whether faces in images are blurred.
    """

    detector: str
    conf: float
    blur: bool


def image_name(result: Result) -> str:
    """The file name of an annotated image."""
    return f"{safe_stem(result.upload.name)}-maskwatch{suffix_of(_frame(result))}"


def image_file(result: Result, *, blur: bool) -> bytes:
    """The annotated image at full size: PNG for lossless formats, else JPEG."""
    content = io.BytesIO()
    with FULL_SIZE:
        write_image(annotated(result, result.upload.image(), blur=blur), content, suffix_of(_frame(result)))
    return content.getvalue()


def csv_file(results: Sequence[Result]) -> bytes:
    """One row per face, in the columns of `maskwatch.sinks.CsvSink`."""
    return csv_text((_frame(result), result.faces) for result in results).encode("utf-8", "backslashreplace")


def json_file(results: Sequence[Result], failures: Sequence[str], settings: ResultSettings) -> bytes:
    """The settings, the failures, and under ``images`` one record per image as in JSON Lines files."""
    document = {
        "maskwatch": __version__,
        "detector": settings.detector,
        "confidence": round(settings.conf, 4),
        "images": [record(_frame(result), result.faces) for result in results],
        "failures": list(failures),
    }
    text = json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8", "backslashreplace")


def archive(results: Sequence[Result], failures: Sequence[str], settings: ResultSettings) -> bytes:
    """A ZIP file of all annotated images at full size, with the CSV and the JSON file."""
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
    """A frame with the name and size of the image, without its pixels."""
    shape = (result.image.height, result.image.width, 3)
    return Frame(np.broadcast_to(np.uint8(0), shape), 0, None, result.upload.name)
