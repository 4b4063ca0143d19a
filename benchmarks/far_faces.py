"""Far faces, and what a larger look does for them: ``python -m benchmarks.far_faces DATA --labels CSV [--far 1024]``.

Small faces are rare in most validation pictures. So four of them at a time are put together at half their size, twice
over in another order, and judged beside the pictures as they are. Masked faces are also matched at other overlaps than
0.5: what is found at 0.3 and not at 0.5 was lost by its box.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from benchmarks.report import arguments, show

from maskwatch.boxes import shorter_side
from maskwatch.data import Dataset, LabelledImage, read_dataset
from maskwatch.data.overlay import apply_overlay
from maskwatch.data.pixels import labelled_pixels
from maskwatch.detect.card import sides_text
from maskwatch.detect.multi_scale import check_sides
from maskwatch.detect.session import OnnxSession
from maskwatch.detect.single_shot import SingleShotDetector
from maskwatch.evaluate.detection import evaluate_detection
from maskwatch.evaluate.options import DetectionOptions
from maskwatch.evaluate.slices.corruptions import jpeg
from maskwatch.frames import Image
from maskwatch.weights import shipped_models

SIDE, ACROSS, ROUNDS = 640, 2, 2
LEAST_SIDE = 7.0
"""Faces with a shorter side below this in a composite, pixels, are ignored."""
JPEG_QUALITY = 80
OVERLAPS = (0.3, 0.4, 0.5, 0.6)

Judged = tuple[Image, LabelledImage]


def composites(pictures: Dataset, seed: int = 0) -> Iterator[Judged]:
    """Squares of `SIDE` pixels with `ACROSS` pictures along each side, in random order, `ROUNDS` times over."""
    rng = np.random.default_rng(seed)
    for _ in range(ROUNDS):
        order = rng.permutation(len(pictures))
        for chosen in order[: len(order) // ACROSS**2 * ACROSS**2].reshape(-1, ACROSS**2):
            yield _composite([pictures.images[i] for i in chosen])


def _composite(pictures: Sequence[LabelledImage]) -> Judged:
    cell, canvas = SIDE // ACROSS, np.full((SIDE, SIDE, 3), 127, np.uint8)
    boxes, ignored = [], []
    for number, picture in enumerate(pictures):
        scale, left, top = cell / max(picture.width, picture.height), number % ACROSS * cell, number // ACROSS * cell
        size = round(picture.width * scale), round(picture.height * scale)
        small = cv2.resize(labelled_pixels(picture), size, interpolation=cv2.INTER_AREA)
        canvas[top : top + size[1], left : left + size[0]] = small
        corner = np.array([left, top] * 2, np.float32)
        boxes.append(picture.xyxy * np.float32(scale) + corner)
        ignored.append(picture.ignore * np.float32(scale) + corner)
    xyxy, class_id = np.concatenate(boxes), np.concatenate([picture.class_id for picture in pictures])
    tiny = shorter_side(xyxy) < LEAST_SIDE
    ignore = np.concatenate([*ignored, xyxy[tiny]])
    labelled = LabelledImage(Path("composite"), SIDE, SIDE, xyxy[~tiny], class_id[~tiny], ignore)
    return jpeg(canvas, JPEG_QUALITY), labelled


def judge(detector: SingleShotDetector, name: str, pictures: Sequence[Judged]) -> dict[str, str]:
    """AP of masked faces at each of `OVERLAPS`, and of all faces and the states at 0.5, percent."""
    found = [detector(image) for image, _ in pictures]
    dataset = Dataset([labelled for _, labelled in pictures], name)
    figures = {
        iou: evaluate_detection(dataset, found, replace(DetectionOptions.quick(), iou=iou)).headline()
        for iou in OVERLAPS
    }
    row = {f"masked at {iou}": figures[iou]["masked"] for iou in OVERLAPS}
    row |= {name: figures[0.5][name] for name in ("face", "without_mask", "mean")}
    model = f"{detector.name} {sides_text(detector.sides)}"
    return {"pictures": name, "model": model} | {key: f"{100 * (value or 0):.1f}" for key, value in row.items()}


def detectors(far: int) -> Iterator[SingleShotDetector]:
    """The shipped models, and ``default`` with a further look at ``far`` pixels."""
    lowest = DetectionOptions().lowest_confidence
    for path in shipped_models().values():
        yield SingleShotDetector(OnnxSession(path, threads=1), conf=lowest)
    session = OnnxSession(shipped_models()["default"], threads=1)
    check_sides(far, session.card.imgsz, session.card.near)
    session.card = replace(session.card, far=far)
    yield SingleShotDetector(session, conf=lowest)


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("data", type=Path, help="labelled pictures with a split val")
    parser.add_argument("--labels", type=Path, help="CSV file of corrections to the labels")
    parser.add_argument("--far", type=int, default=1024, help="longer side of the larger look, pixels")
    options = parser.parse_args()
    val = apply_overlay(read_dataset(options.data), options.labels).split("val")
    sets = {"val": [(labelled_pixels(p), p) for p in val], "composites": list(composites(val))}
    rows = [judge(one, name, pictures) for one in detectors(options.far) for name, pictures in sets.items()]
    show("far_faces", rows, save=options.save)


if __name__ == "__main__":
    main()
