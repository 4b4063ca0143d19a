from __future__ import annotations

import numpy as np
import pytest

from maskwatch import load_detector
from maskwatch.app.detectors import LOWEST_CONF, load, single_stage
from maskwatch.app.images import Upload
from maskwatch.app.session import Session
from maskwatch.errors import ImageDecodeError, ModelError

CHOICE = single_stage("small", tile=False)


def test_the_detector_runs_once_per_image_for_all_thresholds(people: Upload) -> None:
    session = Session()
    found = [len(session.predict(people, CHOICE).result(conf).faces) for conf in (LOWEST_CONF, 0.5, 0.9, 0.99)]
    assert found[1] == 3
    assert found == sorted(found, reverse=True)
    assert found[0] > found[-1]
    assert session.runs == 1


@pytest.mark.parametrize("conf", [0.05, 0.3, 0.5357, 0.9])
def test_the_faces_are_those_of_the_detector(people: Upload, conf: float) -> None:
    faces = Session().predict(people, CHOICE).result(conf).faces
    expected = load_detector(conf=conf)(people.image())
    np.testing.assert_array_equal(faces.xyxy, expected.xyxy)
    np.testing.assert_array_equal(faces.state_scores, expected.state_scores)


def test_the_same_content_under_another_name_needs_no_second_run(people: Upload) -> None:
    session = Session()
    session.predict(people, CHOICE)
    again = session.predict(Upload("again.png", people.content), CHOICE)
    assert again.upload.name == "again.png"
    assert session.runs == 1


def test_another_detector_runs_too_and_both_predictions_are_cached(people: Upload) -> None:
    session = Session()
    for choice in (CHOICE, single_stage("small", tile=True), CHOICE):
        session.predict(people, choice)
    assert session.runs == 2


def test_a_removed_image_is_deleted_from_memory(people: Upload, wall: Upload) -> None:
    session = Session()
    first = session.upload("1", people.name, people.content)
    assert session.upload("1", people.name, people.content) is first
    session.predict(first, CHOICE)
    session.keep_only([wall])
    assert not session.is_cached(first, CHOICE)
    held = str(vars(session)) + repr([vars(value) for value in vars(session).values() if hasattr(value, "__dict__")])
    assert first.digest not in held
    assert session.upload("1", people.name, people.content) is not first


def test_a_failure_is_cached_under_the_name_of_its_image(
    bad_uploads: dict[str, Upload], monkeypatch: pytest.MonkeyPatch
) -> None:
    session = Session()
    for _ in range(2):
        with pytest.raises(ImageDecodeError, match=r"^holiday\.jpg: "):
            session.predict(bad_uploads["text"], CHOICE)
        monkeypatch.setattr(Upload, "image", lambda _: pytest.fail("was decoded again"))
    assert session.is_cached(bad_uploads["text"], CHOICE)
    assert session.runs == 0


def test_faces_below_the_threshold_are_counted(people: Upload) -> None:
    prediction = Session().predict(people, CHOICE)
    all_of_them, none = prediction.result(LOWEST_CONF), prediction.result(0.99)
    assert all_of_them.weaker == 0
    assert none.weaker == len(all_of_them.faces) - len(none.faces) > 0


def test_a_high_threshold_uncovers_no_face(people: Upload) -> None:
    prediction = Session().predict(people, CHOICE)
    assert len(prediction.result(0.99).to_blur) == 3
    assert len(prediction.result(0.1).to_blur) == len(prediction.result(0.1).faces)


def test_detectors_are_shared_and_bad_models_refused(people: Upload) -> None:
    assert load(CHOICE) is load(single_stage("small", tile=False))
    with pytest.raises(ModelError, match="no_such_model"):
        Session().predict(people, single_stage("no_such_model", tile=False))
