"""The settings of a detector's training: one frozen record, stored in the run folder and read again to resume."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from maskwatch.detect.single_shot import check_scales
from maskwatch.errors import UsageError
from maskwatch.train.settings import RunSettings, migrated
from maskwatch.train.stages import Stage


@dataclass(frozen=True)
class DetectorOptions(RunSettings):
    """How a detector is trained.

    Attributes:
        data: annotation files or folders that are joined; their "train" splits are learnt, their "val" splits validate.
        name: of the run, and of the model on its card.
        start: where the weights come from: "" (fresh), a ``.keras`` file, a shipped model's name, or an Ultra-Light
            ``.onnx``.
        network: a name of `maskwatch.networks.single_shot.FAMILY`.
        stages: what is learnt, in order.
        imgsz: longer side of the images when validating, and the default of the exported model.
        imgsz_high, imgsz_low: longer sides of a larger and a smaller look of the exported model; 0 for none.
        seed: of every random choice.
        workers: threads that prepare batches.
        val_every: epochs between validations.
        labels: file of corrections to the labels of ``data``; "" for none.
    """

    data: tuple[str, ...]
    name: str = "detector"
    start: str = ""
    network: str = "small"
    stages: tuple[Stage, ...] = (Stage(),)
    imgsz: int = 640
    imgsz_high: int = 0
    imgsz_low: int = 0
    seed: int = 0
    workers: int = 1
    val_every: int = 1
    labels: str = ""
    environment: dict[str, str] = field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        for name in ("workers", "val_every"):
            if getattr(self, name) < 1:
                raise UsageError(f"--{name.replace('_', '-')} {getattr(self, name)} is out of range; take at least 1")
        check_scales(self.imgsz_high, self.imgsz, self.imgsz_low)

    @property
    def epochs(self) -> int:
        """Of all stages."""
        return sum(stage.epochs for stage in self.stages)

    @property
    def steps(self) -> int:
        """Batches of all stages."""
        return sum(stage.total_steps for stage in self.stages)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read the settings of an earlier run.

        Raises:
            UsageError: when there are none.
        """
        options = super().load(path)
        try:
            stages = tuple(Stage(**stage) for stage in migrated(json.loads(path.read_text(encoding="utf-8")))["stages"])
        except (KeyError, TypeError) as error:
            raise UsageError(f"{path}: its stages cannot be read; start a new run without --resume") from error
        object.__setattr__(options, "stages", stages)
        return options
