from __future__ import annotations

import numpy as np
import pytest

from maskwatch import load_detector
from maskwatch.boxes import Letterbox
from maskwatch.demo import demo_images
from maskwatch.detect.look import MultiScalePrediction
from maskwatch.detect.multi_scale import ScaleOutput, SizeRange
from maskwatch.detect.postprocess import Thresholds
from maskwatch.detect.session import RawOutputs
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
def test_one_look_gives_what_a_detector_gives_at_every_threshold(crowd: Image, tile: bool) -> None:
    seen = load_detector(imgsz=640, tile=tile).predict_raw(crowd).kept(0.05)
    found = []
    for conf in THRESHOLDS:
        assert_same(seen.faces(conf), load_detector(imgsz=640, tile=tile, conf=conf)(crowd))
        found.append(len(seen.faces(conf)))
    assert found == sorted(found, reverse=True)
    assert found[0] > found[-1]


def test_without_a_threshold_it_is_the_detectors_own(group: Image) -> None:
    detector = load_detector()
    assert_same(detector.predict_raw(group).faces(), detector(group))


def test_what_is_kept_is_small(group: Image) -> None:
    predict_raw = load_detector().predict_raw(group)
    before, after = (
        sum(len(view.raw.face_score) for view in one.views) for one in (predict_raw, predict_raw.kept(0.15))
    )  # type: ignore[attr-defined]
    assert 10 <= after < before / 10


def test_the_state_does_not_depend_on_the_threshold() -> None:
    """Of two boxes on one face, the better is not sure of the state: the other one decides it, at every threshold."""
    raw = RawOutputs(
        np.array([[10, 10, 50, 50], [11, 11, 51, 51]], np.float32),
        np.array([0.95, 0.90], np.float32),
        np.array([[0.40, 0.35, 0.25], [0.01, 0.01, 0.98]], np.float32),
    )
    view = ScaleOutput(raw, Letterbox.fit(64, 64, 64, 32), SizeRange())
    prediction = MultiScalePrediction((view,), 64, 64, Thresholds(conf=0.3, iou=0.45), 0.0)
    for conf in (0.1, 0.3, 0.92):
        faces = prediction.faces(conf)
        assert faces.confidence.tolist() == pytest.approx([0.95])
        assert faces.class_id.tolist() == [2]


@pytest.mark.parametrize("tile", [False, True])
def test_a_higher_threshold_only_removes_faces_of_an_image(crowd: Image, tile: bool) -> None:
    prediction = load_detector(imgsz=640, tile=tile).predict_raw(crowd)
    everything = prediction.faces(0.02)
    assert len(everything) > 20
    for conf in np.linspace(0.05, 1, 20):
        assert_same(prediction.faces(float(conf)), everything.with_confidence(float(conf)))


def test_a_threshold_out_of_range_is_refused(group: Image) -> None:
    with pytest.raises(UsageError, match="--conf"):
        load_detector().predict_raw(group).faces(1.5)
