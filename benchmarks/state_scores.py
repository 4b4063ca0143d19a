"""Quality of the state scores: ``python -m benchmarks.state_scores DATA --labels CSV [--occluders WEAK]``.

Three metrics per model: the expected calibration error of the state of detected faces; predicted states of unmasked
faces behind real hands, scarves and collars; and the number of detections on a face that fills the image.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from benchmarks.report import arguments, show

from maskwatch import MaskState, load_detector
from maskwatch.boxes import crop_box, iou, shorter_side
from maskwatch.data import Dataset, read_dataset
from maskwatch.data.label_corrections import correct_labels
from maskwatch.data.pixels import labelled_pixels
from maskwatch.detect.base import Detector
from maskwatch.evaluate.calibration import expected_calibration_error, found_states
from maskwatch.frames import Image
from maskwatch.weights import shipped_models

BINS = 15
OCCLUDED_CONF = 0.35
"""Confidence threshold for occluded faces, which have lower confidences."""
MARGIN, LEAST_SIDE = 0.15, 40
"""Margin around a cropped face as a fraction of its sides, and the smallest shorter side of these faces in pixels."""


def calibration_error(detector: Detector, images: Dataset) -> tuple[float, int]:
    """Expected calibration error, and the number of faces."""
    scores, labels = found_states(images, [detector(labelled_pixels(p)) for p in images], face_score=0.0)
    return expected_calibration_error(scores, labels, bins=BINS), len(labels)


def real_occluders(detector: Detector, images: Dataset) -> str:
    """Unmasked faces with a covered mouth: predicted with_mask / detected / all."""
    detected = masked = 0
    for image in images:
        faces = detector.predict_raw(labelled_pixels(image)).detections(OCCLUDED_CONF)
        overlaps = iou(image.xyxy, faces.xyxy)
        for row in overlaps[overlaps.max(axis=1, initial=0) >= 0.35]:
            detected += 1
            masked += int(faces.class_id[row.argmax()] == MaskState.with_mask)
    return f"{masked} / {detected} / {sum(len(image.xyxy) for image in images)}"


def portraits(images: Dataset) -> list[Image]:
    """Tight crops of the faces in images with one face."""
    cut = []
    for photo in images:
        if len(photo.xyxy) == 1 and shorter_side(photo.xyxy)[0] >= LEAST_SIDE:
            image = labelled_pixels(photo)
            x1, y1, x2, y2 = crop_box(photo.xyxy[0], image.shape[1], image.shape[0], margin=MARGIN)
            cut.append(np.ascontiguousarray(image[y1:y2, x1:x2]))
    return cut


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("data", type=Path, help="labelled images with a split val")
    parser.add_argument("--labels", type=Path, help="CSV file of corrections to the labels")
    parser.add_argument("--occluders", type=Path, help="labelled images with a split occluders")
    options = parser.parse_args()
    val = correct_labels(read_dataset(options.data), options.labels).split("val")
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
            row["real occluders: with_mask / detected / all"] = real_occluders(detector, occluded)
        rows.append(row)
    show("state_scores", rows, save=options.save)


if __name__ == "__main__":
    main()
