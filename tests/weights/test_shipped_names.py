"""Names of shipped models."""

from __future__ import annotations

import pytest

from maskwatch.errors import ModelError
from maskwatch.weights import FOLDER, find_model, is_shipped


def test_the_size_of_the_default_model_is_a_name_too() -> None:
    assert find_model("small") == find_model("default")
    assert find_model("small", ".keras") == find_model("default", ".keras")
    assert is_shipped("small")
    assert not is_shipped("medium")


def test_an_unknown_name_lists_all_that_are_known() -> None:
    with pytest.raises(ModelError, match=r"medium: no such model; shipped models: .*default.*small"):
        find_model("medium")


def test_a_model_without_its_keras_file_says_which_has_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("maskwatch.weights.shipped_models", lambda: {"tiny": FOLDER / "tiny.onnx"})
    with pytest.raises(ModelError, match=r"tiny: comes without its \.keras file.*'default'"):
        find_model("tiny", ".keras")
