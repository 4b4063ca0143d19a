"""Printing and saving the results of benchmarks."""

from __future__ import annotations

import argparse
import csv
from collections.abc import Sequence
from pathlib import Path

from benchmarks.peers.machine import describe

RESULTS = Path(__file__).parent / "results"


def arguments(description: str | None) -> argparse.ArgumentParser:
    """A parser with the option ``--save``."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--save", action="store_true", help=f"save the results as CSV in {RESULTS.name}/")
    return parser


def show(name: str, rows: Sequence[dict[str, str]], *, save: bool) -> None:
    """Print rows with the same columns as a table, and the machine below it; ``save`` also writes NAME.csv."""
    widths = {column: max(len(column), *(len(row[column]) for row in rows)) for column in rows[0]}
    for row in ({column: column for column in widths}, *rows):
        first, *others = (row[c].ljust(w) if i == 0 else row[c].rjust(w) for i, (c, w) in enumerate(widths.items()))
        print("  ".join([first, *others]))
    machine = describe()
    print("; ".join(machine.values()))
    if save:
        RESULTS.mkdir(exist_ok=True)
        with (RESULTS / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, [*widths, *machine])
            writer.writeheader()
            writer.writerows({**row, **machine} for row in rows)
