from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from maskwatch.errors import UsageError
from maskwatch.train.classifier import ClassifierOptions, ClassifierResult, RunFolder, train_classifier
from maskwatch.train.run_folder import TrainingProgress

SETTINGS = ClassifierOptions(("",), name="long", arch="small", size=32, epochs=4, batch=8, patience=6)


class PowerCutError(Exception):
    pass


def cut_after(epochs: int) -> Callable[[TrainingProgress], None]:
    def on_progress(progress: TrainingProgress) -> None:
        if progress.row is None and progress.epoch > epochs:
            raise PowerCutError

    return on_progress


def train(faces: Path, runs: Path, name: str) -> tuple[ClassifierOptions, RunFolder]:
    folder = RunFolder.create(runs, "classifier", name)
    options = replace(SETTINGS, data=(str(faces),))
    options.save(folder.options)
    return options, folder


def test_an_interrupted_training_continues_as_if_uninterrupted(split_faces: Path, tmp_path: Path) -> None:
    options, complete = train(split_faces, tmp_path, "complete")
    train_classifier(options, complete)
    options, cut = train(split_faces, tmp_path, "cut")
    with pytest.raises(PowerCutError):
        train_classifier(options, cut, on_progress=cut_after(2))
    assert len(cut.read_history()) == 2
    assert cut.has_checkpoint
    train_classifier(options, cut, resume=True)
    assert not cut.has_checkpoint
    first, second = complete.read_history(), cut.read_history()
    assert [row["epoch"] for row in second] == [1, 2, 3, 4]
    assert [row["rate"] for row in first] == [row["rate"] for row in second]
    losses = np.array([[row["loss"] for row in rows] for rows in (first, second)])
    np.testing.assert_allclose(losses[0, :2], losses[1, :2], rtol=1e-3)
    # After a break, dropout differs; weights, optimizer and samples continue
    assert (losses[1, 2:] < 0.8 * losses[0, 0]).all()
    assert cut.exported.is_file()


def test_resumed_without_a_checkpoint_training_starts_from_the_beginning(split_faces: Path, tmp_path: Path) -> None:
    options, folder = train(split_faces, tmp_path, "early")
    options = replace(options, epochs=1)
    with pytest.raises(PowerCutError):
        train_classifier(options, folder, on_progress=cut_after(0))
    train_classifier(options, folder, resume=True)
    assert len(folder.read_history()) == 1


def test_a_complete_run_cannot_be_resumed(trained: ClassifierResult) -> None:
    options = ClassifierOptions.load(trained.folder / "config.json")
    with pytest.raises(UsageError, match="is complete; start a new run with --weights"):
        train_classifier(options, RunFolder(trained.folder), resume=True)
