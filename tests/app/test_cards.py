from __future__ import annotations

import re

import numpy as np
import pytest

from maskwatch.app.cards import (
    WORST_FIRST,
    Card,
    FaceIndex,
    count_tiles,
    counts_text,
    face_cards,
    image_counts,
    plain,
    sorted_faces,
)
from maskwatch.app.detectors import single_stage
from maskwatch.app.images import Upload
from maskwatch.app.session import Result, Session
from maskwatch.app.theme import THEME
from maskwatch.app.views import crops
from maskwatch.detections import Detections, MaskState
from maskwatch.styles import contrast


def faces(*scores: tuple[float, float, float], margin: float = 0.0) -> Detections:
    count = len(scores)
    xyxy = np.tile(np.array([[1, 1, 9, 9]], np.float32), (count, 1))
    return Detections(xyxy, np.ones(count, np.float32), np.array(scores, np.float32), ambiguity_margin=margin)


@pytest.fixture(scope="module")
def result(people: Upload) -> Result:
    return Session().predict(people, single_stage("small", tile=False)).result(0.5)


def test_counts_as_text() -> None:
    assert counts_text(Detections.empty()) == "no face"
    assert counts_text(faces((0.1, 0.1, 0.8))) == "1 face: 1 no mask"
    two = faces((0.9, 0.05, 0.05), (0.1, 0.8, 0.1), (0.9, 0.05, 0.05))
    assert counts_text(two) == "3 faces: 1 worn incorrectly, 2 mask worn"


def test_tiles_count_over_all_images(result: Result) -> None:
    text = re.sub("<[^>]+>", " ", count_tiles([result, result]))
    assert text.split() == [
        "6",
        "faces",
        "2",
        "No",
        "mask",
        "2",
        "Worn",
        "incorrectly",
        "0",
        "Uncertain",
        "2",
        "Mask",
        "worn",
    ]


def test_those_without_masks_come_first_and_the_surest_of_them(result: Result) -> None:
    order = sorted_faces([result, result], WORST_FIRST)
    states = [result.faces.states[place.face] for place in order]
    assert states == sorted(states, reverse=True)
    assert sorted_faces([result], ["worn_incorrectly"]) == [
        FaceIndex(0, result.faces.states.index(MaskState.worn_incorrectly))
    ]


def test_a_card_tells_the_state_by_word_and_sign_and_how_sure_it_is(result: Result) -> None:
    place = sorted_faces([result], ["without_mask"])[0]
    face = result.faces[place.face : place.face + 1]
    text = face_cards([Card(face, crops([result], [place], blur=False)[0], "a & <b>.png")])
    assert 'alt="Face 1: No mask"' in text
    assert "data:image/svg+xml" in text
    assert f"{round(100 * float(face.confidence[0]))}&#8239;%" in text
    assert "a &amp; &lt;b&gt;.png" in text
    assert "<b>" not in text


def test_an_uncertain_face_is_called_so_with_its_two_likeliest_states() -> None:
    torn = faces((0.5, 0.45, 0.05), margin=0.2)
    card = face_cards([Card(torn, b"")])
    assert 'alt="Face 1: Uncertain"' in card
    assert "50&#8239;% mask worn, 45&#8239;% worn incorrectly" in card
    assert counts_text(torn) == "1 face: 1 uncertain"
    assert "Uncertain" not in face_cards([Card(faces((0.9, 0.05, 0.05), margin=0.2), b"")])


def test_counts_of_an_image_have_words_for_screen_readers(result: Result) -> None:
    assert all(f'alt="{words}"' in image_counts(result.faces) for words in ("No mask", "Worn incorrectly", "Mask worn"))
    assert "no face" in image_counts(Detections.empty())


NAMES = ["a_b*c.jpg", "[x](http://example.com)", "<img src=x>", "![](http://a/b.png) `$x$` :red[y]"]


@pytest.mark.parametrize("name", NAMES)
def test_names_are_shown_as_they_are(name: str) -> None:
    assert re.sub(r"\\(.)", r"\1", plain(name)) == name
    assert not re.search(r"(?<!\\)[\[\]<>*_`$:!()]", plain(name))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_and_buttons_stand_out(scheme: str) -> None:
    def colour(name: str) -> tuple[int, int, int]:
        value = THEME[f"theme.{scheme}.{name}"]
        return int(value[1:3], 16), int(value[3:5], 16), int(value[5:7], 16)

    for ground in ("backgroundColor", "secondaryBackgroundColor"):
        assert contrast(colour("textColor"), colour(ground)) >= 7
        assert contrast(colour("primaryColor"), colour(ground)) >= 4.5
        assert contrast(colour("linkColor"), colour(ground)) >= 4.5
