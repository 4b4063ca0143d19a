"""A training run: its folder with settings, history, checkpoint and models, and its progress."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from maskwatch.errors import UsageError
from maskwatch.files import replacing
from maskwatch.train.settings import RunSettings, environment

if TYPE_CHECKING:
    import keras

SomeSettings = TypeVar("SomeSettings", bound=RunSettings)
History = list[dict[str, float]]
"""One row for each epoch: its number, losses, metrics, seconds."""

_FREE_SPACE = "free space, then continue with --resume"


@dataclass(frozen=True)
class TrainingProgress:
    """Progress of a training, reported after every batch and every epoch.

    Attributes:
        step, steps: batches done, and in all.
        epoch, epochs: the current epoch, from 1, and the number of epochs.
        row: the epoch's row of the history if it has just ended, else None.
    """

    step: int
    steps: int
    epoch: int
    epochs: int
    row: dict[str, float] | None = None


@dataclass(frozen=True)
class RunFolder:
    """Paths and files of one run, ``runs/<task>/<name>``."""

    path: Path

    @classmethod
    def create(cls, root: Path, task: str, name: str) -> RunFolder:
        """Create the folder.

        Raises:
            UsageError: when a run of this name exists: runs are never overwritten.
        """
        path = root / task / name
        try:
            path.mkdir(parents=True)
        except FileExistsError as error:
            raise UsageError(f"{path} exists; choose another --name, or continue it with --resume") from error
        except OSError as error:
            raise UsageError(f"{path}: cannot be created ({error.strerror}); choose another --runs folder") from error
        return cls(path)

    def discard_unused(self) -> None:
        """Remove the folder if the run ended before its first epoch did, so that its name is free again."""
        if not self.history.exists() and not self.has_checkpoint:
            shutil.rmtree(self.path)

    @property
    def options(self) -> Path:
        """Settings of the run."""
        return self.path / "config.json"

    @property
    def history(self) -> Path:
        """One row for each epoch."""
        return self.path / "history.csv"

    @property
    def best(self) -> Path:
        """The network of the best epoch, for fine-tuning."""
        return self.path / "model.keras"

    @property
    def exported(self) -> Path:
        """The same network as a model file, for inference."""
        return self.path / "model.onnx"

    @property
    def _checkpoint(self) -> Path:
        return self.path / "checkpoint.npz"

    @property
    def has_checkpoint(self) -> bool:
        """Whether the run can be resumed."""
        return self._checkpoint.is_file()

    def discard_checkpoint(self) -> None:
        """Remove the checkpoint, which is three times the size of the network and of no use to a complete run."""
        self._checkpoint.unlink(missing_ok=True)

    def save_checkpoint(
        self, network: keras.Model, optimizer: keras.optimizers.Optimizer, state: dict[str, Any]
    ) -> None:
        """Save weights, optimizer and ``state`` (JSON values) in one file."""
        arrays = {f"weight_{i}": np.asarray(v) for i, v in enumerate(network.weights)}
        arrays |= {f"optimizer_{i}": np.asarray(v) for i, v in enumerate(optimizer.variables)}
        with replacing(self._checkpoint, _FREE_SPACE) as part:
            np.savez(part, state=np.array(json.dumps(state)), **arrays)  # type: ignore[arg-type]

    def load_checkpoint(self, network: keras.Model, optimizer: keras.optimizers.Optimizer) -> dict[str, Any]:
        """Restore weights and optimizer, and return the state.

        Raises:
            UsageError: when there is no checkpoint, or one of another network.
        """
        with self._opened_checkpoint() as stored:
            for i, variable in enumerate(network.weights):
                variable.assign(stored[f"weight_{i}"])
            for i, variable in enumerate(optimizer.variables):
                variable.assign(stored[f"optimizer_{i}"])
            return dict(json.loads(str(stored["state"])))

    def checkpoint_state(self) -> dict[str, Any]:
        """The state alone.

        Raises:
            UsageError: when there is no checkpoint.
        """
        with self._opened_checkpoint() as stored:
            return dict(json.loads(str(stored["state"])))

    @contextmanager
    def _opened_checkpoint(self) -> Iterator[Any]:
        try:
            with np.load(self._checkpoint) as stored:
                yield stored
        except (OSError, KeyError, ValueError) as error:
            raise UsageError(f"{self._checkpoint}: cannot resume from it ({error}); start a new run") from error

    def save_network(self, network: keras.Model) -> None:
        """Save the network as the best so far."""
        with replacing(self.best, _FREE_SPACE) as part:
            network.save(part)

    def read_history(self) -> History:
        """The rows written so far."""
        if not self.history.exists():
            return []
        with self.history.open(newline="", encoding="utf-8") as lines:
            return [{key: float(value) for key, value in row.items() if value} for row in csv.DictReader(lines)]

    def write_history(self, rows: History) -> None:
        """Replace the history with ``rows``; missing values stay empty."""
        columns = dict.fromkeys(key for row in rows for key in row)
        with replacing(self.history, _FREE_SPACE) as part, part.open("w", newline="", encoding="utf-8") as lines:
            table = csv.DictWriter(lines, fieldnames=list(columns))
            table.writeheader()
            table.writerows({key: f"{value:.5g}" for key, value in row.items()} for row in rows)


@contextmanager
def opened_run(
    task: str, options: SomeSettings, root: Path, *, resume: bool
) -> Iterator[tuple[RunFolder, SomeSettings]]:
    """The folder and the settings of a run: a new one, or a resumed one with the settings it was started with.

    Train within the block. If that fails or is interrupted before the end of the first epoch, a new folder is removed.

    Args:
        task: "detector" or "classifier".
        options: the settings; to resume, only the name counts.
        root: folder of all runs.
        resume: whether to resume the run.

    Raises:
        UsageError: when the name of a new run is taken, or a run to resume has no settings.
    """
    if resume:
        folder = RunFolder(root / task / options.name)
        yield folder, type(options).load(folder.options)
        return
    folder = RunFolder.create(root, task, options.name)
    options = replace(options, environment=environment())
    options.save(folder.options)
    try:
        yield folder, options
    except BaseException:
        folder.discard_unused()
        raise
