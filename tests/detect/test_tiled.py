from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from maskwatch import load_detector
from maskwatch.boxes import iou
from maskwatch.detect.card import ModelCard
from maskwatch.detect.raw_prediction import RawOutputs
from maskwatch.detect.tiled import OVERLAP, TiledDetector, levels, merge, tiles
from maskwatch.detections import Detections
from maskwatch.errors import UsageError
from maskwatch.frames import Image

GREY, SIDE = 120, 128


class RedSquares:
    """A network that finds every red patch of at least 8 pixels in its input, also the parts of cut ones."""

    card = ModelCard("red squares", "0", imgsz=SIDE, ambiguity_margin=0.5)

    def __init__(self) -> None:
        self.calls = 0

    def run(self, image: Image) -> RawOutputs:
        import cv2

        self.calls += 1
        red = ((image[..., 0] > 180) & (image[..., 2] < 80)).astype(np.uint8)
        count, _, stats, _ = cv2.connectedComponentsWithStats(red)
        rows = [row for row in stats[1:count] if min(row[2], row[3]) >= 8]
        xyxy = np.array([[x, y, x + w, y + h] for x, y, w, h, _ in rows], np.float32).reshape(-1, 4)
        score = np.array([min(0.99, 0.5 + w / 300) for _, _, w, _, _ in rows], np.float32)
        return RawOutputs(xyxy, score, np.tile(np.array([[0.8, 0.1, 0.1]], np.float32), (len(rows), 1)))


def photo(width: int, height: int, boxes: list[tuple[int, int, int, int]]) -> Image:
    image = np.full((height, width, 3), GREY, np.uint8)
    for left, top, right, bottom in boxes:
        image[top:bottom, left:right] = (255, 0, 0)
    return image


def assert_same_boxes(faces: Detections, boxes: list[tuple[int, int, int, int]], tolerance: float) -> None:
    expected = np.array(boxes, np.float32)
    assert len(faces) == len(boxes)
    nearest = iou(expected, faces.xyxy).argmax(axis=1)
    assert sorted(nearest) == list(range(len(boxes)))
    assert np.abs(faces.xyxy[nearest] - expected).max() <= tolerance


@pytest.mark.parametrize("shape", [(600, 900), (128, 1000), (50, 300), (129, 129), (128, 128)])
def test_tiles_cover_the_image_and_overlap(shape: tuple[int, int]) -> None:
    found = tiles(shape, SIDE)
    covered = np.zeros(shape, int)
    for tile in found:
        assert 0 <= tile.left < tile.right <= shape[1]
        assert 0 <= tile.top < tile.bottom <= shape[0]
        covered[tile.top : tile.bottom, tile.left : tile.right] += 1
        assert tile.inner.tolist() == [tile.left > 0, tile.top > 0, tile.right < shape[1], tile.bottom < shape[0]]
    assert covered.min() == 1
    for starts in ({tile.left for tile in found}, {tile.top for tile in found}):
        assert all(b - a <= SIDE * (1 - OVERLAP) + 1 for a, b in pairwise(sorted(starts)))


def test_levels_shrink_until_the_whole_image_is_no_smaller() -> None:
    assert [level.shape[:2] for level in levels(np.zeros((900, 2100, 3), np.uint8), SIDE)] == [
        (900, 2100),
        (225, 525),
        (56, 131),
    ]


@pytest.mark.parametrize("offset", range(0, 96, 7))
def test_a_face_on_any_tile_border_gives_one_whole_box(offset: int) -> None:
    boxes = [(200 + offset, 150 + offset, 220 + offset, 172 + offset)]
    faces = TiledDetector(RedSquares())(photo(900, 600, boxes))
    assert_same_boxes(faces, boxes, 0.5)


