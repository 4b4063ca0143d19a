from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest

from maskwatch.errors import ModelError
from maskwatch.train.classifier.networks import build_classifier
from maskwatch.train.classifier.weights import (
    credits_of_weights,
    is_detector,
    load_detector_weights,
    load_weights,
    resolved_weights,
)
from maskwatch.train.start import starting_network


def test_the_backbone_is_the_detectors() -> None:
    """With the detector's weights, the classifier computes the same maps."""
    network = build_classifier("face", 64, 3)
    load_detector_weights(network, "small")
    detector = starting_network("small")
    pixels = np.random.default_rng(0).uniform(0, 255, (2, 64, 64, 3)).astype(np.float32)
    for name in ("stage16_2_pointwise_relu", "stage32_1_pointwise_relu"):
        ours, theirs = (keras.Model(m.input, m.get_layer(name).output) for m in (network, detector))
        np.testing.assert_allclose(np.asarray(ours(pixels)), np.asarray(theirs(pixels)), atol=1e-3)


def test_pooling_starts_as_the_mean() -> None:
    network = build_classifier("face", 64, 2)
    pixels = np.random.default_rng(1).uniform(0, 255, (1, 64, 64, 3)).astype(np.float32)
    layers = [network.get_layer(name).output for name in ("stage32_1_pointwise_relu", "weighed1_flat")]
    whole, weighed = (np.asarray(x) for x in keras.Model(network.input, layers)(pixels))
    np.testing.assert_allclose(whole.mean(axis=(1, 2)), weighed, atol=1e-4)


def test_number_of_weights() -> None:
    assert build_classifier("face", 96, 3).count_params() == 192_359


def test_sources_of_weights(tmp_path: Path) -> None:
    assert resolved_weights("face", "auto") == "small"
    assert "Ultra-Light" in credits_of_weights("face", "small")[0]
    assert credits_of_weights("face", "none") == credits_of_weights("cnn", "none") == ()
    assert is_detector("small")
    earlier = build_classifier("face", 64, 2)
    earlier.save(tmp_path / "earlier.keras")
    assert not is_detector(str(tmp_path / "earlier.keras"))
    later = build_classifier("face", 64, 2)
    load_weights(later, "face", str(tmp_path / "earlier.keras"))
    np.testing.assert_array_equal(earlier.get_weights()[-2], later.get_weights()[-2])


def test_another_class_count_is_one_clear_line(tmp_path: Path) -> None:
    build_classifier("face", 64, 3).save(tmp_path / "three.keras")
    with pytest.raises(ModelError, match="another network") as caught:
        load_weights(build_classifier("face", 64, 2), "face", str(tmp_path / "three.keras"))
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_named() -> None:
    with pytest.raises(ModelError, match=r"absent\.keras"):
        load_weights(build_classifier("face", 64, 2), "face", "absent.keras")
