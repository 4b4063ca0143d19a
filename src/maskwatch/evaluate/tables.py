"""The report as tables for a terminal, with all shares in percent."""

from __future__ import annotations

from collections.abc import Iterator

from rich import box
from rich.table import Table

from maskwatch.detections import REPORTED_STATES, STATE_NAMES
from maskwatch.evaluate.coco import CocoReport
from maskwatch.evaluate.intervals import Estimate, Proportion
from maskwatch.evaluate.report import BoxPolicyReport, DetectionReport, SizeRangeMetrics


def report_tables(report: DetectionReport) -> Iterator[Table]:
    """For each box policy: average precisions, the same by face size, counts at one threshold, predicted states."""
    for policy in report.box_policies:
        yield _precision_table(policy, report)
        if len(policy.size_ranges) > 1:
            yield _sizes_table(policy)
        yield _threshold_table(policy, report)
        yield _states_table(policy, report)
        if policy.presets:
            yield _presets_table(policy)


def coco_table(report: CocoReport) -> Table:
    """The metrics of the COCO evaluation."""
    table = new_table("COCO evaluation: 101 points, 100 detections per class and image, sizes by area", "state")
    names = {"ap": "AP", "ap50": "AP50", "ap75": "AP75", "ap_small": "small", "ap_medium": "medium"}
    names |= {"ap_large": "large", "ar100": "AR100"}
    for heading in names.values():
        table.add_column(heading, justify="right")
    for state, metrics in {**report.states, "mean": report.mean}.items():
        table.add_row(state, *(_percent(getattr(metrics, name)) for name in names))
    return table


def _precision_table(policy: BoxPolicyReport, report: DetectionReport) -> Table:
    faces = policy.all_sizes.tasks["face"].faces
    boxes = "" if policy.name == "tight" else f" with {policy.name} boxes"
    table = new_table(f"{policy.images} images{boxes}, {faces} faces; boxes match from IoU {policy.iou:g}", "task")
    for heading in ("faces", f"AP{round(policy.iou * 100)} (95 % interval)", "AP50-95"):
        table.add_column(heading, justify="right")
    for metrics in policy.size_ranges:
        if metrics.size_range.name in {"all", ">=32 px"}:
            _add_precision_rows(table, metrics, report.options.precision)
    return table


def _add_precision_rows(table: Table, metrics: SizeRangeMetrics, precision: float) -> None:
    name = metrics.size_range.name
    size = "" if name == "all" else f", {name}"
    mean_row = ("mean of the states" + size, "", estimate_text(metrics.mean_ap), estimate_text(metrics.mean_ap50_95))
    for name, task in metrics.tasks.items():
        table.add_row(name + size, str(task.faces), estimate_text(task.ap), estimate_text(task.ap50_95))
        if name == STATE_NAMES[-1]:
            table.add_row(*mean_row)
    recall = metrics.masked_recall_at_precision
    table.add_row(
        f"masked{size}: recall at {100 * precision:g} % precision", "", estimate_text(recall), "", end_section=True
    )


def _sizes_table(policy: BoxPolicyReport) -> Table:
    table = new_table(f"By face size (shorter side): AP{round(policy.iou * 100)}", "size")
    for name in ("masked", "unmasked"):
        table.add_column(f"{name} faces", justify="right")
    for name in policy.all_sizes.tasks:
        # On a narrow terminal, a heading breaks at its spaces
        table.add_column(name.replace("_", " "), justify="right")
    for metrics in policy.size_ranges:
        masked, unmasked = metrics.tasks["masked"].faces, metrics.tasks["without_mask"].faces
        values = [_percent(task.ap.value) for task in metrics.tasks.values()]
        table.add_row(metrics.size_range.name, str(masked), str(unmasked), *values)
    return table


def _threshold_table(policy: BoxPolicyReport, report: DetectionReport) -> Table:
    at = report.options.at_confidence
    table = new_table(f"At confidence {at:g}: detected faces; {policy.false_positives} false positives", "size")
    for heading in ("masked detected", "unmasked detected", "state correct", "with/without correct", "uncertain"):
        table.add_column(heading, justify="right")
    for metrics in policy.size_ranges:
        counts = metrics.at_threshold
        decided = (counts.label_accuracy, counts.with_or_without, counts.uncertain)
        shares = (counts.recall["masked"], counts.recall["unmasked"], *decided)
        table.add_row(metrics.size_range.name, *(proportion_text(share) for share in shares))
    return table


def _states_table(policy: BoxPolicyReport, report: DetectionReport) -> Table:
    title = f"At confidence {report.options.at_confidence:g}: predicted states of the detected faces"
    table = new_table(title, "labelled")
    for name in REPORTED_STATES:
        table.add_column(f"as {name.replace('_', ' ')}", justify="right")
    for name, predicted in policy.all_sizes.at_threshold.predicted.items():
        table.add_row(name, *(proportion_text(share) for share in predicted.values()))
    return table


def _presets_table(policy: BoxPolicyReport) -> Table:
    table = new_table("Operating points", "preset")
    for heading in ("conf", *(f"{name.replace('_', ' ')} detected" for name in STATE_NAMES)):
        table.add_column(heading, justify="right")
    for heading in ("false positives per image", "wrong state", "uncertain"):
        table.add_column(heading, justify="right")
    for name, preset in policy.presets.items():
        recall = (proportion_text(preset.recall[state]) for state in STATE_NAMES)
        shares = (proportion_text(preset.wrong_state), proportion_text(preset.uncertain))
        table.add_row(name, f"{preset.conf:.3f}", *recall, f"{preset.false_positives_per_image:.3f}", *shares)
    return table


def new_table(title: str, first: str) -> Table:
    """A table in the style of the report, with its first column."""
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(first, no_wrap=True)
    return table


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:.1f}"


def estimate_text(estimate: Estimate) -> str:
    """Percent, with the interval where there is one."""
    if estimate.low is None:
        return _percent(estimate.value)
    return f"{_percent(estimate.value)} ({_percent(estimate.low)}-{_percent(estimate.high)})"


def proportion_text(share: Proportion) -> str:
    """Hits, total, percent and its interval; a dash for a total of 0."""
    if share.total == 0:
        return "-"
    return f"{share.hits}/{share.total} {_percent(share.value)} ({_percent(share.low)}-{_percent(share.high)})"
