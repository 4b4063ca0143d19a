"""Faces as text: a table per image, and the counts of a run."""

from __future__ import annotations

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from maskwatch.detections import Detections
from maskwatch.frames import Frame
from maskwatch.pipeline import Summary
from maskwatch.styles import styles_of


def print_faces(console: Console, frame: Frame, faces: Detections) -> None:
    """Print the faces of one image as a table under its name."""
    title = f"{frame.source}  {frame.width} x {frame.height}"
    if not len(faces):
        console.print(f"{title}: no face detected", highlight=False, markup=False, soft_wrap=True)
        return
    console.print(title, highlight=False, markup=False, soft_wrap=True, style="bold")
    console.print(faces_table(faces), highlight=False)


def faces_table(faces: Detections) -> Table:
    """The faces of one image, highest confidence first."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("#", justify="right")
    table.add_column("state")
    for name in ("confidence", "left", "top", "right", "bottom"):
        table.add_column(name, justify="right")
    for number, face in enumerate(faces, start=1):
        (style,) = styles_of(face)
        box = [f"{value:.0f}" for value in face.xyxy[0]]
        guess = f" ({face.states[0].name}?)" if face.ambiguous[0] else ""
        table.add_row(str(number), f"[{style.hex}]{style.name}{guess}[/]", f"{face.confidence[0]:.0%}", *box)
    return table


def counts_line(summary: Summary, failed: int, people: dict[str, int] | None = None) -> str:
    """The last line: frames, faces and tracked people by state, and the number of failed inputs."""
    states = _by_state(summary.states)
    frames = f"{summary.frames} frame{'s' * (summary.frames != 1)}"
    faces = f"{summary.faces} face{'s' * (summary.faces != 1)}"
    number = sum(people.values()) if people else 0
    tracked = "" if people is None else f"; {number} {'person' if number == 1 else 'people'}: {_by_state(people)}"
    return f"{frames}, {faces}: {states}{tracked}" + (f"; {failed} failed" if failed else "")


def _by_state(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.items())
