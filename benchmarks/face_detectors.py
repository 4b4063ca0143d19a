"""Compares two-stage detection, with each face detector and the shipped classifier, to the single-shot network.

``python -m benchmarks.face_detectors DATA --models MODELS [--split val] [--save]`` prints the recall of masked and
unmasked faces and CPU milliseconds on one thread. Each detector is evaluated at its own threshold, and at the lowest
threshold with at most one false positive per ten images.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
from benchmarks.peers.timing import cpu_ms, frame_of
from benchmarks.report import arguments, show

from maskwatch import load_detector, load_two_stage
from maskwatch.data import Dataset, read_dataset
from maskwatch.detect.base import Detector
from maskwatch.detect.face_detectors import FACE_DETECTORS, face_detector_type
from maskwatch.detect.two_stage import TwoStageDetector
from maskwatch.detections import Detections
from maskwatch.evaluate.detection import DetectionOptions, evaluate_detection, run_detector
from maskwatch.evaluate.intervals import Estimate, Proportion
from maskwatch.evaluate.operating_point import OperatingPoint
from maskwatch.evaluate.pairing import pair
from maskwatch.evaluate.tasks import ALL_SIZES
from maskwatch.evaluate.thresholds import choose_presets

LOWEST = 0.01
EQUAL_FALSE_POSITIVES, IOU = 0.1, 0.5
ROUNDS, RUNS = 6, 3


@dataclass(frozen=True)
class Candidate:
    """A detector with a low threshold, for evaluation, and with its default threshold, for timing."""

    name: str
    evaluated: Detector
    timed: Detector


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("data", type=Path, help="labelled images: COCO, Pascal VOC or YOLO")
    parser.add_argument("--models", type=Path, help="folder of the model files; default: the fetched ones")
    parser.add_argument("--classifier", default="classifier", help="shipped name or file")
    parser.add_argument("--split", default="val")
    given = parser.parse_args()
    cv2.setNumThreads(1)
    dataset = read_dataset(given.data).split(given.split)
    candidates = [Candidate("single-shot", load_detector(conf=LOWEST, threads=1), load_detector(threads=1))]
    for name in FACE_DETECTORS:
        model = given.models if face_detector_type(name).files else None
        evaluated, timed = (
            load_two_stage(name, given.classifier, face_detector_model=model, conf=conf, threads=1)
            for conf in (LOWEST, None)
        )
        candidates.append(Candidate(f"two-stage, {name}", evaluated, timed))
    times = _times(candidates, dataset)
    rows = [{**_metrics(one, dataset), **times[one.name], "split": given.split} for one in candidates]
    show("face_detectors", rows, save=given.save)


def _metrics(one: Candidate, dataset: Dataset) -> dict[str, str]:
    found = run_detector(one.evaluated, dataset)
    conf = one.evaluated.default_conf
    options = DetectionOptions(lowest_confidence=LOWEST, at_confidence=conf, ap50_95=False, resamples=0)
    policy = evaluate_detection(dataset, found, options).box_policies[0]
    every, large = policy.all_sizes, policy.size_range(">=32 px")
    recall, large_recall = every.at_threshold.recall, large.at_threshold.recall
    equal = _at_equal_false_positives(dataset, found)
    return {
        "detector": one.name,
        "threshold": f"{conf:.2f}",
        "best_f1_at": f"{choose_presets(dataset, found).get('balanced', 0):.2f}",
        "masked": _share(recall["masked"]),
        "unmasked": _share(recall["unmasked"]),
        "masked_32px": _share(large_recall["masked"]),
        "unmasked_32px": _share(large_recall["unmasked"]),
        "false_positives_per_image": f"{policy.false_positives / policy.images:.2f}",
        "masked_equal": _share(equal["masked"]),
        "unmasked_equal": _share(equal["unmasked"]),
        "masked_at_p90": _percent(every.masked_recall_at_precision),
        "label_accuracy": _share(every.at_threshold.label_accuracy),
        "mean_ap50": _percent(every.mean_ap),
    }


def _at_equal_false_positives(dataset: Dataset, found: list[Detections]) -> dict[str, Proportion]:
    """Recall at the lowest threshold with at most `EQUAL_FALSE_POSITIVES` false positives per image."""
    pairing = pair(list(dataset), found)
    low, high = LOWEST, 1.0
    for _ in range(12):
        middle = (low + high) / 2
        too_many = OperatingPoint.at(pairing, middle, IOU).false_positives > EQUAL_FALSE_POSITIVES * len(dataset)
        low, high = (middle, high) if too_many else (low, middle)
    return OperatingPoint.at(pairing, high, IOU).metrics(ALL_SIZES).recall


def _times(candidates: list[Candidate], dataset: Dataset) -> dict[str, dict[str, str]]:
    """Lowest CPU time of each, in turn over several rounds, so that a slow minute affects all of them."""
    frame = frame_of(dataset)
    total: dict[str, list[float]] = {one.name: [] for one in candidates}
    faces_only: dict[str, list[float]] = {one.name: [] for one in candidates}
    for _ in range(ROUNDS):
        for one in candidates:
            total[one.name] += [cpu_ms(lambda one=one: one.timed(frame)) for _ in range(RUNS)]
            if isinstance(one.timed, TwoStageDetector):
                detect, at = one.timed.face_detector.detect, one.timed.thresholds
                faces_only[one.name] += [
                    cpu_ms(lambda detect=detect, at=at: detect(frame, at.conf, at.iou)) for _ in range(RUNS)
                ]
    return {
        name: {
            "cpu_ms": f"{min(values):.1f}",
            "faces_cpu_ms": f"{min(faces_only[name]):.1f}" if faces_only[name] else "",
        }
        for name, values in total.items()
    }


def _share(share: Proportion) -> str:
    if share.value is None or share.low is None or share.high is None:
        return ""
    return f"{100 * share.value:.1f} ({share.hits}/{share.total}; {100 * share.low:.0f}-{100 * share.high:.0f})"


def _percent(estimate: Estimate) -> str:
    return "" if estimate.value is None else f"{100 * estimate.value:.1f}"


if __name__ == "__main__":
    main()
