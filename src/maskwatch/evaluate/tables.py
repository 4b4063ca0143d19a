"""The report as tables for a terminal; all shares in percent."""

from __future__ import annotations

from collections.abc import Iterator

from rich import box
from rich.table import Table

from maskwatch.detections import REPORTED_STATES, STATE_NAMES
from maskwatch.evaluate.coco import CocoReport
from maskwatch.evaluate.estimates import Estimate, Proportion
from maskwatch.evaluate.report import BandMetrics, Column, DetectionReport


def report_tables(report: DetectionReport) -> Iterator[Table]:
    """For each column: average precisions, the same by face size, counts at one threshold, verdicts."""
    for column in report.columns:
        yield _precision_table(column, report)
        if len(column.bands) > 1:
            yield _bands_table(column)
        yield _found_table(column, report)
        yield _verdicts_table(column, report)
        if column.presets:
            yield _presets_table(column)


def coco_table(report: CocoReport) -> Table:
    """The figures of the COCO evaluation."""
    table = new_table("COCO evaluation: 101 points, 100 boxes of a class in an image, sizes by area", "state")
    names = {"ap": "AP", "ap50": "AP50", "ap75": "AP75", "ap_small": "small", "ap_medium": "medium"}
    names |= {"ap_large": "large", "ar100": "AR100"}
    for heading in names.values():
        table.add_column(heading, justify="right")
    for state, metrics in {**report.states, "mean": report.mean}.items():
        table.add_row(state, *(_percent(getattr(metrics, name)) for name in names))
    return table


def _precision_table(column: Column, report: DetectionReport) -> Table:
    faces = column.all_sizes.tasks["face"].faces
    boxes = "" if column.name == "tight" else f" with {column.name} boxes"
    table = new_table(f"{column.images} images{boxes}, {faces} faces; boxes match from IoU {column.iou:g}", "what")
    at = round(column.iou * 100)
    for heading in ("faces", f"AP{at} (95 % interval)", "AP50-95"):
        table.add_column(heading, justify="right")
    wide = [band for band in column.bands if band.band.name in {"all", ">=32 px"}]
    for band in wide:
        _add_precision_rows(table, band, report.options.precision)
    return table


def _add_precision_rows(table: Table, band: BandMetrics, precision: float) -> None:
    size = "" if band.band.name == "all" else f", {band.band.name}"
    mean_row = ("mean of the states" + size, "", interval_text(band.mean_ap), interval_text(band.mean_ap50_95))
    for name, task in band.tasks.items():
        table.add_row(name + size, str(task.faces), interval_text(task.ap), interval_text(task.ap50_95))
        if name == STATE_NAMES[-1]:
            table.add_row(*mean_row)
    recall = band.masked_recall_at_precision
    table.add_row(
        f"masked{size}: recall at {100 * precision:g} % precision", "", interval_text(recall), "", end_section=True
    )


def _bands_table(column: Column) -> Table:
    table = new_table(f"By face size (shorter side): AP{round(column.iou * 100)}", "size")
    for name in ("masked", "unmasked"):
        table.add_column(f"{name} faces", justify="right")
    for name in column.all_sizes.tasks:
        # On a narrow terminal a heading breaks at its spaces
        table.add_column(name.replace("_", " "), justify="right")
    for band in column.bands:
        masked, unmasked = band.tasks["masked"].faces, band.tasks["without_mask"].faces
        values = [_percent(task.ap.value) for task in band.tasks.values()]
        table.add_row(band.band.name, str(masked), str(unmasked), *values)
    return table


def _found_table(column: Column, report: DetectionReport) -> Table:
    at = report.options.at_confidence
    title = f"At confidence {at:g}: faces found; {column.false_alarms} boxes on no face"
    table = new_table(title, "size")
    for heading in ("masked found", "unmasked found", "state right", "with/without right", "uncertain"):
        table.add_column(heading, justify="right")
    for band in column.bands:
        found = band.found
        decided = (found.label_accuracy, found.with_or_without, found.uncertain)
        shares = (found.recall["masked"], found.recall["unmasked"], *decided)
        table.add_row(band.band.name, *(count_text(share) for share in shares))
    return table


def _verdicts_table(column: Column, report: DetectionReport) -> Table:
    table = new_table(f"At confidence {report.options.at_confidence:g}: verdicts on the faces found", "labelled")
    for name in REPORTED_STATES:
        table.add_column(f"called {name.replace('_', ' ')}", justify="right")
    for name, verdicts in column.all_sizes.found.verdicts.items():
        table.add_row(name, *(count_text(share) for share in verdicts.values()))
    return table


def _presets_table(column: Column) -> Table:
    table = new_table("Operating points", "preset")
    for heading in ("conf", *(f"{name.replace('_', ' ')} detected" for name in STATE_NAMES)):
        table.add_column(heading, justify="right")
    for heading in ("false boxes per image", "wrong state", "uncertain"):
        table.add_column(heading, justify="right")
    for name, preset in column.presets.items():
        recall = (count_text(preset.recall[state]) for state in STATE_NAMES)
        shares = (count_text(preset.wrong), count_text(preset.uncertain))
        table.add_row(name, f"{preset.conf:.3f}", *recall, f"{preset.false_boxes:.3f}", *shares)
    return table


def new_table(title: str, first: str) -> Table:
    """A table in the report's look, with its first column."""
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(first, no_wrap=True)
    return table


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:.1f}"


def interval_text(estimate: Estimate) -> str:
    """Percent, with the interval where there is one."""
    if estimate.low is None:
        return _percent(estimate.value)
    return f"{_percent(estimate.value)} ({_percent(estimate.low)}-{_percent(estimate.high)})"


def count_text(share: Proportion) -> str:
    """Hits, total, percent and its interval; a dash for a total of 0."""
    if share.total == 0:
        return "-"
    return f"{share.hits}/{share.total} {_percent(share.value)} ({_percent(share.low)}-{_percent(share.high)})"
