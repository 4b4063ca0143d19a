"""Class names of data sets, and the mask state that each stands for."""

from __future__ import annotations

import re
from collections.abc import Mapping

from maskwatch.detections import STATE_NAMES, MaskState
from maskwatch.errors import DataError, UsageError

IGNORE = "ignore"
"""Name for a class that is no mask state: its boxes become ignore regions, its folders are skipped."""

_ALIASES = {
    MaskState.with_mask: (
        *("with_mask", "withmask", "mask", "masked", "face_mask", "face_with_mask", "mask_on", "wearing_mask"),
        *("mask_worn_correctly", "correct_mask", "with_correct_mask", "correct", "proper", "proper_mask", "good"),
        *("cloth", "cloth_mask", "surgical", "surgical_mask", "n95", "n95_mask", "ffp2", "ffp2_mask", "kn95"),
    ),
    MaskState.worn_incorrectly: (
        *("worn_incorrectly", "mask_weared_incorrect", "mask_worn_incorrectly", "mask_worn_incorrect"),
        *("incorrect_mask", "with_incorrect_mask", "incorrect", "incorrectly", "improper", "improper_mask"),
        *("wrong_mask", "mask_wrong", "bad", "partial_mask", "mask_incorrect", "incorrectly_worn"),
    ),
    MaskState.without_mask: (
        *("without_mask", "withoutmask", "no_mask", "nomask", "face", "unmasked", "bare", "mask_off", "none"),
        *("face_no_mask", "face_without_mask", "face_nomask", "not_wearing_mask", "non_mask", "without"),
    ),
}
_STATES = {alias: state for state, aliases in _ALIASES.items() for alias in aliases}


def key_of(name: str) -> str:
    """A normalised class name: lower case, with one underscore for each run of spaces, hyphens and underscores."""
    return re.sub(r"[\s_-]+", "_", name.strip().lower())


def state_of(name: str, where: str, rename: Mapping[str, str] | None = None) -> MaskState | None:
    """The state of a class name; case, spaces and hyphens do not matter.

    Args:
        name: the class name in the data set.
        where: the file or folder, for messages.
        rename: states (or "ignore") for names that are unknown or have another meaning in this data set.

    Returns:
        The state, or None for "ignore".

    Raises:
        DataError: when the name is unknown.
    """
    key = key_of(name)
    given = {key_of(old): key_of(new) for old, new in (rename or {}).items()}
    key = given.get(key, key)
    if key == IGNORE:
        return None
    if key not in _STATES:
        raise DataError(
            f"{where}: class '{name}' is not a known mask state; map it with "
            f"--map '{name}=STATE' (STATE: {', '.join(STATE_NAMES)} or {IGNORE})"
        )
    return _STATES[key]


def parse_renames(pairs: list[str]) -> dict[str, str]:
    """``["cloth=with_mask", ...]`` as a mapping.

    Raises:
        UsageError: when a pair has no ``=`` or an unknown state.
    """
    renames = {}
    for pair in pairs:
        name, separator, state = pair.partition("=")
        if not separator or key_of(state) not in {*_STATES, IGNORE}:
            raise UsageError(f"--map {pair}: write NAME=STATE, with STATE one of {', '.join(STATE_NAMES)}, {IGNORE}")
        renames[name] = state
    return renames
