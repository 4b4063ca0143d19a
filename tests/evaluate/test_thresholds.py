from __future__ import annotations

import numpy as np
import pytest

from evaluation_cases import INCORRECT, WITH, WITHOUT, dataset, found, labelled, square
from maskwatch.detect.card import ModelCard
from maskwatch.evaluate.average_precision import Ranking
from maskwatch.evaluate.thresholds import (
    FEWEST_DETECTIONS,
    choose_ambiguity_margin,
    choose_presets,
    f1_plateau_threshold,
    precision_threshold,
    with_thresholds,
)


def ranking(score: list[float], hit: list[bool], positives: int) -> Ranking:
    zeros = np.zeros(len(score), np.int64)
    return Ranking(np.array(score, np.float32), np.array(hit, np.bool_), zeros, np.array([positives]))


def test_the_middle_of_the_f1_plateau_by_hand() -> None:
    # F1 at each box: 2/4, 4/5, 4/6, 6/7, 6/8: one threshold alone is the best
    assert f1_plateau_threshold(ranking([0.9, 0.8, 0.7, 0.6, 0.5], [1, 1, 0, 1, 0], 3)) == pytest.approx(0.6, abs=1e-4)  # type: ignore[list-item]
    # and with a hundred hits before it, each of the last five is as good: 200/202 to 202/205
    long = ranking([*np.linspace(0.99, 0.9, 99), 0.8, 0.7, 0.6], [*[True] * 99, True, True, False], 101)
    assert f1_plateau_threshold(long) == pytest.approx((0.6 + long.score[96]) / 2, abs=1e-3)
    assert f1_plateau_threshold(ranking([0.9], [False], 3)) is None
    assert f1_plateau_threshold(ranking([], [], 3)) is None


def test_no_threshold_parts_boxes_of_one_score() -> None:
    # The best F1 would lie after the first of the boxes at 0.8; with all of them it is as good as with none
    assert f1_plateau_threshold(ranking([0.9, 0.8, 0.8], [True, True, False], 2)) == pytest.approx(0.8, abs=1e-4)
    assert f1_plateau_threshold(ranking([0.9, 0.8, 0.8, 0.8], [True, True, False, False], 2)) == pytest.approx(
        0.85, abs=1e-4
    )


def test_strict_takes_the_lowest_threshold_that_is_precise_enough() -> None:
    score = np.linspace(0.99, 0.5, 50).round(4).tolist()
    hit = [i not in {3, 45, 46, 47} for i in range(50)]
    # 44 of the first 45 are right, 44 of 46 are 95.7 %, 44 of 47 are 93.6 %
    assert precision_threshold(ranking(score, hit, 60), 0.95) == pytest.approx(score[45], abs=1e-4)
    assert precision_threshold(ranking(score, [not h for h in hit], 60), 0.95) is None


def test_few_boxes_prove_no_precision() -> None:
    score = np.linspace(0.9, 0.5, FEWEST_DETECTIONS).tolist()
    assert precision_threshold(ranking(score, [True] * FEWEST_DETECTIONS, 90), 0.95) == pytest.approx(0.5, abs=1e-4)
    assert precision_threshold(ranking(score[:-1], [True] * (FEWEST_DETECTIONS - 1), 90), 0.95) is None


def test_presets_of_images_with_a_wrong_state() -> None:
    faces = [(square(60 * i), WITHOUT) for i in range(24)]
    boxes = [(square(60 * i), WITHOUT, 0.9 - 0.01 * i) for i in range(24)]
    images = dataset(labelled([*faces, (square(0, 200), WITH)]))
    predictions = [found([*boxes, (square(0, 200), WITHOUT, 0.3), (square(300, 300), WITHOUT, 0.2)])]
    presets = choose_presets(images, predictions)
    # The masked face called unmasked is found, but is no right box for "strict": 24 of 25 would still do, 24 of 26 not
    # F1 is 1 down to 0.3, and 0.98 with the box at 0.2
    assert presets["balanced"] == pytest.approx(0.25, abs=1e-4)
    assert presets["strict"] == pytest.approx(0.3, abs=1e-4)
    assert choose_presets(images, [found([])]) == {}


def test_ambiguity_margin_is_the_smallest_that_suffices() -> None:
    # 4 wrong among 100, all led by 0.12; one right one is as close
    close, clear = [0.56, 0.44, 0.0], [0.9, 0.1, 0.0]
    scores = np.array([close] * 5 + [clear] * 95, np.float32)
    labels = np.array([INCORRECT] * 4 + [WITH] * 96, np.int64)
    assert choose_ambiguity_margin(scores, labels) == pytest.approx(0.15)
    assert choose_ambiguity_margin(scores, np.full(100, WITH, np.int64)) == 0


def test_the_mark_stays_rare() -> None:
    scores = np.array([[0.6, 0.4, 0]] * 50 + [[0.9, 0.1, 0]] * 50, np.float32)
    labels = np.array([INCORRECT] * 50 + [WITH] * 50, np.int64)
    margin = choose_ambiguity_margin(scores, labels)
    assert (scores[:, 0] - scores[:, 1] < margin).mean() <= 0.06
    assert choose_ambiguity_margin(np.zeros((0, 3), np.float32), np.zeros(0, np.int64)) == 0


def test_the_card_carries_them_through_its_file_form() -> None:
    images = dataset(labelled([(square(60 * i), WITH) for i in range(3)]))
    card = with_thresholds(ModelCard("a", "1"), images, [found([(square(60 * i), WITH, 0.8) for i in range(3)])])
    again = ModelCard.from_json(card.to_json(), "a.onnx")
    assert again.presets == card.presets == {"balanced": pytest.approx(0.8, abs=1e-4)}


def test_strict_never_finds_more_than_balanced() -> None:
    # Four unmasked faces come so late that between them and the others lie a hundred false masked ones
    images = dataset(labelled([(square(60 * i), WITHOUT) for i in range(24)]))
    unmasked = [(square(60 * i), WITHOUT, 0.9 if i < 20 else 0.3) for i in range(24)]
    false = [(square(60 * i, 400), WITH, 0.5) for i in range(100)]
    presets = choose_presets(images, [found([*unmasked, *false])])
    assert presets == {"balanced": pytest.approx(0.9, abs=1e-4), "strict": pytest.approx(0.9, abs=1e-4)}
