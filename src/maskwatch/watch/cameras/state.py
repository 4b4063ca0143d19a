"""The state of a camera's connection, and which changes of state are worth reporting."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

_REMINDER_S = 3600.0


class CameraState(StrEnum):
    """State of a camera's connection.

    - ``connecting``: being opened; no frame yet;
    - ``live``: frames arrive;
    - ``stalled``: open, but no frame has arrived for too long;
    - ``retrying``: connection lost; retried after a pause of at most ten seconds;
    - ``failed``: a person has to fix something (login, codec, address); retried about once a minute;
    - ``ended``: a video file was read to its end, or the watch was stopped.
    """

    connecting = "connecting"
    live = "live"
    stalled = "stalled"
    retrying = "retrying"
    failed = "failed"
    ended = "ended"


@dataclass(frozen=True)
class StateChange:
    """A camera changed its state.

    Attributes:
        camera: name of the camera.
        state: the new state.
        at: Unix time in seconds.
        reason: one line without credentials; empty when there is nothing to add.
    """

    camera: str
    state: CameraState
    at: float
    reason: str = ""


class StateChangeFilter:
    """Filters repeated state changes: reports loss, recovery and an hourly reminder.

    A camera that is off for a week retries 60,000 times; only a few of these changes belong in the history.
    """

    def __init__(self) -> None:
        self._reported_at: dict[str, dict[CameraState, float]] = {}

    def should_report(self, change: StateChange) -> bool:
        """Whether to report this change. Call it once for each change, in order."""
        reported_at = self._reported_at.setdefault(change.camera, {})
        if change.state in (CameraState.live, CameraState.ended):
            reported_at.clear()
        repeated = 0 <= change.at - reported_at.get(change.state, float("-inf")) < _REMINDER_S
        if repeated or (reported_at and change.state == CameraState.connecting):
            return False
        reported_at[change.state] = change.at
        return True
