from __future__ import annotations

import numpy as np
import pytest

from maskwatch import load_detector
from maskwatch.app.detectors import LOWEST_CONF, load, one_pass
from maskwatch.app.images import Upload
from maskwatch.app.session import Session
from maskwatch.errors import ImageDecodeError, ModelError

CHOICE = one_pass("default", tile=False)


def test_a_image_is_looked_at_once_whatever_the_threshold(people: Upload) -> None:
    studio = Session()
    found = [len(studio.see(people, CHOICE).result(conf).faces) for conf in (LOWEST_CONF, 0.5, 0.9, 0.99)]
    assert found[1] == 3
    assert found == sorted(found, reverse=True)
    assert found[0] > found[-1]
    assert studio.runs == 1


@pytest.mark.parametrize("conf", [0.05, 0.3, 0.5357, 0.9])
def test_it_finds_what_the_detector_finds(people: Upload, conf: float) -> None:
    faces = Session().see(people, CHOICE).result(conf).faces
    expected = load_detector(conf=conf)(people.image())
    np.testing.assert_array_equal(faces.xyxy, expected.xyxy)
    np.testing.assert_array_equal(faces.state_scores, expected.state_scores)


def test_the_same_content_under_another_name_needs_no_second_look(people: Upload) -> None:
    studio = Session()
    studio.see(people, CHOICE)
    again = studio.see(Upload("again.png", people.content), CHOICE)
    assert again.upload.name == "again.png"
    assert studio.runs == 1


def test_another_detector_looks_again_and_both_are_remembered(people: Upload) -> None:
    studio = Session()
    for choice in (CHOICE, one_pass("default", tile=True), CHOICE):
        studio.see(people, choice)
    assert studio.runs == 2


def test_a_image_that_was_taken_away_is_forgotten(people: Upload, wall: Upload) -> None:
    studio = Session()
    first = studio.bring("1", people.name, people.content)
    assert studio.bring("1", people.name, people.content) is first
    studio.see(first, CHOICE)
    studio.keep_only([wall])
    assert not studio.has_seen(first, CHOICE)
    held = str(vars(studio)) + repr([vars(value) for value in vars(studio).values() if hasattr(value, "__dict__")])
    assert first.digest not in held
    assert studio.bring("1", people.name, people.content) is not first


def test_a_failure_is_told_under_its_name_and_not_tried_again(
    bad_uploads: dict[str, Upload], monkeypatch: pytest.MonkeyPatch
) -> None:
    studio = Session()
    for _ in range(2):
        with pytest.raises(ImageDecodeError, match=r"^holiday\.jpg: "):
            studio.see(bad_uploads["text"], CHOICE)
        monkeypatch.setattr(Upload, "image", lambda _: pytest.fail("was decoded again"))
    assert studio.has_seen(bad_uploads["text"], CHOICE)
    assert studio.runs == 0


def test_faces_below_the_threshold_are_counted(people: Upload) -> None:
    seen = Session().see(people, CHOICE)
    all_of_them, none = seen.result(LOWEST_CONF), seen.result(0.99)
    assert all_of_them.weaker == 0
    assert none.weaker == len(all_of_them.faces) - len(none.faces) > 0


def test_what_is_hidden_does_not_depend_on_a_high_threshold(people: Upload) -> None:
    seen = Session().see(people, CHOICE)
    assert len(seen.result(0.99).to_hide) == 3
    assert len(seen.result(0.1).to_hide) == len(seen.result(0.1).faces)


def test_detectors_are_shared_and_bad_models_refused(people: Upload) -> None:
    assert load(CHOICE) is load(one_pass("default", tile=False))
    with pytest.raises(ModelError, match="no_such_model"):
        Session().see(people, one_pass("no_such_model", tile=False))
