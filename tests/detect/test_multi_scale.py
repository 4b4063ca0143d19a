"""Multi-scale inference: high-resolution passes for small faces, low-resolution passes for large ones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from maskwatch.boxes import Letterbox
from maskwatch.detect.card import ModelCard
from maskwatch.detect.raw_prediction import MultiScalePrediction, RawOutputs, ScaleOutput, merge_scales
from maskwatch.detect.single_shot import SingleShotDetector, check_scales, size_ranges
from maskwatch.detect.tiled import TiledDetector
from maskwatch.errors import UsageError
from maskwatch.frames import Image

CARD = ModelCard("two scales", "0", imgsz=640, imgsz_low=256, conf=0.3)


def raw(*faces: tuple[float, float, float, float, float]) -> RawOutputs:
    """Faces as x, y, width, height, score, all with a mask."""
    table = np.array(faces, np.float32).reshape(-1, 5)
    xyxy = np.concatenate([table[:, :2], table[:, :2] + table[:, 2:4]], axis=1)
    return RawOutputs(xyxy, table[:, 4], np.tile(np.float32([1, 0, 0]), (len(table), 1)))


class Sizes:
    """A stand-in for a network: its outputs depend on the width of the input, and it records these widths."""

    def __init__(self, card: ModelCard, answers: dict[int, RawOutputs]) -> None:
        self.card, self.answers, self.widths = card, answers, list[int]()

    def run(self, image: Image) -> RawOutputs:
        self.widths.append(image.shape[1])
        return self.answers[image.shape[1]]


def both_passes(main: RawOutputs, low: RawOutputs) -> RawOutputs:
    """Merged outputs for an image of 640 x 480 pixels, at the scales 640 and 256."""
    passes = zip((main, low), (640, 256), size_ranges(high=False, low=True), strict=True)
    outputs = [ScaleOutput(raw, Letterbox.fit(640, 480, side, 32), size_range) for raw, side, size_range in passes]
    return merge_scales(outputs, 640, 480, 0.01)


def test_a_face_that_fills_the_image_comes_whole_from_the_low_resolution_pass() -> None:
    eyes_and_mouth = raw((150, 100, 200, 90, 0.9), (200, 300, 180, 100, 0.8))
    session = Sizes(CARD, {640: eyes_and_mouth, 256: raw((40, 20, 150, 170, 0.7))})
    found = SingleShotDetector(session)(np.zeros((480, 640, 3), np.uint8))
    assert session.widths == [640, 256]
    np.testing.assert_allclose(found.xyxy, [[100, 50, 475, 475]], atol=0.01)


def test_small_faces_come_from_the_main_pass_alone() -> None:
    session = Sizes(CARD, {640: raw((50, 50, 40, 40, 0.6)), 256: raw((20, 20, 16, 16, 0.9), (90, 20, 20, 20, 0.9))})
    found = SingleShotDetector(session)(np.zeros((480, 640, 3), np.uint8))
    np.testing.assert_allclose(found.xyxy, [[50, 50, 90, 90]])


def test_a_face_detected_at_both_scales_gets_the_better_box() -> None:
    session = Sizes(CARD, {640: raw((100, 100, 120, 120, 0.6)), 256: raw((41, 41, 48, 48, 0.8))})
    found = SingleShotDetector(session)(np.zeros((480, 640, 3), np.uint8))
    np.testing.assert_allclose(found.xyxy, [[102.5, 102.5, 222.5, 222.5]])


def test_a_face_beside_a_large_one_stays() -> None:
    main, low = raw((500, 60, 50, 60, 0.9), (90, 100, 60, 60, 0.2)), raw((20, 20, 120, 140, 0.8))
    both = both_passes(main, low)
    np.testing.assert_allclose(both.xyxy, [[500, 60, 550, 120], [50, 50, 350, 400]])


def test_a_low_scoring_large_face_drops_no_crowd() -> None:
    crowd = raw(*((60 + 70 * i, 100 + 40 * (i % 2), 40, 50, 0.95) for i in range(5)))
    session = Sizes(CARD, {640: crowd, 256: raw((10, 20, 180, 120, 0.41))})
    assert len(SingleShotDetector(session, conf=0.5)(np.zeros((480, 640, 3), np.uint8))) == 5


def test_a_low_scoring_box_of_the_low_resolution_pass_drops_nothing() -> None:
    both = both_passes(raw((90, 100, 60, 60, 0.9)), raw((20, 20, 120, 140, 0.3)))
    assert len(both.xyxy) == 2


@pytest.mark.parametrize(("imgsz", "widths"), [(640, [640, 256]), (320, [320, 128])])
def test_the_scales_keep_their_proportions(imgsz: int, widths: list[int]) -> None:
    session = Sizes(CARD, {width: raw() for width in widths})
    SingleShotDetector(session, imgsz=imgsz)(np.zeros((480, 640, 3), np.uint8))
    assert session.widths == widths


def test_very_long_images_keep_their_proportions() -> None:
    session = Sizes(CARD, {640: raw(), 256: raw((20, 2, 200, 25, 0.8), (0, 0, 256, 29, 0.0))})
    low = session.answers[256]
    session.answers[256] = low._replace(xyxy=low.xyxy * np.float32([1, 2, 1, 2]))
    found = SingleShotDetector(session, conf=0.3)(np.zeros((428, 1920, 3), np.uint8))
    assert len(found) == 1
    np.testing.assert_allclose(found.xyxy[0], [150, 4 * 428 / 57, 1650, 54 * 428 / 57], rtol=1e-3)


def test_boxes_below_the_lowest_score_are_left_out_at_any_threshold() -> None:
    rng = np.random.default_rng(0)
    corner = rng.uniform(0, 200, (50_000, 2)).astype(np.float32)
    noise = RawOutputs(np.hstack([corner, corner + 90]), np.full(50_000, 1e-5, np.float32), np.full((50_000, 3), 1 / 3))
    session = Sizes(CARD, {640: noise, 256: raw((20, 20, 120, 140, 0.8))})
    prediction = SingleShotDetector(session).predict_raw(np.zeros((480, 640, 3), np.uint8))
    assert isinstance(prediction, MultiScalePrediction)
    assert len(prediction.merged(0.0).xyxy) == 1


def test_a_card_with_one_scale_needs_one_pass() -> None:
    session = Sizes(replace(CARD, imgsz_low=0), {640: raw()})
    SingleShotDetector(session)(np.zeros((480, 640, 3), np.uint8))
    assert session.widths == [640]


@pytest.mark.parametrize("imgsz_low", [-5, 100, 640, 1000, "256"])
def test_a_low_resolution_pass_that_leaves_a_gap_is_refused(imgsz_low: int) -> None:
    with pytest.raises(UsageError, match=r"--imgsz-low .* take 107 to 639, or 0"):
        check_scales(0, 640, imgsz_low)


@pytest.mark.parametrize("imgsz_high", [-5, 320, 640, 2560, "1024"])
def test_a_high_resolution_pass_that_leaves_a_gap_is_refused(imgsz_high: int) -> None:
    with pytest.raises(UsageError, match=r"--imgsz-high .* take 641 to 2559, or 0"):
        check_scales(imgsz_high, 640, 256)


def test_the_high_resolution_pass_gives_small_faces_alone() -> None:
    card = replace(CARD, imgsz_high=1280)
    # High-resolution pass: faces of 30 and 100 px. Main pass: the first again with a lower score, and one of 12 px
    high, main = (
        raw((100, 100, 30, 30, 0.8), (400, 400, 100, 100, 0.9)),
        raw((50, 51, 16, 15, 0.6), (300, 20, 12, 12, 0.9)),
    )
    session = Sizes(card, {1280: high, 640: main, 256: raw()})
    found = SingleShotDetector(session)(np.zeros((480, 640, 3), np.uint8))
    assert session.widths == [1280, 640, 256]
    np.testing.assert_allclose(found.xyxy, [[50, 50, 65, 65]])


def test_a_whole_face_of_any_scale_drops_its_parts_at_all_larger_scales() -> None:
    card = replace(CARD, imgsz_high=1280)
    eye = raw((300, 200, 60, 60, 0.5))
    session = Sizes(card, {1280: eye, 640: raw((100, 50, 150, 200, 0.7)), 256: raw()})
    assert len(SingleShotDetector(session)(np.zeros((480, 640, 3), np.uint8))) == 1
    session = Sizes(card, {1280: eye, 640: raw(), 256: raw((30, 10, 90, 110, 0.7))})
    assert len(SingleShotDetector(session)(np.zeros((480, 640, 3), np.uint8))) == 1


def test_no_input_grows_beyond_the_largest() -> None:
    session = Sizes(replace(CARD, imgsz_high=1280, imgsz_low=0), {4096: raw()})
    SingleShotDetector(session, imgsz=4096)(np.zeros((32, 4096, 3), np.uint8))
    assert session.widths == [4096, 4096]


def test_tiles_need_one_pass() -> None:
    session = Sizes(replace(CARD, imgsz_high=1280), {1280: raw(), 640: raw(), 256: raw()})
    TiledDetector(session)(np.zeros((640, 1000, 3), np.uint8))
    assert session.widths == [1280, 640, 256, 640, 640]


@pytest.mark.parametrize("conf", [0.05, 0.45, 0.6])
def test_above_changes_no_detection_of_two_scales(conf: float) -> None:
    main, low = raw((150, 100, 200, 90, 0.9), (10, 10, 30, 30, 0.5)), raw((40, 20, 150, 170, 0.44))
    detector = SingleShotDetector(Sizes(CARD, {640: main, 256: low}))
    prediction = detector.predict_raw(np.zeros((480, 640, 3), np.uint8))
    np.testing.assert_array_equal(prediction.above(conf).detections(conf).xyxy, prediction.detections(conf).xyxy)
