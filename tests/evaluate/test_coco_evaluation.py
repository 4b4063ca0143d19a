"""COCO metrics against faster-coco-eval, an independent implementation."""

from __future__ import annotations

import contextlib
import io
from typing import Any

import numpy as np
import pytest

from evaluation_cases import random_case
from maskwatch.data import Dataset, read_dataset
from maskwatch.detections import STATE_NAMES, Detections
from maskwatch.evaluate.coco import CocoMetrics, evaluate_coco

NAMES = ("ap", "ap50", "ap75", "ap_small", "ap_medium", "ap_large")


def oracle(data: Dataset, predictions: list[Detections], states: list[int]) -> dict[str, float | None]:
    faster = pytest.importorskip("faster_coco_eval")
    with contextlib.redirect_stdout(io.StringIO()):
        truth = faster.COCO(_ground_truth(data))
        evaluation = faster.COCOeval_faster(
            truth, truth.loadRes(_results(predictions)), "bbox", print_function=lambda *_: None
        )
        evaluation.params.catIds = states
        evaluation.run()
    values = dict(zip(NAMES, evaluation.stats[:6], strict=True)) | {"ar100": evaluation.stats[8]}
    return {name: None if value < 0 else float(value) for name, value in values.items()}


def _ground_truth(data: Dataset) -> dict[str, Any]:
    annotations = []
    for number, image in enumerate(data):
        for box, state in zip(image.xyxy, image.class_id, strict=True):
            annotations.append(_annotation(number, box, int(state), crowd=0))
        annotations += [_annotation(number, box, s, crowd=1) for box in image.ignore for s in range(len(STATE_NAMES))]
    for number, annotation in enumerate(annotations, start=1):
        annotation["id"] = number
    return {
        "images": [{"id": i, "width": image.width, "height": image.height} for i, image in enumerate(data)],
        "annotations": annotations,
        "categories": [{"id": i, "name": name} for i, name in enumerate(STATE_NAMES)],
    }


def _annotation(image: int, box: np.ndarray, state: int, crowd: int) -> dict[str, Any]:
    xywh = _xywh(box)
    return {"image_id": image, "category_id": state, "bbox": xywh, "area": xywh[2] * xywh[3], "iscrowd": crowd}


def _results(predictions: list[Detections]) -> list[dict[str, Any]]:
    return [
        {"image_id": i, "category_id": int(c), "bbox": _xywh(box), "score": float(score)}
        for i, found in enumerate(predictions)
        for box, c, score in zip(found.xyxy, found.class_id, found.confidence * found.state_confidence, strict=True)
    ]


def _xywh(box: np.ndarray) -> list[float]:
    x1, y1, x2, y2 = (float(v) for v in box)
    return [x1, y1, x2 - x1, y2 - y1]


def assert_agrees(metrics: CocoMetrics, expected: dict[str, float | None]) -> None:
    found = {name: getattr(metrics, name) for name in expected}
    assert {n for n, v in found.items() if v is None} == {n for n, v in expected.items() if v is None}
    for name, value in expected.items():
        if value is not None:
            assert found[name] == pytest.approx(value, abs=0.001), name


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("kind", [{}, {"ignored": False}, {"crowded": True, "images": 6}], ids=str)
def test_agrees_on_random_images(seed: int, kind: dict[str, Any]) -> None:
    data, predictions = random_case(seed, **kind)
    report = evaluate_coco(data, predictions)
    assert_agrees(report.mean, oracle(data, predictions, [0, 1, 2]))
    for state, name in enumerate(STATE_NAMES):
        assert_agrees(report.states[name], oracle(data, predictions, [state]))


@pytest.mark.shared
def test_agrees_on_real_faces_found_by_a_shaky_detector(shared: Any) -> None:
    data = read_dataset(shared / "data/detection/annotations.json").split("test")
    rng = np.random.default_rng(0)
    predictions = [_shaken(image.xyxy, image.class_id, rng) for image in data]
    assert_agrees(evaluate_coco(data, predictions).mean, oracle(data, predictions, [0, 1, 2]))


def _shaken(xyxy: np.ndarray, state: np.ndarray, rng: np.random.Generator) -> Detections:
    moved = xyxy + rng.normal(0, 0.07, xyxy.shape) * np.tile(xyxy[:, 2:] - xyxy[:, :2], 2)
    states = np.eye(3)[state] * 0.5 + rng.dirichlet([1, 1, 1], len(xyxy)) * 0.5
    twice = np.concatenate([moved, moved + 3]).astype(np.float32)
    scores = rng.uniform(0.05, 1, len(twice)).astype(np.float32)
    return Detections(twice, scores, np.concatenate([states, states]).astype(np.float32))
