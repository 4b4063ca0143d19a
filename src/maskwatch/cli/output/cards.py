"""A model card as lines of text, and what is known of models of others, which have none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from maskwatch.detect.card import ModelCard, scales_text
from maskwatch.detect.known_models import KnownModel


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
    lines += _figures(card.metrics, "  ")
    return lines + [f"  credit      {credit}" for credit in card.credits]


def remote_lines(model: KnownModel, urls: Sequence[str]) -> list[str]:
    """What the catalogue knows of a model of others, and where its files lie.

    Args:
        model: its entry.
        urls: addresses of its files.
    """
    there = [f"  file        {path}" for path in model.paths]
    return [
        f"{model.name} ({model.kind}) of another publisher",
        f"  what        {model.what}",
        f"  licence     {model.licence}",
        f"  size        {model.size / 1e6:.1f} MB",
        f"  publisher   {model.origin}",
        *(f"  address     {url}" for url in urls),
        *(there or [f"  file        not fetched; 'maskwatch models fetch {model.name}' gets it"]),
    ]


def _input_lines(card: ModelCard) -> list[str]:
    if card.task == "classifier":
        return [
            f"  input       a face with {card.margin:.0%} of its box added on each side, stretched to {card.imgsz} px",
            f"  calibrated  temperature {card.temperature}",
        ]
    return [
        f"  input       longer side {scales_text(card.scales)} px, both sides multiples of {card.multiple}",
        f"  thresholds  confidence {card.conf}, overlap {card.iou}, temperature {card.temperature}",
    ]


def _figures(metrics: dict[str, object], indent: str) -> Iterator[str]:
    for topic, value in metrics.items():
        if isinstance(value, dict):
            yield f"{indent}{topic}"
            yield from _figures(value, indent + "  ")
        else:
            yield f"{indent}{topic}: {value}"
