"""Every face detector with the shipped classifier behind it, beside the single-shot network.

``python -m benchmarks.face_detectors DATA --models MODELS [--split val] [--save]``: faces found, masked and unmasked,
and CPU milliseconds of one thread. Each detector is judged at its own threshold, and all of them at the threshold from
which each gives at most one false alarm in ten images.
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
from maskwatch.evaluate.detection import DetectionOptions, evaluate_detection
from maskwatch.evaluate.estimates import Estimate, Proportion
from maskwatch.evaluate.operating_point import OperatingPoint
from maskwatch.evaluate.pairing import pair
from maskwatch.evaluate.run import run_detector
from maskwatch.evaluate.size_bands import ALL_SIZES
from maskwatch.evaluate.thresholds import choose_presets

LOWEST = 0.01
EQUAL_ALARMS, IOU = 0.1, 0.5
ROUNDS, RUNS = 6, 3


@dataclass(frozen=True)
class Candidate:
    """The same detector twice: reporting nearly everything, to be judged, and as users run it, to be timed."""

    name: str
    judged: Detector
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
        judged, timed = (
            load_two_stage(name, given.classifier, face_detector_model=model, conf=conf, threads=1)
            for conf in (LOWEST, None)
        )
        candidates.append(Candidate(f"two-stage, {name}", judged, timed))
    times = _times(candidates, dataset)
    rows = [{**_figures(one, dataset), **times[one.name], "split": given.split} for one in candidates]
    show("face_detectors", rows, save=given.save)


def _figures(one: Candidate, dataset: Dataset) -> dict[str, str]:
    found = run_detector(one.judged, dataset)
    conf = one.judged.default_conf
    options = DetectionOptions(lowest_confidence=LOWEST, at_confidence=conf, ap50_95=False, resamples=0)
    column = evaluate_detection(dataset, found, options).columns[0]
    every, large = column.all_sizes, column.band(">=32 px")
    recall, large_recall = every.found.recall, large.found.recall
    equal = _at_equal_alarms(dataset, found)
    return {
        "detector": one.name,
        "threshold": f"{conf:.2f}",
        "best_f1_at": f"{choose_presets(dataset, found).get('balanced', 0):.2f}",
        "masked": _share(recall["masked"]),
        "unmasked": _share(recall["unmasked"]),
        "masked_32px": _share(large_recall["masked"]),
        "unmasked_32px": _share(large_recall["unmasked"]),
        "false_per_image": f"{column.false_alarms / column.images:.2f}",
        "masked_equal": _share(equal["masked"]),
        "unmasked_equal": _share(equal["unmasked"]),
        "masked_at_p90": _percent(every.masked_recall_at_precision),
        "state_right": _share(every.found.label_accuracy),
        "mean_ap50": _percent(every.mean_ap),
    }


def _at_equal_alarms(dataset: Dataset, found: list[Detections]) -> dict[str, Proportion]:
    """Recall at the lowest threshold with at most `EQUAL_ALARMS` false alarms an image."""
    pairing = pair(list(dataset), found)
    low, high = LOWEST, 1.0
    for _ in range(12):
        middle = (low + high) / 2
        too_many = OperatingPoint.at(pairing, middle, IOU).false_alarms > EQUAL_ALARMS * len(dataset)
        low, high = (middle, high) if too_many else (low, middle)
    return OperatingPoint.at(pairing, high, IOU).metrics(ALL_SIZES).recall


def _times(candidates: list[Candidate], dataset: Dataset) -> dict[str, dict[str, str]]:
    """Fastest CPU time of each, in turn over several rounds, so that a slow minute meets every one of them."""
    frame = frame_of(dataset)
    whole: dict[str, list[float]] = {one.name: [] for one in candidates}
    faces_only: dict[str, list[float]] = {one.name: [] for one in candidates}
    for _ in range(ROUNDS):
        for one in candidates:
            whole[one.name] += [cpu_ms(lambda one=one: one.timed(frame)) for _ in range(RUNS)]
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
        for name, values in whole.items()
    }


def _share(found: Proportion) -> str:
    if found.value is None or found.low is None or found.high is None:
        return ""
    return f"{100 * found.value:.1f} ({found.hits}/{found.total}; {100 * found.low:.0f}-{100 * found.high:.0f})"


def _percent(figure: Estimate) -> str:
    return "" if figure.value is None else f"{100 * figure.value:.1f}"


if __name__ == "__main__":
    main()
