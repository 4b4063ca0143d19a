"""Which changes of cameras are worth telling: a camera that is off for a week is tried again 60,000 times."""

from __future__ import annotations

from maskwatch.watch.cameras.state import CameraState, StateChange

_REMIND_S = 3600.0


class StateChangeFilter:
    """Passes on what is news: being lost and why, coming back, and an hourly reminder of what is still off."""

    def __init__(self) -> None:
        self._on_state: dict[str, dict[CameraState, float]] = {}

    def should_report(self, change: StateChange) -> bool:
        """Whether to tell this change; each is to be asked about once, in order."""
        on_state = self._on_state.setdefault(change.camera, {})
        if change.state in (CameraState.live, CameraState.ended):
            on_state.clear()
        again = 0 <= change.at - on_state.get(change.state, float("-inf")) < _REMIND_S
        if again or (on_state and change.state == CameraState.connecting):
            return False
        on_state[change.state] = change.at
        return True
