"""The stages of a training: what is learnt at which size, for how long, from which images."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from maskwatch.errors import UsageError

_PLANS = resources.files("maskwatch.train") / "plans"


@dataclass(frozen=True)
class Stage:
    """A part of the training with settings of its own; the next one goes on from its averaged weights.

    Attributes:
        epochs: rounds of ``steps`` batches.
        steps: batches in an epoch.
        batch: samples in a batch.
        size: side of the square samples in pixels, a multiple of 32.
        learning_rate: at its highest; it rises in the first steps and falls as a cosine.
        full_image_share: share of samples that show a full image at about its evaluation size, not a crop.
        clean_share: share of samples that come from images with tight boxes and all three states marked; 0 leaves it to
            the weights of all images.
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
                raise UsageError(f"--{name} {getattr(self, name)} is out of range; take at least 1")
        if self.size < 64 or self.size % 32:
            raise UsageError(f"--size {self.size} is out of range; take a multiple of 32 from 64 on")
        if not 0 < self.learning_rate < 1:
            raise UsageError(f"--lr {self.learning_rate} is out of range; take a value between 0 and 1, such as 0.001")
        for name in ("full_image_share", "clean_share"):
            share = getattr(self, name)
            if not 0 <= share <= 1:
                raise UsageError(f"--{name.replace('_', '-')} {share} is out of range; take a share between 0 and 1")

    @property
    def total_steps(self) -> int:
        """Batches of the whole stage."""
        return self.epochs * self.steps


@dataclass(frozen=True)
class Plan:
    """A written training: which network, at which input size, in which stages.

    Attributes:
        network: a name of `maskwatch.networks.single_shot.FAMILY`.
        imgsz: longer side of the images when validating and detecting.
        stages: in their order.
        imgsz_high: longer side of another, larger look, for far faces; 0 for none.
        imgsz_low: longer side of another, smaller look, for faces near the camera; 0 for none.
    """

    network: str
    imgsz: int
    stages: tuple[Stage, ...]
    imgsz_high: int = 0
    imgsz_low: int = 0


def plan_names() -> list[str]:
    """The plans that come with the package."""
    return sorted(Path(entry.name).stem for entry in _PLANS.iterdir() if entry.name.endswith(".yaml"))


def read_plan(plan: str) -> Plan:
    """A plan by its name, or from a YAML file.

    Raises:
        UsageError: when there is none, or something in it is not known.
    """
    import yaml

    entry = Path(plan) if plan.endswith((".yaml", ".yml")) else _PLANS / f"{plan}.yaml"
    if not entry.is_file():
        raise UsageError(f"{plan}: no such plan; take one of {', '.join(plan_names())}, or the path of a .yaml file")
    try:
        values: dict[str, Any] = yaml.safe_load(entry.read_text(encoding="utf-8"))
        stages = tuple(Stage(**stage) for stage in values["stages"])
        return Plan(values["network"], values["imgsz"], stages, values.get("imgsz_high", 0), values.get("imgsz_low", 0))
    except (yaml.YAMLError, OSError, TypeError, KeyError) as error:
        reason = " ".join(str(error).split())
        raise UsageError(f"{plan}: not a plan ({reason}); it needs network, imgsz and a list of stages") from error
