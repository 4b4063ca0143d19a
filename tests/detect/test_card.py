from __future__ import annotations

import json

import pytest

from maskwatch.detect.card import ModelCard
from maskwatch.errors import ModelError, UsageError


def test_round_trip() -> None:
    card = ModelCard("small", "1.2.3", imgsz=512, temperature=1.3, training={"data": "x"}, credits=("y",))
    again = ModelCard.from_json(card.to_json(), "m.onnx")
    assert json.loads(again.to_json()) == json.loads(card.to_json())


def test_unknown_fields_of_later_versions_are_passed_over() -> None:
    text = json.dumps({**json.loads(ModelCard("a", "9").to_json()), "novelty": 1})
    assert ModelCard.from_json(text, "m.onnx").name == "a"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("{", "cannot be read"),
        ("[]", "cannot be read"),
        ('{"version": "1"}', "cannot be read"),
        ('{"name": "a", "version": "1", "classes": ["mask", "no_mask"]}', "classes"),
        ('{"name": "a", "version": "1", "task": "dance"}', "dance"),
    ],
)
def test_bad_cards_name_the_file(text: str, what: str) -> None:
    with pytest.raises(ModelError, match=rf"m\.onnx.*{what}"):
        ModelCard.from_json(text, "m.onnx")


def test_presets_are_looked_up_and_missing_ones_named() -> None:
    card = ModelCard("small", "1", presets={"balanced": 0.4, "strict": 0.7})
    assert card.preset_conf("strict") == 0.7
    with pytest.raises(UsageError, match=r"lax.*small.*balanced, strict.*give conf, 0 to 1"):
        card.preset_conf("lax")
    with pytest.raises(UsageError, match="it has none"):
        ModelCard("old", "1").preset_conf("strict")


def test_a_card_written_before_the_fields_were_renamed_still_opens() -> None:
    """The card of `base` as commit d653927 wrote it, shortened."""
    text = (
        '{"name": "base", "version": "0.1.0", "task": "single_shot", "imgsz": 832, "far": 0, "near": 384, '
        '"classes": ["with_mask", "worn_incorrectly", "without_mask"], "conf": 0.5556, "iou": 0.5, '
        '"unsure_margin": 0.35, "figures": {"AP50 on the val pictures, percent": {"masked": 97.92}}}'
    )
    card = ModelCard.from_json(text, "base.onnx")
    assert (card.imgsz_high, card.imgsz_low, card.scales) == (0, 384, (832, 384))
    assert card.ambiguity_margin == 0.35
    assert card.metrics == {"AP50 on the val pictures, percent": {"masked": 97.92}}
    assert "near" not in json.loads(card.to_json())
