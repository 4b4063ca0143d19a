"""The rules of the protocol, one by one, each on an image or two."""

from __future__ import annotations

import pytest

from evaluation_cases import INCORRECT, WITH, WITHOUT, dataset, found, labelled, square
from maskwatch.detections import Detections
from maskwatch.evaluate.detection import DetectionOptions, evaluate_detection

QUICK = DetectionOptions.quick()
FACE, OTHER, FAR = square(0), square(100), square(400)


def headline(image, faces, options: DetectionOptions = QUICK) -> dict[str, float | None]:
    return evaluate_detection(dataset(image), [found(faces)], options).headline()


def test_perfect_detection_is_100_percent_and_absent_states_have_no_metric() -> None:
    metrics = headline(labelled([(FACE, WITH), (OTHER, WITHOUT)]), [(FACE, WITH, 0.9), (OTHER, WITHOUT, 0.8)])
    assert metrics == {
        "with_mask": 1,
        "worn_incorrectly": None,
        "without_mask": 1,
        "face": 1,
        "masked": 1,
        "mean": 1,
        "masked_recall": 1,
    }


def test_a_second_box_on_a_face_is_a_false_positive() -> None:
    image = labelled([(FACE, WITH), (OTHER, WITH)])
    metrics = headline(image, [(FACE, WITH, 0.9), (square(2), WITH, 0.8), (OTHER, WITH, 0.7)])
    assert metrics["with_mask"] == pytest.approx((1 + 2 / 3) / 2)


@pytest.mark.parametrize(("shift", "expected"), [(13, 1.0), (14, 0.0)])
def test_boxes_match_from_iou_one_half(shift: int, expected: float) -> None:
    # 40 px squares, shifted: IoU (40 - s) / (40 + s) = 27/53 = 0.509, 26/54 = 0.481
    assert headline(labelled([(FACE, WITH)]), [(square(shift), WITH, 0.9)])["face"] == expected


def test_a_wrong_state_is_a_miss_and_a_false_positive_but_the_face_is_detected() -> None:
    image = labelled([(FACE, WITH), (OTHER, WITHOUT)])
    metrics = headline(image, [(FACE, WITHOUT, 0.9), (OTHER, WITHOUT, 0.8)])
    assert metrics["with_mask"] == 0
    assert metrics["without_mask"] == pytest.approx(1 / 2)
    assert metrics["face"] == 1
    assert metrics["masked"] == 1


def test_ignored_boxes_absorb_by_iou_or_by_covering_half_and_any_number() -> None:
    image = labelled([(FACE, WITH)], ignore=[FAR])
    inside = (410.0, 10.0, 425.0, 25.0)
    absorbed = [(FAR, WITH, 0.99), (square(402), WITH, 0.98), (inside, WITH, 0.97)]
    assert headline(image, [*absorbed, (FACE, WITH, 0.5)])["with_mask"] == 1
    half_outside = (432.0, 0.0, 452.0, 40.0)
    assert headline(image, [(half_outside, WITH, 0.99), (FACE, WITH, 0.5)])["with_mask"] == 0.5


def test_a_labelled_face_takes_precedence_over_an_ignore_region_in_the_same_place() -> None:
    assert headline(labelled([(FACE, WITH)], ignore=[FACE]), [(FACE, WITH, 0.9)])["face"] == 1


def test_a_box_on_an_unmasked_face_is_no_false_positive_among_masked_faces_but_one_on_no_face_is() -> None:
    image = labelled([(FACE, WITHOUT), (OTHER, INCORRECT)])
    assert headline(image, [(FACE, WITH, 0.9), (square(1), WITH, 0.85), (OTHER, WITHOUT, 0.8)])["masked"] == 1
    assert headline(image, [(FAR, WITH, 0.9), (OTHER, WITHOUT, 0.8)])["masked"] == 0.5


