"""Settings of a classifier's training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Self, get_args

from maskwatch.errors import UsageError
from maskwatch.train.settings import RunSettings

Balance = Literal["weights", "sampling", "none"]
Optimizer = Literal["adam", "adamw", "sgd", "rmsprop"]
Schedule = Literal["plateau", "cosine", "constant"]
BALANCES: tuple[Balance, ...] = get_args(Balance)
OPTIMIZERS: tuple[Optimizer, ...] = get_args(Optimizer)
SCHEDULES: tuple[Schedule, ...] = get_args(Schedule)


@dataclass(frozen=True)
class ClassifierOptions(RunSettings):
    """How a classifier is trained; with the fields of `RunSettings`.

    Attributes:
        data: folders of class folders, with or without splits.
        arch: "cnn20", "cnn", "small", "face", or a network of ``keras.applications`` such as "mobilenet_v2".
        weights: initial weights: "imagenet" (downloaded by Keras), "none" (random), a ``.npz`` file of MobileNetV2, a
            ``.keras`` file of the same architecture, for "face" a detector ("small", a ``.keras`` file, an
            Ultra-Light ``.onnx``), or "auto" (imagenet for ``keras.applications``, small for "face", else none).
        size: side of the network's input in pixels; 0 for the architecture's default.
        epochs: maximum number of epochs.
        head_epochs: maximum number of epochs for the new layers alone, with pretrained weights.
        batch: images in a batch.
        learning_rate: of the first epoch; 0 for 1e-3, or 1e-4 to fine-tune a pretrained network.
        optimizer: one of `OPTIMIZERS`.
        schedule: of the learning rate: "plateau" lowers it when the validation loss stops falling, "cosine" lowers it
            until the last epoch (without early stopping), "constant" keeps it.
        patience: epochs without a lower validation loss before training stops.
        balance: against class imbalance: "weights" in the loss, "sampling" of rare classes, or "none".
        augment: whether to augment training images.
        occluded: share of unmasked training faces with an object drawn over the mouth.
        naive: split data without splits at random, ignoring duplicates.
        margin: crop margin of the faces, as a share of the box; on the model card, for two-stage detection.
        rename: "NAME=STATE" for unknown names of class folders.
    """

    name: str = "classifier"
    arch: str = "cnn"
    weights: str = "auto"
    size: int = 0
    epochs: int = 30
    head_epochs: int = 20
    batch: int = 32
    learning_rate: float = 0.0
    optimizer: Optimizer = "adam"
    schedule: Schedule = "plateau"
    patience: int = 6
    balance: Balance = "weights"
    augment: bool = True
    occluded: float = 0.0
    naive: bool = False
    margin: float = 0.15
    rename: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("epochs", "head_epochs", "batch", "patience"):
            if getattr(self, name) < 1:
                raise UsageError(f"--{name.replace('_', '-')} {getattr(self, name)} is out of range; use at least 1")
        if self.size and not 8 <= self.size <= 1024:
            raise UsageError(f"--size {self.size} is out of range; use 8 to 1024 pixels, or omit it")
        if not 0 <= self.learning_rate < 1:
            raise UsageError(f"--lr {self.learning_rate} is out of range; use a value below 1, such as 0.001")
        if not 0 <= self.occluded <= 1:
            raise UsageError(f"--occluded {self.occluded} is out of range; use a share from 0 to 1")
        if not 0 <= self.margin <= 2:
            raise UsageError(f"--margin {self.margin} is out of range; use a share of the box from 0 to 2")
        for name, known in (("balance", BALANCES), ("optimizer", OPTIMIZERS), ("schedule", SCHEDULES)):
            if getattr(self, name) not in known:
                raise UsageError(f"--{name} {getattr(self, name)}: unknown; use one of {', '.join(known)}")

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """The settings from a JSON object; raises whatever a missing or unknown field raises."""
        return super().from_dict({**values, "rename": tuple(values.get("rename", ()))})
