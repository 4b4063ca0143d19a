"""Names of shipped models."""

from __future__ import annotations

import pytest

from maskwatch.errors import ModelError
from maskwatch.weights import FOLDER, find_model, is_shipped


def test_default_is_an_alias_of_small() -> None:
    assert find_model("default") == find_model("small")
    assert find_model("default", ".keras") == find_model("small", ".keras")
    assert is_shipped("small")
    assert not is_shipped("medium")


def test_an_unknown_name_lists_all_that_are_known() -> None:
    with pytest.raises(ModelError, match=r"medium: no such model; shipped models: small, base, nano, default"):
        find_model("medium")


def test_a_model_without_its_keras_file_says_which_has_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("maskwatch.weights.shipped_models", lambda: {"tiny": FOLDER / "tiny.onnx"})
    with pytest.raises(ModelError, match=r"tiny: comes without its \.keras file.*'small'"):
        find_model("tiny", ".keras")
