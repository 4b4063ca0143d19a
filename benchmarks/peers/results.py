"""One row per detector, as a table and as CSV."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.peers.contract import Peer
from benchmarks.peers.timing import CpuTimes
from rich import box
from rich.console import Console
from rich.table import Table

from maskwatch.detections import STATE_NAMES
from maskwatch.evaluate.detection import DetectionReport
from maskwatch.files import replacing

GROUPS = ("masked", "unmasked")
SIZE_RANGES = ("<16 px", "16-32 px", "32-64 px", "64-128 px", ">=128 px")


@dataclass(frozen=True)
class Row:
    """Accuracy and CPU time of a detector."""

    peer: Peer
    report: DetectionReport
    times: CpuTimes | None
    seen: bool

    def cells(self) -> dict[str, str]:
        """The row as text by column; shares in percent, times in CPU milliseconds."""
        policy = self.report.box_policies[0]
        every, large = policy.all_sizes, policy.size_range(">=32 px")
        states = {name: _percent(every.tasks[name].ap.value) if self.peer.has_states else "" for name in STATE_NAMES}
        masked = every.tasks["masked"].ap
        return {
            "detector": self.peer.name,
            "saw_domain": "yes" if self.seen else "",
            **states,
            "face": _percent(every.tasks["face"].ap.value),
            "masked": _percent(masked.value),
            "masked_low": _percent(masked.low),
            "masked_high": _percent(masked.high),
            "masked_recall": _percent(every.masked_recall_at_precision.value),
            "face_32": _percent(large.tasks["face"].ap.value),
            "masked_32": _percent(large.tasks["masked"].ap.value),
            "masked_recall_32": _percent(large.masked_recall_at_precision.value),
            **self._time_cells(),
            **{f"{group}_detected_{size}": count for (group, size), count in self.detected().items()},
        }

    def detected(self) -> dict[tuple[str, str], str]:
        """Masked and unmasked faces detected at the published threshold, "hits/faces" by group and size range."""
        policy = self.report.box_policies[0]
        recall = {size: policy.size_range(size).at_threshold.recall for size in SIZE_RANGES}
        shares = {(group, size): recall[size][group] for size in SIZE_RANGES for group in GROUPS}
        return {key: f"{share.hits}/{share.total}" for key, share in shares.items()}

    def _time_cells(self) -> dict[str, str]:
        if self.times is None:
            return dict.fromkeys(("cpu_ms", "network_ms", "runtime_ms", "network_over_runtime"), "")
        return {
            "cpu_ms": f"{self.times.total:.2f}",
            "network_ms": f"{self.times.network:.2f}",
            "runtime_ms": f"{self.times.runtime:.2f}",
            "network_over_runtime": f"{self.times.network / self.times.runtime:.3f}",
        }


def print_table(rows: Sequence[Row], title: str) -> None:
    """Print the results as tables."""
    console = Console()
    console.width = max(console.width, 160)
    console.print(_accuracy_table(rows, title))
    console.print("* trained on images of these collections (MaskWatch: on their train split only).")
    console.print("Detectors without mask states have metrics for faces and masked faces only. Only MaskWatch has the")
    console.print("class worn_incorrectly. Recall: of masked faces, at 90 % precision.\n")
    console.print(_recall_table(rows))


def write_csv(rows: Sequence[Row], context: dict[str, str], machine: dict[str, str], path: Path) -> None:
    """Write the rows, each with the data set and the machine."""
    with replacing(path) as part, part.open("w", newline="", encoding="utf-8") as file:
        lines = [context | row.cells() | machine for row in rows]
        table = csv.DictWriter(file, list(lines[0]))
        table.writeheader()
        table.writerows(lines)


def _accuracy_table(rows: Sequence[Row], title: str) -> Table:
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    headings = ["detector", "with", "incorrect", "without", "face", "masked (95 %)", "recall"]
    headings += [">=32: face", "masked", "recall", "CPU ms", "network", "runtime", "ratio"]
    for number, heading in enumerate(headings):
        table.add_column(heading, justify="right" if number else "left", no_wrap=True)
    for row in rows:
        cells = row.cells()
        masked = f"{cells['masked']} ({cells['masked_low']}-{cells['masked_high']})"
        names = ["masked_recall", "face_32", "masked_32", "masked_recall_32"]
        names += ["cpu_ms", "network_ms", "runtime_ms", "network_over_runtime"]
        first = cells["detector"] + (" *" if row.seen else "")
        states = [cells[name] or "-" for name in STATE_NAMES]
        table.add_row(first, *states, cells["face"], masked, *(cells[name] for name in names))
    return table


def _recall_table(rows: Sequence[Row]) -> Table:
    title = "faces detected at the published threshold, by shorter side of the face: masked, unmasked"
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for number, heading in enumerate(("detector", *SIZE_RANGES)):
        table.add_column(heading, justify="right" if number else "left", no_wrap=True)
    for row in rows:
        detected = row.detected()
        table.add_row(row.peer.name, *(", ".join(detected[group, size] for group in GROUPS) for size in SIZE_RANGES))
    return table


def _percent(value: float | None) -> str:
    return "" if value is None else f"{100 * value:.1f}"
