"""The names that data sets give to the three states, and the state that each stands for."""

from __future__ import annotations

from maskwatch.detections import MaskState
from maskwatch.errors import DataError

_ALIASES = {
    MaskState.with_mask: ("with_mask", "withmask", "mask", "masked", "face_mask", "mask_worn_correctly", "correct_mask"),
    MaskState.worn_incorrectly: (
        "worn_incorrectly",
        "mask_weared_incorrect",
        "mask_worn_incorrectly",
        "incorrect_mask",
        "with_incorrect_mask",
        "incorrect",
        "improper",
        "improper_mask",
    ),
    MaskState.without_mask: ("without_mask", "withoutmask", "no_mask", "nomask", "face", "unmasked", "bare"),
}
_STATES = {alias: state for state, aliases in _ALIASES.items() for alias in aliases}


def state_of(name: str, where: str) -> MaskState:
    """The state that a data set's class name stands for; case, spaces and hyphens do not matter.

    Raises:
        DataError: when the name is not known.
    """
    key = name.strip().lower().replace(" ", "_").replace("-", "_")
    if key not in _STATES:
        known = ", ".join(state.name for state in MaskState)
        raise DataError(f"{where}: class '{name}' is not a mask state; rename it to one of {known}")
    return _STATES[key]
