"""The card of a model file: what it is, how to feed it, what it was trained on and how well it does."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from maskwatch.detections import STATE_NAMES
from maskwatch.errors import ModelError, UsageError

METADATA_KEY = "maskwatch.card"
"""Where the card lies among the metadata of an ONNX file, as JSON."""
TWO_STATE_NAMES = (STATE_NAMES[0], STATE_NAMES[2])
"""What a classifier knows that has never seen a mask worn incorrectly."""
TASKS = ("single_shot", "classifier")
_RENAMED = {"far": "imgsz_high", "near": "imgsz_low", "unsure_margin": "ambiguity_margin", "figures": "metrics"}
"""Fields of cards written before 0.1.0 was released, and their names since."""


@dataclass(frozen=True)
class ModelCard:
    """Everything that is needed to run a model file, and what a careful user asks before doing so.

    Attributes:
        name: short name of the model.
        version: of MaskWatch that wrote the file.
        task: "single_shot" (faces and states in one pass) or "classifier" (the state of one face, cut out).
        classes: names of the states in the order of the outputs.
        imgsz: default length in pixels of the input's longer side.
        imgsz_high: the same of another, larger input, for far faces; 0 for none.
        imgsz_low: the same of another, smaller input, for faces near the camera; 0 for none.
        multiple: both sides of the input are multiples of this.
        conf: default threshold on the confidence.
        iou: default threshold of non-maximum suppression.
        temperature: divides the state's log-probabilities (1 = as trained).
        presets: thresholds on the confidence for stated aims, by name ("balanced", "strict").
        ambiguity_margin: a state is unsure when its probability leads the next best by less; 0 marks none.
        margin: of a classifier: how much is cut out around a face on each side, as a share of the box.
        parameters: number of trained weights.
        training: data, recipe and start of the training, as short texts by topic.
        metrics: measured results, by topic.
        credits: works of others inside these weights, with their licences.
        licence: of the weights.
    """

    name: str
    version: str
    task: str = "single_shot"
    classes: tuple[str, ...] = STATE_NAMES
    imgsz: int = 640
    imgsz_high: int = 0
    imgsz_low: int = 0
    multiple: int = 32
    conf: float = 0.35
    iou: float = 0.45
    temperature: float = 1.0
    presets: dict[str, float] = field(default_factory=dict)
    ambiguity_margin: float = 0.0
    margin: float = 0.15
    parameters: int = 0
    training: dict[str, str] = field(default_factory=dict)
    metrics: dict[str, Any] = field(default_factory=dict)
    credits: tuple[str, ...] = ()
    licence: str = "Apache-2.0"

    @property
    def scales(self) -> tuple[int, ...]:
        """Longer side of the input of each pass in pixels, the largest first."""
        return tuple(side for side in (self.imgsz_high, self.imgsz, self.imgsz_low) if side)

    def with_metrics(self, metrics: dict[str, Any]) -> ModelCard:
        """The card with further measured results."""
        return replace(self, metrics={**self.metrics, **metrics})

    def preset_conf(self, preset: str) -> float:
        """The threshold on the confidence for a stated aim.

        Raises:
            UsageError: when the card has no such preset.
        """
        if preset not in self.presets:
            known = f"it has {', '.join(self.presets)}" if self.presets else "it has none"
            raise UsageError(f"preset {preset}: model '{self.name}' has no such preset, {known}; or give conf, 0 to 1")
        return self.presets[preset]

    def to_json(self) -> str:
        """The card as JSON text."""
        return json.dumps(asdict(self), indent=1)

    @classmethod
    def from_json(cls, text: str, where: str) -> ModelCard:
        """Read a card.

        Args:
            text: JSON.
            where: name of the model file, for messages.

        Raises:
            ModelError: when it is not a card that this version understands.
        """
        try:
            values = {_RENAMED.get(key, key): value for key, value in json.loads(text).items()}
            known = {f.name for f in fields(cls)}
            card = cls(**{key: _frozen(value) for key, value in values.items() if key in known})
        except (ValueError, TypeError, AttributeError) as error:
            raise ModelError(f"{where}: its model card cannot be read ({error}); export the model again") from error
        two_states = card.task == "classifier" and card.classes == TWO_STATE_NAMES
        if card.classes != STATE_NAMES and not two_states:
            raise ModelError(f"{where}: classes {list(card.classes)}, expected {list(STATE_NAMES)}; train it on these")
        if card.task not in TASKS:
            raise ModelError(f"{where}: task '{card.task}' is not known to this version; update MaskWatch")
        return card


def scales_text(scales: tuple[int, ...]) -> str:
    """Longer sides of the inputs for people: "640", "896+320"."""
    return "+".join(map(str, scales))


def _frozen(value: Any) -> Any:
    """JSON knows lists only; the card's sequences are tuples."""
    return tuple(value) if isinstance(value, list) else value
