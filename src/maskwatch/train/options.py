"""The settings of a detector's training: one frozen record, stored in the run folder and read again to resume."""

from __future__ import annotations

from dataclasses import dataclass, field

from maskwatch.errors import UsageError
from maskwatch.train.settings import RunSettings


@dataclass(frozen=True)
class DetectorOptions(RunSettings):
    """How a detector is trained.

    Attributes:
        data: annotation files or folders that are joined; their "train" splits are learnt, their "val" splits validate.
        name: of the run, and of the model on its card.
        start: where the weights come from: "" (fresh), a ``.keras`` file, a shipped model's name, or an Ultra-Light
            ``.onnx``.
        epochs: rounds of ``steps`` batches.
        steps: batches in an epoch.
        batch: samples in a batch.
        size: side of the square samples in pixels, a multiple of 32.
        imgsz: longer side of the pictures when validating, and the default of the exported model.
        learning_rate: at its highest; it rises in the first steps and falls as a cosine.
        seed: of every random choice.
        workers: threads that prepare batches.
        val_every: epochs between validations.
    """

    data: tuple[str, ...]
    name: str = "detector"
    start: str = ""
    epochs: int = 30
    steps: int = 250
    batch: int = 16
    size: int = 320
    imgsz: int = 640
    learning_rate: float = 1.5e-3
    seed: int = 0
    workers: int = 1
    val_every: int = 1
    environment: dict[str, str] = field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        for name in ("epochs", "steps", "batch", "workers", "val_every"):
            if getattr(self, name) < 1:
                raise UsageError(f"--{name.replace('_', '-')} {getattr(self, name)} is out of range; take at least 1")
        if self.size < 64 or self.size % 32:
            raise UsageError(f"--size {self.size} is out of range; take a multiple of 32 from 64 on")
        if not 0 < self.learning_rate < 1:
            raise UsageError(f"--lr {self.learning_rate} is out of range; take a value between 0 and 1, such as 0.001")
