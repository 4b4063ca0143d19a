"""Metrics by slice as tables for a terminal, with all shares in percent."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from rich.table import Table

from maskwatch.detections import REPORTED_STATES
from maskwatch.evaluate.intervals import Estimate
from maskwatch.evaluate.slices.report import FaceSlice, SliceReport
from maskwatch.evaluate.tables import estimate_text, new_table, proportion_text

_TITLES = {
    "mask colour": "Masked faces by mask colour, measured on pixels of the lower face (rough)",
    "skin tone": "Faces by skin tone, ITA measured on pixels of the upper face (rough: light and camera change it)",
    "drawn occluder": "Unmasked faces from 32 px with an object drawn over the mouth, never used in training",
}


def slice_tables(report: SliceReport) -> Iterator[Table]:
    """Images by crowd and corruption, then faces by mask colour, skin tone and drawn occluder."""
    yield _precision_table(report)
    yield _threshold_table(report)
    for kind, slices in groupby(report.faces, key=lambda item: item.kind):
        yield _faces_table(_TITLES[kind], list(slices), report.at_confidence)


def _precision_table(report: SliceReport) -> Table:
    table = new_table("Images by slice: AP (95 % interval); change from the same images as stored", "slice")
    for heading in ("images", "masked", "unmasked", "mean of the states", "change", "masked AP", "unmasked AP"):
        table.add_column(heading, justify="right")
    for item in report.images:
        counts = (str(item.images), str(item.masked), str(item.unmasked))
        by_mask = (estimate_text(item.masked_ap), estimate_text(item.unmasked_ap))
        means = (estimate_text(item.mean_ap), _change_text(item.change))
        table.add_row(f"{item.kind}: {item.name}", *counts, *means, *by_mask)
    return table


def _threshold_table(report: SliceReport) -> Table:
    table = new_table(f"Images by slice: detected faces at confidence {report.at_confidence:g}", "slice")
    for heading in ("masked detected", "unmasked detected", "state correct"):
        table.add_column(heading, justify="right")
    for item in report.images:
        shares = (item.masked_recall, item.unmasked_recall, item.label_accuracy)
        table.add_row(f"{item.kind}: {item.name}", *(proportion_text(share) for share in shares))
    return table


def _faces_table(title: str, slices: list[FaceSlice], at_confidence: float) -> Table:
    table = new_table(f"{title}; at confidence {at_confidence:g}", slices[0].kind)
    table.add_column("detected", justify="right")
    for name in REPORTED_STATES:
        table.add_column(f"as {name.replace('_', ' ')}", justify="right")
    table.add_column("state correct", justify="right")
    for item in slices:
        predicted = (proportion_text(item.predicted[name]) for name in REPORTED_STATES)
        table.add_row(item.name, proportion_text(item.recall), *predicted, proportion_text(item.label_accuracy))
    return table


def _change_text(change: Estimate | None) -> str:
    """Signed percentage points, with the interval where there is one."""
    if change is None or change.value is None:
        return "-"
    if change.low is None or change.high is None:
        return f"{100 * change.value:+.1f}"
    return f"{100 * change.value:+.1f} ({100 * change.low:+.1f} to {100 * change.high:+.1f})"
