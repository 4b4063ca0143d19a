"""The folder of a training run: where its settings, history, checkpoints and models lie."""

from __future__ import annotations

import csv
import json
import os
import platform
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import keras
import numpy as np

from maskwatch.errors import UsageError
from maskwatch.files import replacing

if TYPE_CHECKING:
    from maskwatch.train.classifier.options import ClassifierOptions
    from maskwatch.train.options import DetectorOptions

Settings = TypeVar("Settings", "DetectorOptions", "ClassifierOptions")

_MAKE_ROOM = "free space, then continue with --resume"
_PACKAGES = ("maskwatch", "keras", "tensorflow-cpu", "tensorflow", "torch", "numpy", "onnxruntime")


@dataclass(frozen=True)
class RunFolder:
    """Paths and files of one run, ``runs/<task>/<name>``."""

    path: Path

    @classmethod
    def create(cls, root: Path, task: str, name: str) -> RunFolder:
        """A new folder.

        Raises:
            UsageError: when a run of this name exists: runs are never overwritten.
        """
        path = root / task / name
        try:
            path.mkdir(parents=True)
        except FileExistsError as error:
            raise UsageError(f"{path} exists; take another --name, or go on with it by --resume") from error
        except OSError as error:
            raise UsageError(f"{path}: cannot be made ({error.strerror}); take another --runs folder") from error
        return cls(path)

    def discard_unused(self) -> None:
        """Remove the folder of a run that ended before its first epoch did, so that its name is free again."""
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
        """Averaged weights of the best epoch, for fine-tuning."""
        return self.path / "model.keras"

    @property
    def exported(self) -> Path:
        """The same as a model file, for detecting."""
        return self.path / "model.onnx"

    @property
    def _checkpoint(self) -> Path:
        return self.path / "checkpoint.npz"

    @property
    def has_checkpoint(self) -> bool:
        """Whether there is something to go on from."""
        return self._checkpoint.is_file()

    def discard_checkpoint(self) -> None:
        """Remove what only an unfinished run needs; it is three times the size of the network."""
        self._checkpoint.unlink(missing_ok=True)

    def save_checkpoint(
        self, network: keras.Model, optimizer: keras.optimizers.Optimizer, state: dict[str, Any]
    ) -> None:
        """Everything that resuming needs: weights, optimizer, and ``state`` (JSON values), in one file."""
        arrays = {f"weight_{i}": np.asarray(v) for i, v in enumerate(network.weights)}
        arrays |= {f"optimizer_{i}": np.asarray(v) for i, v in enumerate(optimizer.variables)}
        with replacing(self._checkpoint, _MAKE_ROOM) as part:
            np.savez(part, state=np.array(json.dumps(state)), **arrays)  # type: ignore[arg-type]

    def load_checkpoint(self, network: keras.Model, optimizer: keras.optimizers.Optimizer) -> dict[str, Any]:
        """Put weights and optimizer back, and return the state.

        Raises:
            UsageError: when the run left no checkpoint, or it belongs to another network.
        """
        try:
            with np.load(self._checkpoint) as stored:
                for i, variable in enumerate(network.weights):
                    variable.assign(stored[f"weight_{i}"])
                for i, variable in enumerate(optimizer.variables):
                    variable.assign(stored[f"optimizer_{i}"])
                return dict(json.loads(str(stored["state"])))
        except (OSError, KeyError, ValueError) as error:
            raise UsageError(f"{self._checkpoint}: cannot resume from it ({error}); start a new run") from error

    def checkpoint_state(self) -> dict[str, Any]:
        """What was stored with the checkpoint, without its weights.

        Raises:
            UsageError: when the run left no checkpoint.
        """
        try:
            with np.load(self._checkpoint) as stored:
                return dict(json.loads(str(stored["state"])))
        except (OSError, KeyError, ValueError) as error:
            raise UsageError(f"{self._checkpoint}: cannot resume from it ({error}); start a new run") from error

    def save_network(self, network: keras.Model) -> None:
        """Store the network as the best so far."""
        with replacing(self.best, _MAKE_ROOM) as part:
            network.save(part)

    def read_history(self) -> list[dict[str, float]]:
        """The rows written so far."""
        if not self.history.exists():
            return []
        with self.history.open(newline="", encoding="utf-8") as lines:
            return [{key: float(value) for key, value in row.items() if value} for row in csv.DictReader(lines)]

    def write_history(self, rows: list[dict[str, float]]) -> None:
        """Write all rows anew, as one step; what an epoch did not measure stays empty."""
        columns = dict.fromkeys(key for row in rows for key in row)
        with replacing(self.history, _MAKE_ROOM) as part, part.open("w", newline="", encoding="utf-8") as lines:
            table = csv.DictWriter(lines, fieldnames=list(columns))
            table.writeheader()
            table.writerows({key: f"{value:.5g}" for key, value in row.items()} for row in rows)


@contextmanager
def opened_run(task: str, options: Settings, root: Path, *, resume: bool) -> Iterator[tuple[RunFolder, Settings]]:
    """The folder of a run and its settings: a new one, or the one that is gone on with and the settings it began with.

    Within the block the run is trained. A new folder is removed again when that fails, or is interrupted, before the
    end of the first epoch.

    Args:
        task: "detector" or "classifier".
        options: the settings; of a run that is gone on with, only the name counts.
        root: folder of all runs.
        resume: whether it is gone on with.

    Raises:
        UsageError: when a new run's name is taken, or an old one left no settings.
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


def environment() -> dict[str, str]:
    """Versions and machine, to be stored with a run."""
    found = {"python": platform.python_version(), "machine": platform.machine(), "system": platform.system()}
    found |= {"keras_backend": keras.backend.backend(), "cores": str(os.cpu_count())}
    for package in _PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found
