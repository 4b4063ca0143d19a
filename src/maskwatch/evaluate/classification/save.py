"""Write a classifier's judgement into a folder."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from maskwatch.data.face_arrays import FaceArrays
from maskwatch.evaluate.classification.metrics import ClassificationReport
from maskwatch.evaluate.classification.plots import draw_confusion, draw_mistakes, draw_reliability, draw_roc
from maskwatch.evaluate.classification.text import report_lines


def write_classification(
    report: ClassificationReport,
    faces: FaceArrays,
    content: dict[str, Any],
    folder: Path,
    remarks: Iterable[str] = (),
) -> None:
    """Write ``report.json`` and ``report.txt``, confusion matrix, ROC, reliability and the sheet of mistakes.

    Args:
        report: what was found.
        faces: the images that it was found on.
        content: of ``report.json``.
        folder: exists.
        remarks: further lines of ``report.txt``.
    """
    draw_confusion(report, folder / "confusion.png")
    draw_roc(report, folder / "roc.png")
    draw_reliability(report, folder / "reliability.png")
    draw_mistakes(report, faces.paths, folder / "mistakes.png")
    (folder / "report.txt").write_text("\n".join([*report_lines(report), *remarks]) + "\n", encoding="utf-8")
    (folder / "report.json").write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
