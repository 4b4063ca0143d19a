"""Settings of a detector's training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from maskwatch.detect.single_shot import check_scales
from maskwatch.errors import UsageError
from maskwatch.train.settings import RunSettings
from maskwatch.train.stages import Stage


@dataclass(frozen=True)
class DetectorOptions(RunSettings):
    """How a detector is trained; with the fields of `RunSettings`.

    Attributes:
        data: annotation files or folders, joined: the split "train" is used for training, "val" for validation.
        start: initial weights: "" (random), a ``.keras`` file, the name of a shipped model, or Ultra-Light ``.onnx``.
        network: a name of `maskwatch.networks.single_shot.FAMILY`.
        stages: in order.
        imgsz: longer side of the images in validation, in pixels; the default of the exported model.
        imgsz_high, imgsz_low: longer sides of the exported model's high- and low-resolution pass; 0 for none.
        workers: threads that prepare batches.
        val_every: epochs between validations.
        labels: file of label corrections for ``data``; "" for none.
    """

    name: str = "detector"
    start: str = ""
    network: str = "small"
    stages: tuple[Stage, ...] = (Stage(),)
    imgsz: int = 640
    imgsz_high: int = 0
    imgsz_low: int = 0
    workers: int = 1
    val_every: int = 1
    labels: str = ""

    def __post_init__(self) -> None:
        for name in ("workers", "val_every"):
            if getattr(self, name) < 1:
                raise UsageError(f"--{name.replace('_', '-')} {getattr(self, name)} is out of range; use at least 1")
        check_scales(self.imgsz_high, self.imgsz, self.imgsz_low)

    @property
    def epochs(self) -> int:
        """Epochs of all stages."""
        return sum(stage.epochs for stage in self.stages)

    @property
    def steps(self) -> int:
        """Batches of all stages."""
        return sum(stage.total_steps for stage in self.stages)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """The settings from a JSON object; raises whatever a missing or unknown field raises."""
        return super().from_dict({**values, "stages": tuple(Stage(**stage) for stage in values["stages"])})
