"""Which changes of cameras are worth telling: a camera that is off for a week is tried again 60,000 times."""

from __future__ import annotations

from maskwatch.watch.cameras.state import CameraState, StateChange

_REMIND_S = 3600.0


class Changes:
    """Passes on what is news: being lost and why, coming back, and an hourly reminder of what is still off."""

    def __init__(self) -> None:
        self._told: dict[str, dict[CameraState, float]] = {}

    def is_news(self, change: StateChange) -> bool:
        """Whether to tell this change; each is to be asked about once, in order."""
        told = self._told.setdefault(change.camera, {})
        if change.state in (CameraState.live, CameraState.ended):
            told.clear()
        again = 0 <= change.at - told.get(change.state, float("-inf")) < _REMIND_S
        if again or (told and change.state == CameraState.connecting):
            return False
        told[change.state] = change.at
        return True
