"""Work around the epochs of a classifier's training: learning rate, history, best epoch, checkpoint, early stopping."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

import keras

from maskwatch.train.classifier.options import ClassifierOptions
from maskwatch.train.classifier.schedule import has_ended, rate_for
from maskwatch.train.run_folder import History, RunFolder, TrainingProgress

OnProgress = Callable[[TrainingProgress], None]

METRICS = ("loss", "accuracy", "val_loss", "val_accuracy")


class RecordHistory(keras.callbacks.Callback):
    """Add a row to the history after each epoch, and report progress.

    Args:
        options: settings of the run.
        folder: for the history.
        rows: history of earlier epochs; extended in place.
        on_progress: called after every batch and every epoch.
        head_only: whether this phase trains the new layers only.
    """

    def __init__(
        self,
        options: ClassifierOptions,
        folder: RunFolder,
        rows: History,
        on_progress: OnProgress,
        *,
        head_only: bool = False,
    ) -> None:
        super().__init__()
        self.rows = rows
        self._options = options
        self._folder = folder
        self._on_progress = on_progress
        self._head_only = head_only
        self._began = time.monotonic()
        self._head_epochs = len([row for row in rows if row["head_only"]])

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:  # noqa: ARG002
        """Start the clock."""
        self._began = time.monotonic()

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:  # noqa: ARG002
        """Report progress."""
        self._report(len(self.rows), batch + 1)

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:  # noqa: ARG002
        """Write the epoch's row."""
        metrics = {key: float((logs or {})[key]) for key in METRICS}
        row = {"epoch": float(len(self.rows) + 1), "head_only": float(self._head_only), **metrics}
        row |= {"rate": float(self.model.optimizer.learning_rate), "seconds": time.monotonic() - self._began}
        self.rows.append(row)
        self._folder.write_history(self.rows)
        self._report(len(self.rows) - 1, self.params["steps"], row)

    def _report(self, ended: int, batch: int, row: dict[str, float] | None = None) -> None:
        """Report progress: ``ended`` epochs are done, and ``batch`` batches of the next."""
        steps = self.params["steps"] or 1
        epochs = self._options.head_epochs if self._head_only else self._head_epochs + self._options.epochs
        self._on_progress(TrainingProgress(ended * steps + batch, epochs * steps, ended + 1, epochs, row))


class ScheduleAndCheckpoint(RecordHistory):
    """Also set the learning rate before each epoch, and save the best network and a checkpoint after it."""

    def __init__(
        self,
        options: ClassifierOptions,
        folder: RunFolder,
        rows: History,
        on_progress: OnProgress,
        *,
        first_rate: float,
    ) -> None:
        super().__init__(options, folder, rows, on_progress)
        self._first_rate = first_rate

    @property
    def best_epoch(self) -> int:
        """Number, from 1, of the epoch with the lowest validation loss, head epochs included; 0 before any."""
        losses = [row["val_loss"] for row in self.rows]
        return 1 + losses.index(min(losses)) if losses else 0

    @property
    def ended(self) -> bool:
        """Whether the training is complete."""
        losses = self._losses
        return len(losses) >= self._options.epochs or has_ended(self._options, losses)

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Set the learning rate."""
        super().on_epoch_begin(epoch, logs)
        self.model.optimizer.learning_rate = rate_for(self._options, self._first_rate, self._losses)

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Save the network if it is the best so far, and a checkpoint; stop if the training is complete."""
        best = min((row["val_loss"] for row in self.rows), default=math.inf)
        super().on_epoch_end(epoch, logs)
        if self.rows[-1]["val_loss"] < best:
            self._folder.save_network(self.model)
        self._folder.save_checkpoint(self.model, self.model.optimizer, {"rows": self.rows})
        if self.ended:
            self.model.stop_training = True

    @property
    def _losses(self) -> list[float]:
        """Validation losses of this phase."""
        return [row["val_loss"] for row in self.rows if not row["head_only"]]
