"""Figures by slice as tables for a terminal; all shares in percent."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from rich.table import Table

from maskwatch.detections import REPORTED_STATES
from maskwatch.evaluate.estimates import Estimate
from maskwatch.evaluate.slices.report import FaceSlice, SliceReport
from maskwatch.evaluate.tables import count_text, interval_text, new_table

_ROUGH = {
    "mask colour": "Masked faces by colour of the mask, measured on pixels of the lower face (rough)",
    "skin tone": "Faces by skin tone, ITA measured on pixels of the upper face (rough: light and camera change it)",
    "drawn occluder": "Unmasked faces from 32 px with a thing drawn before the mouth, never seen in training",
}


def slice_tables(report: SliceReport) -> Iterator[Table]:
    """Images by crowd and corruption, then faces by mask colour, skin tone and drawn occluder."""
    yield _precision_table(report)
    yield _found_table(report)
    for kind, slices in groupby(report.faces, key=lambda item: item.kind):
        yield _faces_table(_ROUGH[kind], list(slices), report.at_confidence)


def _precision_table(report: SliceReport) -> Table:
    table = new_table("Images by slice: AP (95 % interval); change against the same images as stored", "slice")
    for heading in ("images", "masked", "unmasked", "mean of the states", "change", "masked AP", "unmasked AP"):
        table.add_column(heading, justify="right")
    for item in report.images:
        counts = (str(item.images), str(item.masked), str(item.unmasked))
        bounds = (interval_text(item.masked_ap), interval_text(item.unmasked_ap))
        means = (interval_text(item.mean_ap), _change_text(item.change))
        table.add_row(f"{item.kind}: {item.name}", *counts, *means, *bounds)
    return table


def _found_table(report: SliceReport) -> Table:
    table = new_table(f"Images by slice: faces found at confidence {report.at_confidence:g}", "slice")
    for heading in ("masked found", "unmasked found", "state right"):
        table.add_column(heading, justify="right")
    for item in report.images:
        shares = (item.masked_found, item.unmasked_found, item.right)
        table.add_row(f"{item.kind}: {item.name}", *(count_text(share) for share in shares))
    return table


def _faces_table(title: str, slices: list[FaceSlice], at_confidence: float) -> Table:
    table = new_table(f"{title}; at confidence {at_confidence:g}", slices[0].kind)
    table.add_column("found", justify="right")
    for name in REPORTED_STATES:
        table.add_column(f"called {name.replace('_', ' ')}", justify="right")
    table.add_column("state right", justify="right")
    for item in slices:
        called = (count_text(item.verdicts[name]) for name in REPORTED_STATES)
        table.add_row(item.name, count_text(item.found), *called, count_text(item.right))
    return table


def _change_text(change: Estimate | None) -> str:
    """Signed points, with the interval where there is one."""
    if change is None or change.value is None:
        return "-"
    if change.low is None or change.high is None:
        return f"{100 * change.value:+.1f}"
    return f"{100 * change.value:+.1f} ({100 * change.low:+.1f} to {100 * change.high:+.1f})"
