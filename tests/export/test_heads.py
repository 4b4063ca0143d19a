from __future__ import annotations

import pytest

pytest.importorskip("keras", reason="exporting needs the extra: pip install 'maskwatch[train]'")

import keras
from keras import layers

from maskwatch.errors import ModelError
from maskwatch.export.heads import heads_of
from maskwatch.networks.anchors import LEVELS
from maskwatch.networks.single_shot import FAMILY, build_single_shot


def test_each_level_has_its_head() -> None:
    heads = heads_of(build_single_shot(FAMILY["nano"]))
    assert [head.level for head in heads] == list(LEVELS)
    assert [head.box.name for head in heads] == [f"head_{level.stride}_box" for level in LEVELS]
    assert [head.score.name for head in heads] == [f"head_{level.stride}_score" for level in LEVELS]


def ended(**options: int) -> keras.Model:
    """A network of four heads, the last of which may be wrong."""
    inputs = keras.Input((None, None, 8), name="features")
    joined = []
    for level in LEVELS[: options.get("levels", 4)]:
        count = len(level.sides) + (options.get("more", 0) if level is LEVELS[-1] else 0)
        maps = [layers.Conv2D(4 * count, 1, name=f"{part}_{level.stride}")(inputs) for part in ("box", "score")]
        rows = [layers.Reshape((-1, options.get("columns", 4)))(each) for each in maps]
        joined.append(layers.Concatenate(axis=-1)(rows))
    return keras.Model(inputs, layers.Concatenate(axis=1, name="joined")(joined))


@pytest.mark.parametrize(
    ("options", "name"), [({"levels": 3}, "joined"), ({"more": 1}, "box_64"), ({"columns": 2}, "")]
)
def test_other_ends_are_named(options: dict[str, int], name: str) -> None:
    assert len(heads_of(ended())) == len(LEVELS)
    with pytest.raises(ModelError, match=f"layer '{name}"):
        heads_of(ended(**options))
