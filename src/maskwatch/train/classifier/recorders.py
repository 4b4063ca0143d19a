"""What happens around the epochs of a classifier's training: rate, best epoch, history, checkpoint, end."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

import keras

from maskwatch.train.classifier.options import ClassifierOptions
from maskwatch.train.classifier.schedule import has_ended, rate_for
from maskwatch.train.progress import Progress
from maskwatch.train.run_folder import RunFolder

Report = Callable[[Progress], None]
Row = dict[str, float]

FIGURES = ("loss", "accuracy", "val_loss", "val_accuracy")


def silent(_: Progress) -> None:
    """Tell nobody."""


class _Recorder(keras.callbacks.Callback):
    """Base of both phases: a row of the history for each epoch, and the report of how far the training is.

    Args:
        options: the settings.
        folder: where the history is written.
        rows: of the epochs so far; new ones are added.
        report: is told how far it is.
    """

    head_only = False

    def __init__(self, options: ClassifierOptions, folder: RunFolder, rows: list[Row], report: Report) -> None:
        super().__init__()
        self.rows = rows
        self._options = options
        self._folder = folder
        self._report = report
        self._began = time.monotonic()
        self._before = len([row for row in rows if row["head_only"]])

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:  # noqa: ARG002
        self._began = time.monotonic()

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:  # noqa: ARG002
        self._tell(len(self.rows), batch + 1)

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:  # noqa: ARG002
        metrics = {key: float((logs or {})[key]) for key in FIGURES}
        row = {"epoch": float(len(self.rows) + 1), "head_only": float(self.head_only), **metrics}
        row |= {"rate": float(self.model.optimizer.learning_rate), "seconds": time.monotonic() - self._began}
        self.rows.append(row)
        self._folder.write_history(self.rows)
        self._tell(len(self.rows) - 1, self.params["steps"], row)

    def _tell(self, ended: int, batch: int, row: Row | None = None) -> None:
        steps = self.params["steps"] or 1
        epochs = self._options.head_epochs if self.head_only else self._before + self._options.epochs
        self._report(Progress(ended * steps + batch, epochs * steps, ended + 1, epochs, row))


class HeadRecorder(_Recorder):
    """The phase in which only the new layers learn; what it reached is kept at its end, not after each epoch."""

    head_only = True


class WholeRecorder(_Recorder):
    """The phase in which all layers learn: after each epoch the best network and a checkpoint are stored."""

    def __init__(
        self, options: ClassifierOptions, folder: RunFolder, rows: list[Row], report: Report, first_rate: float
    ) -> None:
        super().__init__(options, folder, rows, report)
        self._first_rate = first_rate

    @property
    def best_epoch(self) -> int:
        """Number, from 1, of the epoch with the lowest validation loss, those of the head included; 0 before any."""
        losses = [row["val_loss"] for row in self.rows]
        return 1 + losses.index(min(losses)) if losses else 0

    @property
    def ended(self) -> bool:
        """Whether there is nothing left to do."""
        losses = self._losses
        return len(losses) >= self._options.epochs or has_ended(self._options, losses)

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Set the learning rate."""
        super().on_epoch_begin(epoch, logs)
        self.model.optimizer.learning_rate = rate_for(self._options, self._first_rate, self._losses)

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Store what is needed to use the network, and to go on with it."""
        best = min((row["val_loss"] for row in self.rows), default=math.inf)
        super().on_epoch_end(epoch, logs)
        if self.rows[-1]["val_loss"] < best:
            self._folder.save_network(self.model)
        self._folder.save_checkpoint(self.model, self.model.optimizer, {"rows": self.rows})
        if self.ended:
            self.model.stop_training = True

    @property
    def _losses(self) -> list[float]:
        return [row["val_loss"] for row in self.rows if not row["head_only"]]
