"""The metric that selects the best epoch."""

from __future__ import annotations

import pytest

from maskwatch.train.validation import weighted_mean

FACES = {"with_mask": 196, "worn_incorrectly": 16, "without_mask": 64}


def test_states_with_many_faces_count_for_more() -> None:
    metrics = {"with_mask": 90.0, "worn_incorrectly": 60.0, "without_mask": 80.0, "masked": 95.0}
    assert weighted_mean(metrics, FACES) == pytest.approx((14 * 90 + 4 * 60 + 8 * 80) / 26, abs=0.01)


def test_one_rare_face_does_not_outweigh_the_common_states() -> None:
    before = {"with_mask": 92.3, "worn_incorrectly": 78.8, "without_mask": 89.4}
    after = {"with_mask": 94.5, "worn_incorrectly": 71.0, "without_mask": 90.9}
    assert sum(after.values()) < sum(before.values())
    assert weighted_mean(after, FACES) > weighted_mean(before, FACES)


def test_a_state_without_faces_does_not_count() -> None:
    metrics = {"with_mask": 90.0, "worn_incorrectly": 0.0, "without_mask": 80.0}
    assert weighted_mean(metrics, {**FACES, "worn_incorrectly": 0}) == pytest.approx((14 * 90 + 8 * 80) / 22, abs=0.01)
    assert weighted_mean(metrics, dict.fromkeys(FACES, 0)) == 0.0
