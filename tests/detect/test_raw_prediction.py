from __future__ import annotations

import numpy as np
import pytest

from maskwatch import load_detector
from maskwatch.boxes import Letterbox
from maskwatch.demo import demo_images
from maskwatch.detect.raw_prediction import MultiScalePrediction, RawOutputs, ScaleOutput, SizeRange, Thresholds
from maskwatch.detections import Detections
from maskwatch.errors import UsageError
from maskwatch.frames import Image

THRESHOLDS = (0.05, 0.2, 0.35, 0.5, 0.8, 0.93, 0.99)


@pytest.fixture(scope="module")
def group() -> Image:
    pytest.importorskip("skimage", reason="the demonstration image needs maskwatch[demo]")
    return demo_images()[-1].image


@pytest.fixture(scope="module")
def crowd(group: Image) -> Image:
    return np.tile(group, (2, 2, 1))


def assert_same(one: Detections, other: Detections) -> None:
    np.testing.assert_array_equal(one.xyxy, other.xyxy)
    np.testing.assert_array_equal(one.confidence, other.confidence)
    np.testing.assert_array_equal(one.state_scores, other.state_scores)
    assert one.ambiguity_margin == other.ambiguity_margin


@pytest.mark.parametrize("tile", [False, True])
def test_one_raw_prediction_gives_the_detections_of_every_threshold(crowd: Image, tile: bool) -> None:
    prediction = load_detector(imgsz=640, tile=tile).predict_raw(crowd).above(0.05)
    found = []
    for conf in THRESHOLDS:
        assert_same(prediction.detections(conf), load_detector(imgsz=640, tile=tile, conf=conf)(crowd))
        found.append(len(prediction.detections(conf)))
    assert found == sorted(found, reverse=True)
    assert found[0] > found[-1]


def test_without_a_threshold_it_is_the_detectors_own(group: Image) -> None:
    detector = load_detector()
    assert_same(detector.predict_raw(group).detections(), detector(group))


def test_above_gives_a_small_record(group: Image) -> None:
    prediction = load_detector().predict_raw(group)
    assert isinstance(prediction, MultiScalePrediction)
    before, after = (
        sum(len(output.raw.face_score) for output in one.outputs) for one in (prediction, prediction.above(0.15))
    )
    assert 10 <= after < before / 10


def test_the_state_does_not_depend_on_the_threshold() -> None:
    """Of two boxes on one face, the better one is ambiguous: the other one decides the state, at every threshold."""
    raw = RawOutputs(
        np.array([[10, 10, 50, 50], [11, 11, 51, 51]], np.float32),
        np.array([0.95, 0.90], np.float32),
        np.array([[0.40, 0.35, 0.25], [0.01, 0.01, 0.98]], np.float32),
    )
    output = ScaleOutput(raw, Letterbox.fit(64, 64, 64, 32), SizeRange())
    prediction = MultiScalePrediction((output,), 64, 64, Thresholds(conf=0.3, iou=0.45), 0.0)
    for conf in (0.1, 0.3, 0.92):
        faces = prediction.detections(conf)
        assert faces.confidence.tolist() == pytest.approx([0.95])
        assert faces.class_id.tolist() == [2]


@pytest.mark.parametrize("tile", [False, True])
def test_a_higher_threshold_only_removes_faces_of_an_image(crowd: Image, tile: bool) -> None:
    prediction = load_detector(imgsz=640, tile=tile).predict_raw(crowd)
    everything = prediction.detections(0.02)
    assert len(everything) > 20
    for conf in np.linspace(0.05, 1, 20):
        assert_same(prediction.detections(float(conf)), everything.with_confidence(float(conf)))


def test_a_threshold_out_of_range_is_refused(group: Image) -> None:
    with pytest.raises(UsageError, match="--conf"):
        load_detector().predict_raw(group).detections(1.5)
