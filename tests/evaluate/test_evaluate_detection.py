from __future__ import annotations

import json

import numpy as np
import pytest

from evaluation_cases import INCORRECT, WITH, WITHOUT, dataset, found, labelled, random_case, square
from maskwatch.detections import STATE_NAMES, Detections
from maskwatch.errors import DataError, UsageError
from maskwatch.evaluate.detection import DetectionOptions, evaluate_detection

FACE, OTHER, THIRD, FAR = square(0), square(100), square(200), square(400)


def test_counts_at_one_threshold() -> None:
    image = labelled([(FACE, WITH), (OTHER, WITHOUT), (THIRD, INCORRECT)])
    faces = [(FACE, INCORRECT, 0.9), (OTHER, WITHOUT, 0.8), (THIRD, INCORRECT, 0.3), (FAR, WITH, 0.5)]
    column = evaluate_detection(dataset(image), [found(faces)], DetectionOptions(at_confidence=0.4)).columns[0]
    counts = column.all_sizes.found
    assert column.false_alarms == 1
    assert counts.confusion == ((0, 1, 0, 0), (0, 0, 0, 0), (0, 0, 1, 0))
    assert (counts.label_accuracy.hits, counts.label_accuracy.total) == (1, 2)
    assert (counts.with_or_without.hits, counts.with_or_without.total) == (1, 2)
    assert (counts.recall["masked"].hits, counts.recall["masked"].total) == (1, 2)
    assert (counts.recall["unmasked"].hits, counts.recall["unmasked"].total) == (1, 1)
    assert counts.verdicts["with_mask"]["worn_incorrectly"].value == 1


def test_ap50_95_is_the_mean_over_ten_thresholds() -> None:
    shifted = square(5)  # IoU 35/45 = 0.78: a hit at 0.50 to 0.75, six thresholds of ten
    report = evaluate_detection(dataset(labelled([(FACE, WITH)])), [found([(shifted, WITH, 0.9)])])
    task = report.columns[0].all_sizes.tasks["with_mask"]
    assert task.ap.value == 1
    assert task.ap50_95.value == pytest.approx(0.6)


def test_quick_gives_the_same_headline_as_the_full_protocol() -> None:
    data, predictions = random_case(1)
    full = evaluate_detection(data, predictions, DetectionOptions(resamples=50))
    assert evaluate_detection(data, predictions, DetectionOptions.quick()).headline() == full.headline()


def test_intervals_hold_their_figures_and_repeat() -> None:
    data, predictions = random_case(2)
    report = evaluate_detection(data, predictions)
    assert report == evaluate_detection(data, predictions)
    band = report.columns[0].all_sizes
    estimates = [task.ap for task in band.tasks.values()] + [band.mean_ap, band.mean_ap50_95]
    for estimate in [*estimates, band.masked_recall_at_precision]:
        assert 0 <= estimate.low < estimate.value < estimate.high <= 1


def test_the_order_of_the_images_does_not_matter() -> None:
    data, predictions = random_case(3)
    order = np.random.default_rng(0).permutation(len(data))
    turned = evaluate_detection(
        dataset(*(data.images[i] for i in order)), [predictions[i] for i in order], DetectionOptions(resamples=0)
    )
    straight = evaluate_detection(data, predictions, DetectionOptions(resamples=0))
    assert turned.to_dict() == straight.to_dict()


def test_report_is_json_and_names_every_figure() -> None:
    data, predictions = random_case(4, images=6)
    content = json.loads(json.dumps(evaluate_detection(data, predictions).to_dict(), allow_nan=False))
    band = content["columns"][0]["bands"][0]
    assert list(band["tasks"]) == [*STATE_NAMES, "face", "masked"]
    assert "curves" not in content["columns"][0]
    assert content["options"]["iou"] == 0.5


def test_nothing_labelled_and_nothing_found() -> None:
    report = evaluate_detection(dataset(labelled([])), [Detections.empty()])
    assert set(report.headline().values()) == {None}
    json.dumps(report.to_dict(), allow_nan=False)


def test_false_alarms_alone() -> None:
    report = evaluate_detection(dataset(labelled([])), [found([(FAR, WITH, 0.9)])])
    assert report.columns[0].false_alarms == 1
    assert report.headline()["face"] is None


def test_predictions_for_another_number_of_images() -> None:
    with pytest.raises(ValueError, match="2 images, but predictions for 1"):
        evaluate_detection(dataset(labelled([]), labelled([])), [Detections.empty()])


def test_no_images_at_all() -> None:
    with pytest.raises(DataError, match="no images"):
        evaluate_detection(dataset(), [])


@pytest.mark.parametrize("wrong", [{"iou": 0}, {"loose_iou": 1.5}, {"at_confidence": -0.1}, {"resamples": -1}])
def test_options_out_of_range(wrong: dict[str, float]) -> None:
    with pytest.raises(UsageError, match=next(iter(wrong))):
        DetectionOptions(**wrong)  # type: ignore[arg-type]


def test_an_uncertain_state_is_neither_right_nor_wrong() -> None:
    image = labelled([(FACE, WITH), (OTHER, WITHOUT), (THIRD, WITH)])
    faces = found([(FACE, WITH, 0.9), (OTHER, WITHOUT, 0.8), (THIRD, WITHOUT, 0.7)])
    torn = np.array([[0.5, 0.05, 0.45], [0, 0, 1], [0, 0, 1]], np.float32)
    faces = Detections(faces.xyxy, faces.confidence, torn, ambiguity_margin=0.2)
    options = DetectionOptions(at_confidence=0.5, presets={"default": 0.5, "strict": 0.75})
    column = evaluate_detection(dataset(image), [faces], options).columns[0]
    counts = column.all_sizes.found
    assert counts.confusion == ((0, 0, 1, 1), (0, 0, 0, 0), (0, 0, 1, 0))
    assert (counts.label_accuracy.hits, counts.label_accuracy.total) == (1, 2)
    assert (counts.uncertain.hits, counts.uncertain.total) == (1, 3)
    default, strict = column.presets["default"], column.presets["strict"]
    assert (default.wrong.hits, default.wrong.total, strict.wrong.hits, strict.wrong.total) == (1, 2, 0, 1)
    assert (default.recall["with_mask"].hits, strict.recall["with_mask"].hits) == (2, 1)
    assert default.false_boxes == strict.false_boxes == 0
