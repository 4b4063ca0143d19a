"""Looks at several sizes: for far faces, and for those near the camera."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from maskwatch.boxes import Letterbox
from maskwatch.detect.card import ModelCard
from maskwatch.detect.multi_scale import ScaleOutput, check_scales, merge_scales, size_ranges
from maskwatch.detect.session import RawOutputs
from maskwatch.detect.single_shot import SingleShotDetector
from maskwatch.detect.tiled import TiledDetector
from maskwatch.errors import UsageError
from maskwatch.frames import Image

CARD = ModelCard("two looks", "0", imgsz=640, imgsz_low=256, conf=0.3)


def raw(*faces: tuple[float, float, float, float, float]) -> RawOutputs:
    """Faces as x, y, width, height, score, all with a mask."""
    table = np.array(faces, np.float32).reshape(-1, 5)
    xyxy = np.concatenate([table[:, :2], table[:, :2] + table[:, 2:4]], axis=1)
    return RawOutputs(xyxy, table[:, 4], np.tile(np.float32([1, 0, 0]), (len(table), 1)))


class Sizes:
    """Stands for a network that answers by the size of its input, and remembers what it was shown."""

    def __init__(self, card: ModelCard, answers: dict[int, RawOutputs]) -> None:
        self.card, self.answers, self.widths = card, answers, list[int]()

    def run(self, image: Image) -> RawOutputs:
        self.widths.append(image.shape[1])
        return self.answers[image.shape[1]]


def both_looks(first: RawOutputs, second: RawOutputs) -> RawOutputs:
    """Joined looks at an image of 640 x 480 pixels, at 640 and 256."""
    answers = zip((first, second), (640, 256), size_ranges(imgsz_high=False, imgsz_low=True), strict=True)
    views = [ScaleOutput(raw, Letterbox.fit(640, 480, side, 32), trust) for raw, side, trust in answers]
    return merge_scales(views, 640, 480, 0.01)


def test_a_face_that_fills_the_image_comes_from_the_second_look_whole() -> None:
    eyes_and_mouth = raw((150, 100, 200, 90, 0.9), (200, 300, 180, 100, 0.8))
    session = Sizes(CARD, {640: eyes_and_mouth, 256: raw((40, 20, 150, 170, 0.7))})
    found = SingleShotDetector(session)(np.zeros((480, 640, 3), np.uint8))
    assert session.widths == [640, 256]
    np.testing.assert_allclose(found.xyxy, [[100, 50, 475, 475]], atol=0.01)


def test_far_faces_come_from_the_first_look_alone() -> None:
    session = Sizes(CARD, {640: raw((50, 50, 40, 40, 0.6)), 256: raw((20, 20, 16, 16, 0.9), (90, 20, 20, 20, 0.9))})
    found = SingleShotDetector(session)(np.zeros((480, 640, 3), np.uint8))
    np.testing.assert_allclose(found.xyxy, [[50, 50, 90, 90]])


def test_a_face_that_both_see_gets_the_better_box() -> None:
    session = Sizes(CARD, {640: raw((100, 100, 120, 120, 0.6)), 256: raw((41, 41, 48, 48, 0.8))})
    found = SingleShotDetector(session)(np.zeros((480, 640, 3), np.uint8))
    np.testing.assert_allclose(found.xyxy, [[102.5, 102.5, 222.5, 222.5]])


def test_a_face_beside_a_near_one_stays() -> None:
    imgsz_high, imgsz_low = raw((500, 60, 50, 60, 0.9), (90, 100, 60, 60, 0.2)), raw((20, 20, 120, 140, 0.8))
    both = both_looks(imgsz_high, imgsz_low)
    np.testing.assert_allclose(both.xyxy, [[500, 60, 550, 120], [50, 50, 350, 400]])


def test_a_doubtful_face_takes_no_crowd_away() -> None:
    crowd = raw(*((60 + 70 * i, 100 + 40 * (i % 2), 40, 50, 0.95) for i in range(5)))
    session = Sizes(CARD, {640: crowd, 256: raw((10, 20, 180, 120, 0.41))})
    assert len(SingleShotDetector(session, conf=0.5)(np.zeros((480, 640, 3), np.uint8))) == 5


def test_an_unsure_second_look_takes_nothing_away() -> None:
    both = both_looks(raw((90, 100, 60, 60, 0.9)), raw((20, 20, 120, 140, 0.3)))
    assert len(both.xyxy) == 2


@pytest.mark.parametrize(("imgsz", "widths"), [(640, [640, 256]), (320, [320, 128])])
def test_the_second_look_keeps_its_proportion(imgsz: int, widths: list[int]) -> None:
    session = Sizes(CARD, {width: raw() for width in widths})
    SingleShotDetector(session, imgsz=imgsz)(np.zeros((480, 640, 3), np.uint8))
    assert session.widths == widths


def test_very_long_images_keep_their_proportions() -> None:
    session = Sizes(CARD, {640: raw(), 256: raw((20, 2, 200, 25, 0.8), (0, 0, 256, 29, 0.0))})
    second = session.answers[256]
    session.answers[256] = second._replace(xyxy=second.xyxy * np.float32([1, 2, 1, 2]))
    found = SingleShotDetector(session, conf=0.3)(np.zeros((428, 1920, 3), np.uint8))
    assert len(found) == 1
    np.testing.assert_allclose(found.xyxy[0], [150, 4 * 428 / 57, 1650, 54 * 428 / 57], rtol=1e-3)


def test_nothing_is_asked_for_that_can_be_no_face() -> None:
    rng = np.random.default_rng(0)
    corner = rng.uniform(0, 200, (50_000, 2)).astype(np.float32)
    noise = RawOutputs(np.hstack([corner, corner + 90]), np.full(50_000, 1e-5, np.float32), np.full((50_000, 3), 1 / 3))
    session = Sizes(CARD, {640: noise, 256: raw((20, 20, 120, 140, 0.8))})
    predict_raw = SingleShotDetector(session).predict_raw(np.zeros((480, 640, 3), np.uint8))
    assert len(predict_raw.merge_scales(0.0).xyxy) == 1  # type: ignore[attr-defined]


def test_most_models_look_once() -> None:
    session = Sizes(replace(CARD, imgsz_low=0), {640: raw()})
    SingleShotDetector(session)(np.zeros((480, 640, 3), np.uint8))
    assert session.widths == [640]


@pytest.mark.parametrize("imgsz_low", [-5, 100, 640, 1000, "256"])
def test_a_near_look_that_leaves_a_gap_is_refused(imgsz_low: int) -> None:
    with pytest.raises(UsageError, match=r"--imgsz-low .* take 107 to 639, or 0"):
        check_scales(0, 640, imgsz_low)


@pytest.mark.parametrize("imgsz_high", [-5, 320, 640, 2560, "1024"])
def test_a_far_look_that_leaves_a_gap_is_refused(imgsz_high: int) -> None:
    with pytest.raises(UsageError, match=r"--imgsz-high .* take 641 to 2559, or 0"):
        check_scales(imgsz_high, 640, 256)


def test_the_far_look_is_taken_for_small_faces_alone() -> None:
    card = replace(CARD, imgsz_high=1280)
    # Of the far look one face of 30 px and one of 100; of the main look the first again, less sure, and one of 12 px
    imgsz_high, main = (
        raw((100, 100, 30, 30, 0.8), (400, 400, 100, 100, 0.9)),
        raw((50, 51, 16, 15, 0.6), (300, 20, 12, 12, 0.9)),
    )
    session = Sizes(card, {1280: imgsz_high, 640: main, 256: raw()})
    found = SingleShotDetector(session)(np.zeros((480, 640, 3), np.uint8))
    assert session.widths == [1280, 640, 256]
    np.testing.assert_allclose(found.xyxy, [[50, 50, 65, 65]])


def test_a_sure_face_of_any_smaller_look_takes_its_parts_from_all_larger_ones() -> None:
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


def test_tiles_are_looked_at_once() -> None:
    session = Sizes(replace(CARD, imgsz_high=1280), {1280: raw(), 640: raw(), 256: raw()})
    TiledDetector(session)(np.zeros((640, 1000, 3), np.uint8))
    assert session.widths == [1280, 640, 256, 640, 640]


@pytest.mark.parametrize("conf", [0.05, 0.45, 0.6])
def test_what_is_kept_of_two_looks_gives_the_same_faces(conf: float) -> None:
    first, second = raw((150, 100, 200, 90, 0.9), (10, 10, 30, 30, 0.5)), raw((40, 20, 150, 170, 0.44))
    predict_raw = SingleShotDetector(Sizes(CARD, {640: first, 256: second})).predict_raw(
        np.zeros((480, 640, 3), np.uint8)
    )
    np.testing.assert_array_equal(predict_raw.kept(conf).faces(conf).xyxy, predict_raw.faces(conf).xyxy)
