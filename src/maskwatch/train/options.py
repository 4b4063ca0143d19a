"""Settings of a detector's training: its stages, and the plans that come with MaskWatch."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, Self

from maskwatch.detect.single_shot import check_scales
from maskwatch.errors import UsageError
from maskwatch.train.settings import RunSettings, migrated

_PLANS = resources.files("maskwatch.train") / "plans"


@dataclass(frozen=True)
class Stage:
    """A part of the training with its own settings; the next stage starts from its averaged weights.

    Attributes:
        epochs: of ``steps`` batches each.
        steps: batches in an epoch.
        batch: samples in a batch.
        size: side of the square training samples in pixels, a multiple of 32.
        learning_rate: the highest, after a warm-up and before a cosine decay.
        full_image_share: share of samples that show a full image at about its evaluation size, not a crop.
        clean_share: share of samples from images with tight boxes and labels for all three states; 0 draws all images
            by their sampling weights.
    """

    epochs: int = 30
    steps: int = 250
    batch: int = 16
    size: int = 320
    learning_rate: float = 1.5e-3
    full_image_share: float = 0.0
    clean_share: float = 0.0

    def __post_init__(self) -> None:
        for name in ("epochs", "steps", "batch"):
            if getattr(self, name) < 1:
                raise UsageError(f"--{name} {getattr(self, name)} is out of range; use at least 1")
        if self.size < 64 or self.size % 32:
            raise UsageError(f"--size {self.size} is out of range; use a multiple of 32, at least 64")
        if not 0 < self.learning_rate < 1:
            raise UsageError(f"--lr {self.learning_rate} is out of range; use a value between 0 and 1, such as 0.001")
        for name in ("full_image_share", "clean_share"):
            share = getattr(self, name)
            if not 0 <= share <= 1:
                raise UsageError(f"--{name.replace('_', '-')} {share} is out of range; use a share from 0 to 1")

    @property
    def total_steps(self) -> int:
        """Batches in all epochs of the stage."""
        return self.epochs * self.steps


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


@dataclass(frozen=True)
class Plan:
    """A complete training plan, from a YAML file.

    Attributes:
        network: a name of `maskwatch.networks.single_shot.FAMILY`.
        imgsz: longer side of the images in validation and detection, in pixels.
        stages: in order.
        imgsz_high: longer side of an additional high-resolution pass, for small faces; 0 for none.
        imgsz_low: longer side of an additional low-resolution pass, for large faces; 0 for none.
    """

    network: str
    imgsz: int
    stages: tuple[Stage, ...]
    imgsz_high: int = 0
    imgsz_low: int = 0


def plan_names() -> list[str]:
    """Names of the plans that come with MaskWatch."""
    return sorted(Path(entry.name).stem for entry in _PLANS.iterdir() if entry.name.endswith(".yaml"))


def read_plan(plan: str) -> Plan:
    """Read a plan by its name, or from a YAML file.

    Raises:
        UsageError: when the plan is missing, or has an unknown or missing setting.
    """
    import yaml

    entry = Path(plan) if plan.endswith((".yaml", ".yml")) else _PLANS / f"{plan}.yaml"
    if not entry.is_file():
        raise UsageError(f"{plan}: no such plan; use one of {', '.join(plan_names())}, or the path of a .yaml file")
    try:
        values: dict[str, Any] = migrated(yaml.safe_load(entry.read_text(encoding="utf-8")))
        stages = tuple(Stage(**stage) for stage in values["stages"])
        return Plan(values["network"], values["imgsz"], stages, values.get("imgsz_high", 0), values.get("imgsz_low", 0))
    except (yaml.YAMLError, OSError, TypeError, KeyError) as error:
        reason = " ".join(str(error).split())
        raise UsageError(f"{plan}: not a plan ({reason}); it needs network, imgsz and a list of stages") from error
