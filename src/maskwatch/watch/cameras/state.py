"""How a camera is doing, and the record of a change."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class CameraState(StrEnum):
    """What a camera is doing.

    - ``connecting``: it is being opened, and has given no image yet;
    - ``live``: images come;
    - ``stalled``: it is open, and no image has come for too long;
    - ``retrying``: it is off; it is tried again after a pause of at most ten seconds;
    - ``failed``: something that a person has to fix (login, codec, address); looked at again about once a minute;
    - ``ended``: a file that was read to its end.
    """

    connecting = "connecting"
    live = "live"
    stalled = "stalled"
    retrying = "retrying"
    failed = "failed"
    ended = "ended"


@dataclass(frozen=True)
class StateChange:
    """One change of state.

    Attributes:
        camera: its name.
        state: which it is in from now on.
        at: when, unix time in seconds.
        reason: why, in one line without passwords; empty when there is nothing to say.
    """

    camera: str
    state: CameraState
    at: float
    reason: str = ""
