"""What the state scores are worth: ``python -m benchmarks.state_scores DATA --labels CSV [--occluders WEAK]``.

Three figures for each model: the expected calibration error of the state, given a found face; what real hands, scarves
and collars before bare faces are called; and how many boxes a face gets that fills the picture.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from benchmarks.report import arguments, show

from maskwatch import MaskState, load_detector
from maskwatch.boxes import crop_box, iou, shorter_side
from maskwatch.data import Dataset, read_dataset
from maskwatch.data.overlay import apply_overlay
from maskwatch.data.pixels import labelled_pixels
from maskwatch.detect.base import Detector
from maskwatch.evaluate.calibration import expected_calibration_error, found_states
from maskwatch.frames import Image
from maskwatch.weights import shipped_models

BINS = 15
OCCLUDED_CONF = 0.35
"""Confidence at which occluded faces are looked for: they are less sure."""
MARGIN, LEAST_SIDE = 0.15, 40
"""Around a face that is cut out alone, as a share of its sides; and the least shorter side of such faces, pixels."""


def calibration_error(detector: Detector, pictures: Dataset) -> tuple[float, int]:
    """Mean distance of confidence and accuracy over equal bins, and the faces that it is taken over."""
    scores, labels = found_states(pictures, [detector(labelled_pixels(p)) for p in pictures], face_score=0.0)
    return expected_calibration_error(scores, labels, bins=BINS), len(labels)


def real_occluders(detector: Detector, pictures: Dataset) -> str:
    """Of faces with something before the mouth and no mask: called with_mask / found / all."""
    found = called = 0
    for picture in pictures:
        faces = detector.look(labelled_pixels(picture)).faces(OCCLUDED_CONF)
        overlaps = iou(picture.xyxy, faces.xyxy)
        for row in overlaps[overlaps.max(axis=1, initial=0) >= 0.35]:
            found += 1
            called += int(faces.class_id[row.argmax()] == MaskState.with_mask)
    return f"{called} / {found} / {sum(len(picture.xyxy) for picture in pictures)}"


def portraits(pictures: Dataset) -> list[Image]:
    """The faces of pictures with one face, cut out tightly."""
    cut = []
    for picture in pictures:
        if len(picture.xyxy) == 1 and shorter_side(picture.xyxy)[0] >= LEAST_SIDE:
            image = labelled_pixels(picture)
            x1, y1, x2, y2 = crop_box(picture.xyxy[0], image.shape[1], image.shape[0], margin=MARGIN)
            cut.append(np.ascontiguousarray(image[y1:y2, x1:x2]))
    return cut


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("data", type=Path, help="labelled pictures with a split val")
    parser.add_argument("--labels", type=Path, help="CSV file of corrections to the labels")
    parser.add_argument("--occluders", type=Path, help="labelled pictures with a split occluders")
    options = parser.parse_args()
    val = apply_overlay(read_dataset(options.data), options.labels).split("val")
    alone = portraits(val)
    rows = []
    for name in shipped_models():
        detector = load_detector(name, threads=1)
        error, faces = calibration_error(detector, val)
        boxes = [len(detector(image)) for image in alone]
        row = {"model": name, "ECE": f"{error:.3f}", "faces": str(faces)}
        row |= {"portraits with one box": f"{boxes.count(1)} / {len(boxes)}"}
        if options.occluders:
            occluded = read_dataset(options.occluders).split("occluders")
            row["real occluders: with_mask / found / all"] = real_occluders(detector, occluded)
        rows.append(row)
    show("state_scores", rows, save=options.save)


if __name__ == "__main__":
    main()
