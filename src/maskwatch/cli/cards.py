"""A model card as lines of text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from maskwatch.detect.card import ModelCard, sides_text


def card_lines(path: Path, card: ModelCard) -> list[str]:
    """The card for people: what it is first, then training, figures and credits."""
    lines = [
        f"{card.name} ({card.task.replace('_', ' ')}), written by MaskWatch {card.version}",
        f"  file        {path} ({path.stat().st_size / 1e6:.1f} MB, {card.parameters:,} parameters)",
        f"  states      {', '.join(card.classes)}",
        *_input_lines(card),
        f"  licence     {card.licence}",
    ]
    lines += [f"  {topic:<10}  {text}" for topic, text in card.training.items()]
    lines += _figures(card.figures, "  ")
    return lines + [f"  credit      {credit}" for credit in card.credits]


def _input_lines(card: ModelCard) -> list[str]:
    if card.task == "classifier":
        return [
            f"  input       a face with {card.margin:.0%} of its box added on each side, stretched to {card.imgsz} px",
            f"  calibrated  temperature {card.temperature}",
        ]
    return [
        f"  input       longer side {sides_text(card.sides)} px, both sides multiples of {card.multiple}",
        f"  thresholds  confidence {card.conf}, overlap {card.iou}, temperature {card.temperature}",
    ]


def _figures(figures: dict[str, object], indent: str) -> Iterator[str]:
    for topic, value in figures.items():
        if isinstance(value, dict):
            yield f"{indent}{topic}"
            yield from _figures(value, indent + "  ")
        else:
            yield f"{indent}{topic}: {value}"
