from __future__ import annotations

import numpy as np
import pytest

from image_files import encoded
from maskwatch.app import views
from maskwatch.app.cards import WORST_FIRST, FaceIndex, sorted_faces
from maskwatch.app.detectors import single_stage
from maskwatch.app.images import VIEW_SIDE, Upload
from maskwatch.app.session import Result, Session
from maskwatch.demo.drawn import drawn_people
from maskwatch.frames import Image
from maskwatch.images import read_image

SCALE = 3


@pytest.fixture(scope="module")
def large() -> Result:
    """The drawn people, three times as large: 2880 pixels wide, more than is shown."""
    image = np.repeat(np.repeat(drawn_people().image, SCALE, axis=0), SCALE, axis=1)
    return Session().predict(Upload("large.png", encoded(image)), single_stage("small", tile=False)).result(0.5)


def difference(one: Image, other: Image) -> np.ndarray:
    return np.abs(one.astype(int) - other.astype(int)).max(axis=2)


def test_the_view_is_small_and_has_the_boxes_where_the_faces_are(large: Result) -> None:
    shown, clean = read_image(views.view(large, blur=False)), read_image(large.image.view)
    assert shown.shape == clean.shape
    assert max(shown.shape) == VIEW_SIDE
    changed = difference(shown, clean) > 60
    scale = VIEW_SIDE / large.image.width
    for left, top, right, bottom in (large.faces.xyxy * scale).round().astype(int):
        assert changed[top + 20 : bottom - 20, left - 2 : left + 3].any(axis=1).mean() > 0.9
        assert changed[top + 20 : bottom - 20, right - 2 : right + 3].any(axis=1).mean() > 0.9
        assert not changed[top + 40 : bottom - 40, left + 30 : right - 30].any()


def test_a_crop_shows_the_face_at_its_place(large: Result) -> None:
    places = sorted_faces([large], WORST_FIRST)
    cut = [read_image(crop) for crop in views.crops([large], places, blur=False)]
    assert [crop.shape for crop in cut] == [(views.CROP_SIDE, views.CROP_SIDE, 3)] * 3
    order = [place.face for place in places]
    middles = [large.image.width / 6 * i for i in (1, 3, 5)]
    found = [(large.faces.xyxy[i, 0] + large.faces.xyxy[i, 2]) / 2 for i in order]
    assert found == pytest.approx(middles[::-1], abs=30 * SCALE)
    reverse = views.crops([large], places[::-1], blur=False)
    assert reverse == views.crops([large], places, blur=False)[::-1]


def test_blurring_reaches_every_image_on_the_page(large: Result) -> None:
    place = FaceIndex(0, 0)
    for sharp, blurred in (
        (views.view(large, blur=False), views.view(large, blur=True)),
        (views.thumb(large, blur=False), views.thumb(large, blur=True)),
        (views.crops([large], [place], blur=False)[0], views.crops([large], [place], blur=True)[0]),
    ):
        assert detail(read_image(blurred)) < 0.75 * detail(read_image(sharp))


def detail(image: Image) -> float:
    """How much neighbouring pixels differ in the middle of the image, where a face is."""
    height, width = image.shape[:2]
    middle = image[height // 3 : height // 2, int(0.45 * width) : int(0.55 * width)].astype(float)
    return float(np.abs(np.diff(middle, axis=0)).mean() + np.abs(np.diff(middle, axis=1)).mean())


def test_faces_below_the_threshold_are_blurred_all_the_same(people: Upload) -> None:
    result = Session().predict(people, single_stage("small", tile=False)).result(0.99)
    assert len(result.faces) == 0
    assert (difference(read_image(views.view(result, blur=True)), people.image()) > 40).mean() > 0.02
