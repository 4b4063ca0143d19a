from __future__ import annotations

import numpy as np

from maskwatch.train.classifier.augment import FaceAugmentOptions, augmented

STILL = FaceAugmentOptions(rotation=0, shear=0, shift=0, zoom=1, degraded=0)


def face() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (24, 24, 3)).astype(np.uint8)


def test_without_changes_only_mirrored_or_not() -> None:
    found = {augmented(face(), STILL, np.random.default_rng(seed)).tobytes() for seed in range(20)}
    assert found == {face().tobytes(), np.ascontiguousarray(face()[:, ::-1]).tobytes()}


def test_shape_and_seed() -> None:
    first, again, other = (augmented(face(), FaceAugmentOptions(), np.random.default_rng(s)) for s in (1, 1, 2))
    assert first.shape == (24, 24, 3)
    assert first.dtype == np.uint8
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_zoom_and_shift_stay_within_their_limits() -> None:
    """A bright square of 8 px keeps its area within the square of the zoom, and its middle within the shift."""
    example = np.zeros((64, 64, 3), np.uint8)
    example[24:40, 24:40] = 255
    options = FaceAugmentOptions(rotation=0, shear=0, shift=0.1, zoom=1.2, degraded=0)
    for seed in range(30):
        bright = augmented(example, options, np.random.default_rng(seed))[..., 0].astype(float) / 255
        assert 256 / 1.5 < bright.sum() < 256 * 1.5
        rows, columns = np.nonzero(bright > 0.5)
        assert abs(rows.mean() - 31.5) < 8
        assert abs(columns.mean() - 31.5) < 8


def test_objects_are_drawn_over_unmasked_mouths_only() -> None:
    example = np.full((48, 48, 3), 200, np.uint8)
    options = FaceAugmentOptions(rotation=0, shear=0, shift=0, zoom=1, degraded=0, occluded=1.0)
    for seed in range(8):
        np.testing.assert_array_equal(augmented(example, options, np.random.default_rng(seed)), example)
        drawn = (augmented(example, options, np.random.default_rng(seed), unmasked=True) != example).any(axis=2)
        assert drawn[24:].mean() > 2 * drawn[:14].mean()
        assert drawn.any()
