from __future__ import annotations

import pytest

from maskwatch.data.formats.names import parse_renames, state_of
from maskwatch.detections import MaskState
from maskwatch.errors import DataError, UsageError


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("with_mask", MaskState.with_mask),
        ("With Mask", MaskState.with_mask),
        (" N95 ", MaskState.with_mask),
        ("mask_weared_incorrect", MaskState.worn_incorrectly),
        ("with-incorrect-mask", MaskState.worn_incorrectly),
        ("No Mask", MaskState.without_mask),
        ("no - mask", MaskState.without_mask),
    ],
)
def test_names_of_the_known_data_sets(name: str, state: MaskState) -> None:
    assert state_of(name, "here") is state


def test_an_unknown_name_says_how_to_map_it() -> None:
    with pytest.raises(DataError, match=r"here: class 'respirator' .*--map 'respirator=STATE'"):
        state_of("respirator", "here")


def test_renames_go_before_the_known_names_and_may_ignore() -> None:
    rename = parse_renames(["Face=ignore", "respirator=with mask"])
    assert state_of("face", "here", rename) is None
    assert state_of("Respirator", "here", rename) is MaskState.with_mask
    assert state_of("bare", "here", rename) is MaskState.without_mask


@pytest.mark.parametrize("pair", ["respirator", "respirator=worn", "=", "a="])
def test_a_rename_must_name_a_state(pair: str) -> None:
    with pytest.raises(UsageError, match="NAME=STATE"):
        parse_renames([pair])
