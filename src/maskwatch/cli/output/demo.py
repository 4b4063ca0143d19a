"""Output of ``maskwatch demo``: tables of faces, counts and annotated images."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from rich.console import Console

from maskwatch.cli.output.face_tables import counts_line, print_faces
from maskwatch.demo import demo_images
from maskwatch.detect import load_detector
from maskwatch.frames import Frame
from maskwatch.pipeline import Summary
from maskwatch.sinks.images import ImageSink
from maskwatch.sinks.jsonl import JsonlSink


def print_demo(folder: Path, model: str, *, as_json: bool) -> None:
    """Detect faces in the demo images, print them, and save the annotated images."""
    console, detector, summary = Console(quiet=as_json), load_detector(model), Summary()
    with ExitStack() as sinks:
        images = sinks.enter_context(ImageSink(folder))
        records = sinks.enter_context(JsonlSink("-")) if as_json else None
        for image in demo_images():
            frame = Frame(image.image, 0, None, f"{image.name}.png")
            faces = detector(image.image)
            summary.add(faces)
            print_faces(console, frame, faces)
            images.write(frame, faces)
            if records is not None:
                records.write(frame, faces)
    console.print(counts_line(summary, 0), highlight=False)
    console.print(f"annotated images: {', '.join(str(path) for path in images.written)}", highlight=False)
