"""Work after each epoch of a detector's training: validation, history, curves, checkpoint."""

from __future__ import annotations

import time
from collections.abc import Callable

import keras

from maskwatch.data.dataset import Dataset
from maskwatch.detect.card import ModelCard
from maskwatch.train.curves import draw_curves
from maskwatch.train.model import LOSS_PARTS, averaged_weights
from maskwatch.train.options import DetectorOptions
from maskwatch.train.run_folder import History, RunFolder, TrainingProgress
from maskwatch.train.validation import detect_all, headline, weighted_mean

BEST_BY = "weighted_mean"
"""The metric that selects the best epoch, see `maskwatch.train.validation.weighted_mean`."""


def best_row(rows: History) -> dict[str, float]:
    """The history's row of the best epoch; of equal ones, the last."""
    return max((row for row in rows if BEST_BY in row), key=lambda row: (row[BEST_BY], row["epoch"]))


class ValidateAndCheckpoint(keras.callbacks.Callback):
    """After each epoch: validate the averaged weights, save the best, write history, curves and checkpoint.

    Args:
        options: settings of the run.
        folder: for all output.
        validation: images that select the best epoch.
        card: size of the network's input.
        on_progress: called after every batch and every epoch.
        done: epochs in the checkpoint; rows of later epochs, which will be repeated, are dropped from the history.
    """

    def __init__(
        self,
        options: DetectorOptions,
        folder: RunFolder,
        validation: Dataset,
        card: ModelCard,
        on_progress: Callable[[TrainingProgress], None],
        done: int = 0,
    ) -> None:
        super().__init__()
        self._options = options
        self.folder = folder
        self._validation = validation
        self._card = card
        self._on_progress = on_progress
        self._rows = [row for row in folder.read_history() if row["epoch"] <= done]
        self._epoch = done
        self._began = time.monotonic()
        self.begin_stage(0)

    def begin_stage(self, number: int) -> None:
        """Prepare for stage ``number``, counted from 0."""
        before = self._options.stages[:number]
        self._stage = self._options.stages[number]
        self._steps_before = sum(stage.total_steps for stage in before)
        self.first_epoch = sum(stage.epochs for stage in before)

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:  # noqa: ARG002
        """Start the clock."""
        self._epoch = epoch
        self._began = time.monotonic()

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:  # noqa: ARG002
        """Report progress."""
        self._report(self._epoch - self.first_epoch, batch + 1)

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Validate and save."""
        losses = {f"loss_{name}": float((logs or {})[name]) for name in LOSS_PARTS}
        row = {"epoch": float(epoch + 1), **losses}
        last = epoch + 1 == self._options.epochs
        with averaged_weights(self.model):
            if last or (epoch + 1) % self._options.val_every == 0:
                row |= headline(self._validation, detect_all(self.model.network, self._validation, self._card))
                row[BEST_BY] = weighted_mean(row, self._validation.counts())
                if best_row([*self._rows, row]) is row:
                    self.folder.save_network(self.model.network)
        row["seconds"] = time.monotonic() - self._began
        self._rows.append(row)
        self.folder.write_history(self._rows)
        self.folder.save_checkpoint(self.model.network, self.model.optimizer, {"epochs": epoch + 1})
        draw_curves(self._rows, self.folder.path / "curves.png")
        self._report(epoch - self.first_epoch + 1, 0, row)

    def _report(self, epochs: int, batches: int, row: dict[str, float] | None = None) -> None:
        """Report progress: ``epochs`` of this stage are done, and ``batches`` of the next."""
        options = self._options
        step = self._steps_before + epochs * self._stage.steps + batches
        self._on_progress(TrainingProgress(step, options.steps, self._epoch + 1, options.epochs, row))
