"""What ``maskwatch demo`` prints and saves."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from rich.console import Console

from maskwatch.cli.face_tables import counts_line, print_faces
from maskwatch.demo import demo_pictures
from maskwatch.detect import load_detector
from maskwatch.frames import Frame
from maskwatch.pipeline import Summary
from maskwatch.sinks.jsonl import JsonlSink
from maskwatch.sinks.pictures import PictureSink


def print_demo(folder: Path, model: str, *, as_json: bool) -> None:
    """Detect in the demo pictures, print what was found, and save the annotated pictures."""
    console, detector, summary = Console(quiet=as_json), load_detector(model), Summary()
    with ExitStack() as sinks:
        pictures = sinks.enter_context(PictureSink(folder))
        records = sinks.enter_context(JsonlSink("-")) if as_json else None
        for picture in demo_pictures():
            frame = Frame(picture.image, 0, None, f"{picture.name}.png")
            faces = detector(picture.image)
            summary.add(faces)
            print_faces(console, frame, faces)
            pictures.write(frame, faces)
            if records is not None:
                records.write(frame, faces)
    console.print(counts_line(summary, 0), highlight=False)
    console.print(f"annotated pictures: {', '.join(str(path) for path in pictures.written)}", highlight=False)
