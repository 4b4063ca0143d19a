"""The settings of a classifier's training: one frozen record, stored in the run folder."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from maskwatch.errors import UsageError
from maskwatch.train.settings import RunSettings

Balance = Literal["weights", "sampling", "none"]
BALANCES: tuple[Balance, ...] = ("weights", "sampling", "none")


@dataclass(frozen=True)
class ClassifierOptions(RunSettings):
    """How a classifier is trained.

    Attributes:
        data: one folder of class folders, divided into train, val and test or not yet.
        name: of the run, and of the model on its card.
        arch: "cnn20", "cnn", "small", or a network of ``keras.applications`` such as "mobilenet_v2".
        weights: where it starts: "imagenet" (Keras downloads them), "none" (random), a ``.npz`` file of MobileNetV2,
            a ``.keras`` file of the same architecture, or "auto" (imagenet for ``keras.applications``, else none).
        size: side of the network's input in pixels; 0 for the architecture's own.
        epochs: at most so many; training stops when ``patience`` epochs brought nothing.
        head_epochs: rounds in which only the new layers learn, on stored features; for pretrained networks.
        batch: pictures in a batch.
        learning_rate: of Adam; 0 takes 1e-3, or 1e-5 where a pretrained network is fine-tuned.
        patience: epochs without a lower validation loss before training stops.
        balance: against unequal classes: "weights" in the loss, "sampling" of the rarer ones, or "none".
        augment: whether training pictures are turned, moved and given camera faults.
        naive: divide data that has no splits at random, with no heed to copies.
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
    patience: int = 6
    balance: Balance = "weights"
    augment: bool = True
    naive: bool = False
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
        if self.balance not in BALANCES:
            raise UsageError(f"--balance {self.balance} is not known; take one of {', '.join(BALANCES)}")
