"""The card of a model file: what it is, how to feed it, what it was trained on and how well it does."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from maskwatch.detections import STATE_NAMES
from maskwatch.errors import ModelError

METADATA_KEY = "maskwatch.card"
"""Where the card lies among the metadata of an ONNX file, as JSON."""
TASKS = ("single_shot",)


@dataclass(frozen=True)
class ModelCard:
    """Everything that is needed to run a model file, and what a careful user asks before doing so.

    Attributes:
        name: short name of the model.
        version: of MaskWatch that wrote the file.
        task: "single_shot" (faces and states in one pass).
        classes: names of the states in the order of the outputs.
        imgsz: default length in pixels of the input's longer side.
        multiple: both sides of the input are multiples of this.
        conf: default threshold on the confidence.
        iou: default threshold of non-maximum suppression.
        temperature: divides the state's log-probabilities (1 = as trained).
        state_offsets: then added to them, so that a state drawn more often in training is not called too often.
        parameters: number of trained weights.
        training: data, recipe and start of the training, as short texts by topic.
        figures: measured results, by topic.
        credits: works of others inside these weights, with their licences.
        licence: of the weights.
    """

    name: str
    version: str
    task: str = "single_shot"
    classes: tuple[str, ...] = STATE_NAMES
    imgsz: int = 640
    multiple: int = 32
    conf: float = 0.35
    iou: float = 0.45
    temperature: float = 1.0
    state_offsets: tuple[float, ...] = (0.0, 0.0, 0.0)
    parameters: int = 0
    training: dict[str, str] = field(default_factory=dict)
    figures: dict[str, Any] = field(default_factory=dict)
    credits: tuple[str, ...] = ()
    licence: str = "Apache-2.0"

    def with_figures(self, figures: dict[str, Any]) -> ModelCard:
        """The card with further measured results."""
        return replace(self, figures={**self.figures, **figures})

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
            values = json.loads(text)
            known = {f.name for f in fields(cls)}
            card = cls(**{key: _frozen(value) for key, value in values.items() if key in known})
        except (ValueError, TypeError, AttributeError) as error:
            raise ModelError(f"{where}: its model card cannot be read ({error}); export the model again") from error
        if card.classes != STATE_NAMES:
            raise ModelError(f"{where}: classes {list(card.classes)}, expected {list(STATE_NAMES)}; train it on these")
        if card.task not in TASKS:
            raise ModelError(f"{where}: task '{card.task}' is not known to this version; update MaskWatch")
        return card


def _frozen(value: Any) -> Any:
    """JSON knows lists only; the card's sequences are tuples."""
    return tuple(value) if isinstance(value, list) else value
