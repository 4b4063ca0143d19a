"""The settings of a classifier's training: one frozen record, stored in the run folder."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from maskwatch.errors import UsageError
from maskwatch.train.settings import RunSettings

Balance = Literal["weights", "sampling", "none"]
BALANCES: tuple[Balance, ...] = ("weights", "sampling", "none")
Optimizer = Literal["adam", "adamw", "sgd", "rmsprop"]
OPTIMIZERS: tuple[Optimizer, ...] = ("adam", "adamw", "sgd", "rmsprop")
Schedule = Literal["plateau", "cosine", "constant"]
SCHEDULES: tuple[Schedule, ...] = ("plateau", "cosine", "constant")


@dataclass(frozen=True)
class ClassifierOptions(RunSettings):
    """How a classifier is trained.

    Attributes:
        data: one folder of class folders, divided into train, val and test or not yet.
        name: of the run, and of the model on its card.
        arch: "cnn20", "cnn", "small", "face", or a network of ``keras.applications`` such as "mobilenet_v2".
        weights: where it starts: "imagenet" (Keras downloads them), "none" (random), a ``.npz`` file of MobileNetV2,
            a ``.keras`` file of the same architecture, for "face" a detector ("small", a ``.keras``, an Ultra-Light
            ``.onnx``), or "auto" (imagenet for ``keras.applications``, default for "face", else none).
        size: side of the network's input in pixels; 0 for the architecture's own.
        epochs: at most so many; training stops when ``patience`` epochs brought nothing.
        head_epochs: rounds in which only the new layers learn, on stored features; for pretrained networks.
        batch: images in a batch.
        learning_rate: of the first epoch; 0 takes 1e-3, or 1e-4 where a pretrained network is fine-tuned.
        optimizer: one of `OPTIMIZERS`.
        schedule: of the learning rate: "plateau" falls when the validation loss stands still, "cosine" to the last
            epoch (and never stops early), "constant" not at all.
        patience: epochs without a lower validation loss before training stops.
        balance: against unequal classes: "weights" in the loss, "sampling" of the rarer ones, or "none".
        augment: whether training images are turned, moved and given camera faults.
        occluded: share of the training images of unmasked faces that get something drawn before the mouth.
        naive: divide data that has no splits at random, with no heed to copies.
        margin: how much was cut out around each face, as a share of its box; goes on the card, for two-stage detection.
        rename: "NAME=STATE" for class folders whose names are not known.
        seed: of every random choice.
        environment: versions and machine.
    """

    data: tuple[str, ...]
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
    seed: int = 0
    environment: dict[str, str] = field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "rename", tuple(self.rename))  # JSON knows lists only
        for name in ("epochs", "head_epochs", "batch", "patience"):
            if getattr(self, name) < 1:
                raise UsageError(f"--{name.replace('_', '-')} {getattr(self, name)} is out of range; take at least 1")
        if self.size and not 8 <= self.size <= 1024:
            raise UsageError(f"--size {self.size} is out of range; take 8 to 1024 pixels, or leave it out")
        if not 0 <= self.learning_rate < 1:
            raise UsageError(f"--lr {self.learning_rate} is out of range; take a value below 1, such as 0.001")
        if not 0 <= self.occluded <= 1:
            raise UsageError(f"--occluded {self.occluded} is out of range; take a share from 0 to 1")
        if not 0 <= self.margin <= 2:
            raise UsageError(f"--margin {self.margin} is out of range; take a share of the box between 0 and 2")
        for name, known in (("balance", BALANCES), ("optimizer", OPTIMIZERS), ("schedule", SCHEDULES)):
            if getattr(self, name) not in known:
                raise UsageError(f"--{name} {getattr(self, name)} is not known; take one of {', '.join(known)}")
