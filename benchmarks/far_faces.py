"""Effect of a high-resolution pass on small faces.

``python -m benchmarks.far_faces DATA --labels CSV [--imgsz-high N]``.

Small faces are rare in most validation images. The benchmark therefore also evaluates composites of four images at
half size, each image in two of them. Masked faces are also matched at other IoUs than 0.5: a face that matches at 0.3
but not at 0.5 has an imprecise box.
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
from maskwatch.data.label_corrections import correct_labels
from maskwatch.data.pixels import labelled_pixels
from maskwatch.detect.card import scales_text
from maskwatch.detect.devices import RuntimeOptions
from maskwatch.detect.session import OnnxSession
from maskwatch.detect.single_shot import SingleShotDetector, check_scales
from maskwatch.evaluate.detection import evaluate_detection
from maskwatch.evaluate.options import DetectionOptions
from maskwatch.evaluate.slices.corruptions import jpeg
from maskwatch.frames import Image
from maskwatch.weights import shipped_models

SIDE, ACROSS, ROUNDS = 640, 2, 2
LEAST_SIDE = 7.0
"""Faces in a composite with a smaller shorter side, in pixels, are ignored."""
JPEG_QUALITY = 80
OVERLAPS = (0.3, 0.4, 0.5, 0.6)

Labelled = tuple[Image, LabelledImage]


def composites(images: Dataset, seed: int = 0) -> Iterator[Labelled]:
    """Squares of `SIDE` pixels with `ACROSS` x `ACROSS` images, in random order, `ROUNDS` times."""
    rng = np.random.default_rng(seed)
    for _ in range(ROUNDS):
        order = rng.permutation(len(images))
        for chosen in order[: len(order) // ACROSS**2 * ACROSS**2].reshape(-1, ACROSS**2):
            yield _composite([images.images[i] for i in chosen])


def _composite(images: Sequence[LabelledImage]) -> Labelled:
    cell, canvas = SIDE // ACROSS, np.full((SIDE, SIDE, 3), 127, np.uint8)
    boxes, ignored = [], []
    for number, image in enumerate(images):
        scale, left, top = cell / max(image.width, image.height), number % ACROSS * cell, number // ACROSS * cell
        size = round(image.width * scale), round(image.height * scale)
        small = cv2.resize(labelled_pixels(image), size, interpolation=cv2.INTER_AREA)
        canvas[top : top + size[1], left : left + size[0]] = small
        corner = np.array([left, top] * 2, np.float32)
        boxes.append(image.xyxy * np.float32(scale) + corner)
        ignored.append(image.ignore * np.float32(scale) + corner)
    xyxy, class_id = np.concatenate(boxes), np.concatenate([image.class_id for image in images])
    tiny = shorter_side(xyxy) < LEAST_SIDE
    ignore = np.concatenate([*ignored, xyxy[tiny]])
    labelled = LabelledImage(Path("composite"), SIDE, SIDE, xyxy[~tiny], class_id[~tiny], ignore)
    return jpeg(canvas, JPEG_QUALITY), labelled


def evaluate(detector: SingleShotDetector, name: str, images: Sequence[Labelled]) -> dict[str, str]:
    """AP in percent: of masked faces at each of `OVERLAPS`, of all faces and of the states at IoU 0.5."""
    found = [detector(image) for image, _ in images]
    dataset = Dataset([labelled for _, labelled in images], name)
    metrics = {
        iou: evaluate_detection(dataset, found, replace(DetectionOptions.quick(), iou=iou)).headline()
        for iou in OVERLAPS
    }
    row = {f"masked at {iou}": metrics[iou]["masked"] for iou in OVERLAPS}
    row |= {name: metrics[0.5][name] for name in ("face", "without_mask", "mean")}
    model = f"{detector.name} {scales_text(detector.scales)}"
    return {"images": name, "model": model} | {key: f"{100 * (value or 0):.1f}" for key, value in row.items()}


def detectors(imgsz_high: int) -> Iterator[SingleShotDetector]:
    """The shipped models, and ``default`` with an additional pass at ``imgsz_high`` pixels."""
    lowest = DetectionOptions().lowest_confidence
    for path in shipped_models().values():
        yield SingleShotDetector(OnnxSession(path, RuntimeOptions(threads=1)), conf=lowest)
    session = OnnxSession(shipped_models()["small"], RuntimeOptions(threads=1))
    check_scales(imgsz_high, session.card.imgsz, session.card.imgsz_low)
    session.card = replace(session.card, imgsz_high=imgsz_high)
    yield SingleShotDetector(session, conf=lowest)


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("data", type=Path, help="labelled images with a split val")
    parser.add_argument("--labels", type=Path, help="CSV file of corrections to the labels")
    parser.add_argument(
        "--imgsz-high", type=int, default=1024, help="longer side in the high-resolution pass, in pixels"
    )
    options = parser.parse_args()
    val = correct_labels(read_dataset(options.data), options.labels).split("val")
    sets = {"val": [(labelled_pixels(p), p) for p in val], "composites": list(composites(val))}
    rows = [evaluate(one, name, images) for one in detectors(options.imgsz_high) for name, images in sets.items()]
    show("far_faces", rows, save=options.save)


if __name__ == "__main__":
    main()