def test_small_and_huge_faces_of_one_image_are_found_once_each() -> None:
    small = [(x, y, x + 11, y + 12) for x in range(10, 860, 53) for y in (7, 95, 200)]
    boxes = [*small, (100, 250, 400, 580), (500, 260, 570, 330), (620, 300, 800, 500)]
    image = photo(900, 600, boxes)
    plain, tiled = RedSquares(), RedSquares()
    from maskwatch.detect.single_shot import SingleShotDetector

    assert len(SingleShotDetector(plain)(image)) == 3
    faces = TiledDetector(tiled)(image)
    assert_same_boxes(faces, boxes, 5)
    assert plain.calls == 1
    assert tiled.calls > 30
    assert faces.confidence.tolist() == sorted(faces.confidence, reverse=True)
    assert faces.ambiguity_margin == 0.5


def test_touching_faces_of_one_view_stay_two() -> None:
    imgsz_low = Detections(
        np.array([[0, 0, 20, 20], [4, 4, 19, 19]], np.float32),
        np.array([0.9, 0.8], np.float32),
        np.tile(np.array([[1, 0, 0]], np.float32), (2, 1)),
    )
    assert len(merge([imgsz_low], 0.45)) == 2
    assert len(merge([imgsz_low[:1], imgsz_low[1:]], 0.45)) == 1
    assert len(merge([Detections.empty(), Detections.empty()], 0.45)) == 0


def test_a_tiny_face_inside_a_large_box_of_another_view_stays() -> None:
    xyxy = np.array([[0, 0, 100, 100], [40, 40, 60, 60]], np.float32)
    faces = Detections(xyxy, np.array([0.9, 0.8], np.float32), np.tile(np.array([[1, 0, 0]], np.float32), (2, 1)))
    assert len(merge([faces[:1], faces[1:]], 0.45)) == 2


def test_a_image_that_fits_is_looked_at_once() -> None:
    session = RedSquares()
    assert_same_boxes(TiledDetector(session)(photo(128, 90, [(20, 20, 50, 50)])), [(20, 20, 50, 50)], 0.5)
    assert session.calls == 1


def test_bgr_tiles() -> None:
    image = photo(500, 300, [(100, 100, 112, 112), (300, 200, 380, 290)])
    turned = np.ascontiguousarray(image[..., ::-1])
    detector = TiledDetector(RedSquares())
    assert detector(turned, color="bgr").xyxy.tolist() == detector(image).xyxy.tolist()


@pytest.mark.parametrize("image", [np.zeros((10, 10), np.uint8), np.zeros((0, 5, 3), np.uint8), "image.jpg"])
def test_what_is_no_image_is_refused(image: Any) -> None:
    with pytest.raises(UsageError, match="image"):
        TiledDetector(RedSquares())(image)


def test_recall_rises_on_a_huge_image_of_small_demo_faces() -> None:
    import cv2

    from maskwatch.demo import demo_images

    group = demo_images()[-1]
    small = np.asarray(cv2.resize(group.image, (480, 300), interpolation=cv2.INTER_AREA), np.uint8)
    image = np.full((1200, 2000, 3), 180, np.uint8)
    boxes = []
    for left, top in ((37, 51), (760, 330), (1483, 80), (290, 790), (1301, 851)):
        image[top : top + 300, left : left + 480] = small
        boxes.append(group.xyxy[:3] / 2 + np.array([left, top] * 2))
    expected = np.concatenate(boxes).astype(np.float32)

    def recall(tile: bool) -> float:
        faces = load_detector("small", imgsz=320, threads=1, tile=tile)(image)
        return float((iou(expected, faces.xyxy).max(axis=1, initial=0) >= 0.5).mean())

    assert recall(True) >= 0.9
    assert recall(True) > recall(False)


def test_preset_and_own_threshold(tmp_path: Any) -> None:
    with pytest.raises(UsageError, match="no such preset"):
        load_detector("small", preset="no_such_aim")
    assert load_detector("small", preset="no_such_aim", conf=0.2).thresholds.conf == 0.2
