from __future__ import annotations

import json

import numpy as np
import pytest

from evaluation_cases import INCORRECT, WITH, WITHOUT, dataset, found, labelled, random_case, square
from maskwatch.detections import REPORTED_STATES, STATE_NAMES, Detections
from maskwatch.errors import DataError, UsageError
from maskwatch.evaluate.detection import DetectionOptions, evaluate_detection

FACE, OTHER, THIRD, FAR = square(0), square(100), square(200), square(400)


def test_counts_at_one_threshold() -> None:
    image = labelled([(FACE, WITH), (OTHER, WITHOUT), (THIRD, INCORRECT)])
    faces = [(FACE, INCORRECT, 0.9), (OTHER, WITHOUT, 0.8), (THIRD, INCORRECT, 0.3), (FAR, WITH, 0.5)]
    policy = evaluate_detection(dataset(image), [found(faces)], DetectionOptions(at_confidence=0.4)).box_policies[0]
    counts = policy.all_sizes.at_threshold
    assert policy.false_positives == 1
    assert counts.confusion == ((0, 1, 0, 0), (0, 0, 0, 0), (0, 0, 1, 0))
    assert (counts.label_accuracy.hits, counts.label_accuracy.total) == (1, 2)
    assert (counts.with_or_without.hits, counts.with_or_without.total) == (1, 2)
    assert (counts.recall["masked"].hits, counts.recall["masked"].total) == (1, 2)
    assert (counts.recall["unmasked"].hits, counts.recall["unmasked"].total) == (1, 1)
    assert counts.predicted["with_mask"]["worn_incorrectly"].value == 1


def test_ap50_95_is_the_mean_over_ten_thresholds() -> None:
    shifted = square(5)  # IoU 35/45 = 0.78: a hit at 0.50 to 0.75, six thresholds of ten
    report = evaluate_detection(dataset(labelled([(FACE, WITH)])), [found([(shifted, WITH, 0.9)])])
    task = report.box_policies[0].all_sizes.tasks["with_mask"]
    assert task.ap.value == 1
    assert task.ap50_95.value == pytest.approx(0.6)


def test_quick_gives_the_same_headline_as_the_full_protocol() -> None:
    data, predictions = random_case(1)
    full = evaluate_detection(data, predictions, DetectionOptions(resamples=50))
    assert evaluate_detection(data, predictions, DetectionOptions.quick()).headline() == full.headline()


def test_intervals_hold_their_metrics_and_repeat() -> None:
    data, predictions = random_case(2)
    report = evaluate_detection(data, predictions)
    assert report == evaluate_detection(data, predictions)
    metrics = report.box_policies[0].all_sizes
    estimates = [task.ap for task in metrics.tasks.values()] + [metrics.mean_ap, metrics.mean_ap50_95]
    for estimate in [*estimates, metrics.masked_recall_at_precision]:
        assert 0 <= estimate.low < estimate.value < estimate.high <= 1


def test_the_order_of_the_images_does_not_matter() -> None:
    data, predictions = random_case(3)
    order = np.random.default_rng(0).permutation(len(data))
    turned = evaluate_detection(
        dataset(*(data.images[i] for i in order)), [predictions[i] for i in order], DetectionOptions(resamples=0)
    )
    straight = evaluate_detection(data, predictions, DetectionOptions(resamples=0))
    assert turned.to_dict() == straight.to_dict()


def test_field_names_of_the_json_stay() -> None:
    """Programs read them: the list may only grow."""
    data, predictions = random_case(4, images=6)
    report = evaluate_detection(data, predictions, DetectionOptions(presets={"strict": 0.5}, resamples=5))
    content = json.loads(json.dumps(report.to_dict(), allow_nan=False))
    assert list(content) == ["dataset", "options", "box_policies"]
    assert set(content["options"]) >= {"iou", "at_confidence", "size_ranges", "ap50_95", "resamples"}
    policy = content["box_policies"][0]
    assert list(policy) == ["name", "iou", "images", "false_positives", "size_ranges", "presets"]
    names = ["conf", "recall", "false_positives_per_image", "wrong_state", "uncertain"]
    assert list(policy["presets"]["strict"]) == names
    metrics = policy["size_ranges"][0]
    names = ["size_range", "tasks", "mean_ap", "mean_ap50_95", "masked_recall_at_precision", "at_threshold"]
    assert list(metrics) == names
    assert list(metrics["size_range"]) == ["name", "low", "high"]
    assert list(metrics["tasks"]) == [*STATE_NAMES, "face", "masked"]
    assert list(metrics["tasks"]["face"]) == ["faces", "ap", "ap50_95"]
    assert list(metrics["mean_ap"]) == ["value", "low", "high"]
    counts = metrics["at_threshold"]
    names = ["recall", "confusion", "label_accuracy", "uncertain", "with_or_without", "predicted"]
    assert list(counts) == names
    assert list(counts["recall"]) == ["masked", "unmasked", *STATE_NAMES]
    assert list(counts["label_accuracy"]) == ["hits", "total", "value", "low", "high"]
    assert list(counts["predicted"]["with_mask"]) == list(REPORTED_STATES)


def test_nothing_labelled_and_nothing_found() -> None:
    report = evaluate_detection(dataset(labelled([])), [Detections.empty()])
    assert set(report.headline().values()) == {None}
    json.dumps(report.to_dict(), allow_nan=False)


def test_false_positives_alone() -> None:
    report = evaluate_detection(dataset(labelled([])), [found([(FAR, WITH, 0.9)])])
    assert report.box_policies[0].false_positives == 1
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
    policy = evaluate_detection(dataset(image), [faces], options).box_policies[0]
    counts = policy.all_sizes.at_threshold
    assert counts.confusion == ((0, 0, 1, 1), (0, 0, 0, 0), (0, 0, 1, 0))
    assert (counts.label_accuracy.hits, counts.label_accuracy.total) == (1, 2)
    assert (counts.uncertain.hits, counts.uncertain.total) == (1, 3)
    default, strict = policy.presets["default"], policy.presets["strict"]
    assert (default.wrong_state.hits, default.wrong_state.total, strict.wrong_state.hits, strict.wrong_state.total) == (
        1,
        2,
        0,
        1,
    )
    assert (default.recall["with_mask"].hits, strict.recall["with_mask"].hits) == (2, 1)
    assert default.false_positives_per_image == strict.false_positives_per_image == 0
