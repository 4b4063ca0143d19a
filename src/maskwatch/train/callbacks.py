"""What happens after each epoch of a detector's training: validation, history, curves, checkpoint."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import keras

from maskwatch.data.dataset import Dataset
from maskwatch.detect.card import ModelCard
from maskwatch.train.averaging import averaged_weights
from maskwatch.train.curves import draw_curves
from maskwatch.train.model import LOSS_PARTS
from maskwatch.train.options import DetectorOptions
from maskwatch.train.progress import Progress
from maskwatch.train.run_folder import RunFolder
from maskwatch.train.validation import find_faces, headline, weighted_mean

BEST_BY = "weighted_mean"
"""The figure that chooses the best epoch, see `maskwatch.train.validation.weighted_mean`."""


def best_row(rows: Sequence[dict[str, float]]) -> dict[str, float]:
    """The history's row of the best epoch; of equal ones, the last."""
    return max((row for row in rows if BEST_BY in row), key=lambda row: (row[BEST_BY], row["epoch"]))


class ValidateAndCheckpoint(keras.callbacks.Callback):
    """After each epoch: validate the averaged weights, keep the best, write history, curves and checkpoint.

    Args:
        options: the settings.
        folder: where everything is written.
        validation: images that choose the best epoch.
        card: how to feed the network.
        report: is told how far it is.
        done: epochs that the checkpoint holds; later rows of the history are dropped, since these come again.
    """

    def __init__(
        self,
        options: DetectorOptions,
        folder: RunFolder,
        validation: Dataset,
        card: ModelCard,
        report: Callable[[Progress], None],
        done: int = 0,
    ) -> None:
        super().__init__()
        self._options = options
        self.folder = folder
        self._validation = validation
        self._card = card
        self._report = report
        self._rows = [row for row in folder.read_history() if row["epoch"] <= done]
        self._epoch = done
        self._began = time.monotonic()
        self.begin(0)

    def begin(self, number: int) -> None:
        """Be told which of the stages comes, counted from 0."""
        before = self._options.stages[:number]
        self._stage = self._options.stages[number]
        self._steps_before = sum(stage.total_steps for stage in before)
        self.first_epoch = sum(stage.epochs for stage in before)

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:  # noqa: ARG002
        """Note the time."""
        self._epoch = epoch
        self._began = time.monotonic()

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:  # noqa: ARG002
        """Say how far it is."""
        self._tell(self._epoch - self.first_epoch, batch + 1)

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Validate, and keep everything that was reached."""
        losses = {f"loss_{name}": float((logs or {})[name]) for name in LOSS_PARTS}
        row = {"epoch": float(epoch + 1), **losses}
        last = epoch + 1 == self._options.epochs
        with averaged_weights(self.model):
            if last or (epoch + 1) % self._options.val_every == 0:
                row |= headline(self._validation, find_faces(self.model.network, self._validation, self._card))
                row[BEST_BY] = weighted_mean(row, self._validation.counts())
                if best_row([*self._rows, row]) is row:
                    self.folder.save_network(self.model.network)
        row["seconds"] = time.monotonic() - self._began
        self._rows.append(row)
        self.folder.write_history(self._rows)
        self.folder.save_checkpoint(self.model.network, self.model.optimizer, {"epochs": epoch + 1})
        draw_curves(self._rows, self.folder.path / "curves.png")
        self._tell(epoch - self.first_epoch + 1, 0, row)

    def _tell(self, epochs: int, batches: int, row: dict[str, float] | None = None) -> None:
        """Say how many epochs of the stage, and batches of the epoch after them, are done."""
        options = self._options
        step = self._steps_before + epochs * self._stage.steps + batches
        self._report(Progress(step, options.steps, self._epoch + 1, options.epochs, row))
