"""The recipe for averaging weights."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from recipe_runs import in_repository, run

pytestmark = [
    in_repository,
    pytest.mark.skipif(find_spec("keras") is None, reason="needs the extra: pip install 'maskwatch[train]'"),
]


def save(path: Path, value: float, units: int = 2) -> str:
    import keras

    network = keras.Sequential([keras.Input((3,)), keras.layers.Dense(units, name="only")], name="net")
    for weight in network.weights:
        weight.assign(np.full(weight.shape, value, np.float32))
    network.save(path)
    return str(path)


def test_the_mean_of_two_networks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import keras

    target = tmp_path / "mean.keras"
    run("average_weights.py", monkeypatch, save(tmp_path / "a.keras", 1), save(tmp_path / "b.keras", 4), str(target))
    weights = keras.saving.load_model(target).weights
    assert [weight.shape for weight in weights] == [(3, 2), (2,)]
    assert all(np.all(np.asarray(weight) == 2.5) for weight in weights)


def test_networks_of_other_shapes_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "mean.keras"
    with pytest.raises(SystemExit, match="differ in shape"):
        run(
            "average_weights.py",
            monkeypatch,
            save(tmp_path / "a.keras", 1),
            save(tmp_path / "b.keras", 1, units=5),
            str(target),
        )
    assert not target.exists()
