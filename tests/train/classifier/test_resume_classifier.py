from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from maskwatch.errors import UsageError
from maskwatch.train.classifier import ClassifierOptions, ClassifierResult, RunFolder, train_classifier
from maskwatch.train.progress import Progress

SETTINGS = ClassifierOptions(("",), name="long", arch="small", size=32, epochs=4, batch=8, patience=6)


class PowerCutError(Exception):
    pass


def cut_after(epochs: int):
    def report(progress: Progress) -> None:
        if progress.row is None and progress.epoch > epochs:
            raise PowerCutError

    return report


def train(faces: Path, runs: Path, name: str) -> tuple[ClassifierOptions, RunFolder]:
    folder = RunFolder.create(runs, "classifier", name)
    options = replace(SETTINGS, data=(str(faces),))
    options.save(folder.options)
    return options, folder


def test_an_interrupted_training_goes_on_as_if_nothing_had_been(split_faces: Path, tmp_path: Path) -> None:
    options, whole = train(split_faces, tmp_path, "whole")
    train_classifier(options, whole)
    options, cut = train(split_faces, tmp_path, "cut")
    with pytest.raises(PowerCutError):
        train_classifier(options, cut, report=cut_after(2))
    assert len(cut.read_history()) == 2
    assert cut.has_checkpoint
    train_classifier(options, cut, resume=True)
    assert not cut.has_checkpoint
    first, second = whole.read_history(), cut.read_history()
    assert [row["epoch"] for row in second] == [1, 2, 3, 4]
    assert [row["rate"] for row in first] == [row["rate"] for row in second]
    losses = np.array([[row["loss"] for row in rows] for rows in (first, second)])
    np.testing.assert_allclose(losses[0, :2], losses[1, :2], rtol=1e-3)
    # Dropout draws anew after a break; weights, optimizer and samples go on
    assert (losses[1, 2:] < 0.8 * losses[0, 0]).all()
    assert cut.exported.is_file()


def test_cut_before_the_first_epoch_it_begins_anew(split_faces: Path, tmp_path: Path) -> None:
    options, folder = train(split_faces, tmp_path, "early")
    options = replace(options, epochs=1)
    with pytest.raises(PowerCutError):
        train_classifier(options, folder, report=cut_after(0))
    train_classifier(options, folder, resume=True)
    assert len(folder.read_history()) == 1


def test_a_complete_run_is_not_gone_on_with(trained: ClassifierResult) -> None:
    options = ClassifierOptions.load(trained.folder / "config.json")
    with pytest.raises(UsageError, match="is complete; begin another run with --weights"):
        train_classifier(options, RunFolder(trained.folder), resume=True)
