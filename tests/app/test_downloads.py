from __future__ import annotations

import csv
import io
import json
from zipfile import ZipFile

import numpy as np
import pytest

from maskwatch.app import downloads
from maskwatch.app.detectors import single_stage
from maskwatch.app.downloads import ResultSettings
from maskwatch.app.images import Upload
from maskwatch.app.session import Result, Session
from maskwatch.images import read_image
from maskwatch.sinks.blur import blur
from maskwatch.sinks.csv_table import COLUMNS
from maskwatch.sinks.draw import draw

SETTINGS = ResultSettings("small", 0.5, blur=False)


def result_of(upload: Upload) -> Result:
    return Session().predict(upload, single_stage("small", tile=False)).result(0.5)


@pytest.fixture(scope="module")
def results(people: Upload, unmasked: Upload, wall: Upload) -> list[Result]:
    return [result_of(upload) for upload in (people, unmasked, wall)]


def test_the_annotated_image_is_the_original_in_full_size_with_its_faces(results: list[Result]) -> None:
    people, unmasked, _ = results
    assert downloads.image_name(people) == "people-maskwatch.png"
    assert downloads.image_name(unmasked) == "unmasked-maskwatch.jpg"
    image = people.upload.image()
    found = read_image(downloads.image_file(people, blur=False))
    np.testing.assert_array_equal(found, draw(image, people.faces))


def test_blurred_faces_are_not_in_the_file(results: list[Result]) -> None:
    people = results[0]
    image = people.upload.image()
    found = read_image(downloads.image_file(people, blur=True))
    np.testing.assert_array_equal(found, draw(blur(image, people.faces), people.faces))


def test_the_table_has_a_row_for_each_face(results: list[Result]) -> None:
    rows = list(csv.DictReader(io.StringIO(downloads.csv_file(results).decode())))
    assert [row["source"] for row in rows] == ["people.png"] * 3 + ["unmasked.jpg"]
    assert tuple(rows[0]) == COLUMNS
    assert (rows[0]["width"], rows[0]["height"]) == ("960", "400")
    assert [float(rows[0][name]) for name in COLUMNS[:4]] == pytest.approx(results[0].faces.xyxy[0].tolist(), abs=0.01)


def test_the_json_file_has_every_image_the_settings_and_what_failed(results: list[Result]) -> None:
    document = json.loads(downloads.json_file(results, ["holiday.jpg: not a whole image"], SETTINGS))
    assert [image["source"] for image in document["images"]] == ["people.png", "unmasked.jpg", "wall.png"]
    assert [len(image["detections"]) for image in document["images"]] == [3, 1, 0]
    assert (document["detector"], document["confidence"]) == ("small", 0.5)
    assert document["failures"] == ["holiday.jpg: not a whole image"]


def test_the_archive_holds_every_image_under_a_name_of_its_own(results: list[Result], people: Upload) -> None:
    twins = [*results, result_of(Upload("../etc/people.png", people.content))]
    with ZipFile(io.BytesIO(downloads.archive(twins, [], SETTINGS))) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [
            "people-maskwatch.png",
            "unmasked-maskwatch.jpg",
            "wall-maskwatch.png",
            "people-maskwatch-2.png",
            "maskwatch-faces.csv",
            "maskwatch-faces.json",
        ]
        assert archive.read("people-maskwatch.png") == downloads.image_file(results[0], blur=False)
        assert archive.read("maskwatch-faces.csv") == downloads.csv_file(twins)


def test_names_of_any_kind_become_file_names(people: Upload) -> None:
    named = result_of(Upload("Ünïcode <b>\x00 \ud800.png", people.content))
    assert "/" not in downloads.image_name(named)
    assert downloads.csv_file([named])
    assert downloads.json_file([named], [], SETTINGS)