def test_faces_are_ranked_by_face_score_and_states_by_confidence() -> None:
    image = labelled([(FACE, WITH)])
    uncertain_state, certain_state = [0.5, 0.2, 0.3], [1, 0, 0]
    both = found([(FACE, WITH, 0.9), (FAR, WITH, 0.6)])
    both = Detections(both.xyxy, both.confidence, both.state_scores * 0)
    both.state_scores[:] = [uncertain_state, certain_state]
    metrics = evaluate_detection(dataset(image), [both], QUICK).headline()
    assert metrics["face"] == 1
    assert metrics["with_mask"] == 0.5


def test_boxes_below_the_lowest_confidence_are_left_out() -> None:
    assert headline(labelled([(FACE, WITH)]), [(FACE, WITH, 0.009)])["face"] == 0
    assert headline(labelled([(FACE, WITH)]), [(FACE, WITH, 0.011)])["face"] == 1


class TestTwoClassImages:
    image = labelled([(FACE, WITH), (OTHER, WITHOUT)], labels="2class")
    faces = ((FACE, INCORRECT, 0.9), (OTHER, WITHOUT, 0.8))

    def test_worn_incorrectly_counts_as_with_mask(self) -> None:
        assert headline(self.image, self.faces)["with_mask"] == 1

    def test_they_take_no_part_in_worn_incorrectly(self) -> None:
        three = labelled([(FACE, INCORRECT)])
        report = evaluate_detection(
            dataset(self.image, three), [found(self.faces), found([(FACE, INCORRECT, 0.5)])], QUICK
        )
        assert report.headline()["worn_incorrectly"] == 1
        assert report.box_policies[0].all_sizes.tasks["worn_incorrectly"].faces == 1

    def test_they_take_no_part_in_label_accuracy(self) -> None:
        report = evaluate_detection(dataset(self.image), [found(self.faces)], QUICK)
        assert report.box_policies[0].all_sizes.at_threshold.label_accuracy.total == 0
        assert report.box_policies[0].all_sizes.at_threshold.recall["masked"].hits == 1


def test_loose_boxes_are_reported_separately_at_a_lower_iou() -> None:
    tight, loose = labelled([(FACE, WITH)]), labelled([(FACE, WITH)], boxes="loose")
    shifted = found([(square(17), WITH, 0.9)])  # IoU 23/57 = 0.40
    report = evaluate_detection(dataset(tight, loose), [shifted, shifted], QUICK)
    assert [(c.name, c.iou, c.images, c.all_sizes.tasks["face"].ap.value) for c in report.box_policies] == [
        ("tight", 0.5, 1, 0.0),
        ("loose", 0.35, 1, 1.0),
    ]


class TestSizeRanges:
    small, large = square(0, side=20), square(100, side=50)
    image = labelled([(small, WITH), (large, WITH)])

    def by_range(self, faces) -> dict[str, tuple[int, float | None]]:
        policy = evaluate_detection(dataset(self.image), [found(faces)]).box_policies[0]
        return {b.size_range.name: (b.tasks["face"].faces, b.tasks["face"].ap.value) for b in policy.size_ranges}

    def test_each_face_counts_in_its_own_ranges(self) -> None:
        assert self.by_range([(self.large, WITH, 0.9)]) == {
            "all": (2, 0.5),
            ">=32 px": (1, 1.0),
            "<16 px": (0, None),
            "16-32 px": (1, 0.0),
            "32-64 px": (1, 1.0),
            "64-128 px": (0, None),
            ">=128 px": (0, None),
        }

    def test_faces_and_false_positives_outside_the_range_do_not_count(self) -> None:
        stray_small, stray_large = square(300, side=20), square(400, side=50)
        ranges = self.by_range([(self.small, WITH, 0.9), (stray_small, WITH, 0.8), (self.large, WITH, 0.7)])
        assert ranges[">=32 px"] == (1, 1.0)
        assert self.by_range([(stray_large, WITH, 0.9), (self.large, WITH, 0.7)])[">=32 px"] == (1, 0.5)

    def test_a_box_outside_the_range_can_detect_a_face_inside_it(self) -> None:
        image = labelled([(square(0, side=33), WITH)])
        report = evaluate_detection(dataset(image), [found([(square(0, side=30), WITH, 0.9)])])
        assert report.box_policies[0].size_range(">=32 px").tasks["face"].ap.value == 1
