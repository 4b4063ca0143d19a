"""Output of ``maskwatch data``: a progress bar, then text or JSON; skipped items go to stderr."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.progress import Progress

from maskwatch.cli import fail_for
from maskwatch.data import read_dataset
from maskwatch.data.audit.page import save_audit
from maskwatch.data.audit.report import audit
from maskwatch.data.audit.text import audit_lines
from maskwatch.data.collection import read_collection
from maskwatch.data.convert import convert
from maskwatch.data.crop import CropOptions, CropReport, crop_faces
from maskwatch.data.formats import data_format
from maskwatch.data.formats.names import parse_renames
from maskwatch.data.label_corrections import correct_labels
from maskwatch.data.split import SplitOptions
from maskwatch.data.write_split import SplitReport, split_collection
from maskwatch.detections import STATE_NAMES
from maskwatch.files import check_free


def run_audit(paths: list[Path], out: Path | None, seed: int, renames: list[str], *, as_json: bool) -> None:
    """Audit the data, print and save the report."""
    if out is not None:
        check_free(out)
    problems: list[str] = []
    collection = read_collection(paths, rename=parse_renames(renames), problems=problems)
    with _bar() as on_progress:
        result = audit(collection, problems=problems, seed=seed, on_progress=on_progress)
    _print(audit_lines(result), result.to_dict(collection), as_json=as_json)
    if out is not None:
        files = save_audit(result, collection, out)
        typer.echo(f"written to {out}: {', '.join(file.name for file in files)}", err=as_json)
    fail_for(result.problems)


def run_split(
    paths: list[Path], out: Path, options: SplitOptions, renames: list[str], *, link: bool, as_json: bool
) -> None:
    """Split the data, print the report."""
    problems: list[str] = []
    collection = read_collection(paths, rename=parse_renames(renames), problems=problems)
    with _bar() as on_progress:
        result = split_collection(collection, out, options, link=link, on_progress=on_progress)
    _print(_split_lines(result), result.to_dict() | {"problems": [*problems, *result.problems]}, as_json=as_json)
    fail_for([*problems, *result.problems])


def run_convert(
    path: Path, to: str, out: Path, renames: list[str], *, labels: Path | None = None, link: bool, as_json: bool
) -> None:
    """Convert the data, print the report."""
    data_format(to)
    problems: list[str] = []
    dataset = correct_labels(read_dataset(path, rename=parse_renames(renames), problems=problems), labels)
    done = convert(dataset, out, to, link=link)
    splits = ", ".join(f"{name} {count:,}" for name, count in done.splits.items())
    lines = [f"written to {done.target}: {done.images:,} images, {done.boxes:,} boxes ({splits}) as {done.format}"]
    lines += [f"not representable in {done.format}: {line}" for line in done.lost]
    _print(lines, vars(done) | {"target": str(done.target), "problems": problems}, as_json=as_json)
    fail_for(problems)


def run_crop(path: Path, out: Path, options: CropOptions, split: str, renames: list[str], *, as_json: bool) -> None:
    """Crop the faces, print the report."""
    problems: list[str] = []
    dataset = read_dataset(path, rename=parse_renames(renames), problems=problems)
    if split != "all":
        dataset = dataset.split(split)
    with _bar() as on_progress:
        done = crop_faces(dataset, out, options, lambda number, total: on_progress("cropping", number, total))
    problems += done.unreadable
    _print(_crop_lines(done), vars(done) | {"target": str(done.target), "problems": problems}, as_json=as_json)
    fail_for(problems)


def _split_lines(done: SplitReport) -> Iterator[str]:
    yield f"written to {done.target}: {done.method}, seed {done.seed}, {done.groups:,} groups of duplicates"
    total = sum(done.images.values())
    for name, images in done.images.items():
        faces = ", ".join(f"{state} {done.faces[name][state]:,}" for state in STATE_NAMES)
        yield f"  {name:<6}{images:>8,} images ({images / total:.1%}): {faces}"
    near, altered = done.leaking["near"], done.leaking["altered"]
    yield f"Images outside train with a near-duplicate in another split: {near:,} ({altered:,} with altered copies)."
    yield done.check.line


def _crop_lines(done: CropReport) -> Iterator[str]:
    yield f"written to {done.target}: {sum(map(sum, (c.values() for c in done.written.values()))):,} faces"
    for split, counts in done.written.items():
        yield f"  {split}: " + ", ".join(f"{state} {counts[state]:,}" for state in STATE_NAMES)
    skipped = {
        "too small": done.too_small,
        "in images in which incorrect wearing was not labelled": done.not_3class,
        "in ignore regions": done.ignored,
    }
    yield from (f"skipped, {why}: {number:,}" for why, number in skipped.items() if number)


def _print(lines: Iterator[str] | list[str], content: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(content, indent=1))
    else:
        for line in lines:
            typer.echo(line)


@contextmanager
def _bar() -> Iterator[Callable[[str, int, int], None]]:
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        tasks: dict[str, Any] = {}

        def on_progress(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bar.add_task(step, total=total)
            bar.update(tasks[step], completed=done)

        yield on_progress
