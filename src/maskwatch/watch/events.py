"""The record of an event: rules create it, the store keeps it, senders deliver it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from typing import Any, Literal, get_args
from uuid import uuid4

from maskwatch.styles import ALL_STYLES

EventKind = Literal["new", "update", "end", "camera"]
EVENT_KINDS: tuple[EventKind, ...] = get_args(EventKind)
PERSON_WORDS = {style.name: style.person for style in ALL_STYLES.values()}
"""The state of a person in a sentence ("without a mask"), by its name."""


def new_id() -> str:
    """A unique ID: 32 hexadecimal digits (UUID 4)."""
    return uuid4().hex


def people_text(count: int) -> str:
    """A number of people in words: "1 person", "3 people"."""
    return "1 person" if count == 1 else f"{count:,} people"


@dataclass(frozen=True)
class Event:
    """One moment of an incident, or a change of a camera's state.

    Attributes:
        kind: "new" an incident starts, "update" it continues, "end" it is over; "camera" a camera changed its state.
        rule: name of the violated rule; "" for "camera".
        camera: name of the camera.
        state: name of the mask state (the most frequent one if several people take part); for "camera" the state of
            the camera.
        started_at: start of the incident, Unix time in seconds.
        at: time of this event, Unix time in seconds.
        zone: name of the rule's zone, or None for the whole frame.
        tracker_ids: track IDs of the people involved so far, valid within one run and camera.
        confidence: of the face, 0..1; the highest one if several people take part.
        people: number of people involved now; in an "end" event the maximum.
        duration_s: duration until the people were last detected. It is measured by a clock that nobody sets, so it
            may differ from ``at - started_at``.
        quiet: stored but not sent, because the incident started in its rule's cool-down. An incident that outlasts
            the cool-down is sent as "new" once more.
        reason: further explanation, if any; without credentials.
        incident: ID shared by all events of one incident.
        id: ID of this event. A target that receives an event twice recognises it by its ID.
    """

    kind: EventKind
    rule: str
    camera: str
    state: str
    started_at: float
    at: float
    zone: str | None = None
    tracker_ids: tuple[int, ...] = ()
    confidence: float = 0.0
    people: int = 0
    duration_s: float = 0.0
    quiet: bool = False
    reason: str = ""
    incident: str = field(default_factory=new_id)
    id: str = field(default_factory=new_id)

    @classmethod
    def of_camera(cls, camera: str, state: str, at: float, reason: str = "") -> Event:
        """A camera changed its state (connecting, live, stalled, retrying, failed, ended)."""
        return cls("camera", "", camera, str(state), at, at, reason=reason)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Event:
        """The inverse of `as_dict`."""
        known = {entry.name for entry in fields(cls)}
        chosen = {name: value for name, value in values.items() if name in known}
        return cls(**{**chosen, "tracker_ids": tuple(chosen.get("tracker_ids", ()))})

    @property
    def announced(self) -> bool:
        """Whether senders deliver this event while its incident lasts."""
        return self.kind in ("new", "update") and not self.quiet

    def as_dict(self) -> dict[str, Any]:
        """Plain values; ``time`` is ``at`` in ISO 8601, UTC."""
        values = asdict(self) | {"tracker_ids": list(self.tracker_ids), "confidence": round(self.confidence, 4)}
        times = {name: round(values[name], 3) for name in ("started_at", "at", "duration_s")}
        return {"id": self.id, "incident": self.incident, "time": iso_time(self.at), **values, **times}

    def to_json(self) -> str:
        """One line of JSON."""
        return json.dumps(self.as_dict(), ensure_ascii=False, allow_nan=False)

    def sentence(self) -> str:
        """The event as a sentence, for e-mail, chat and the log."""
        if self.kind == "camera":
            return f"Camera {self.camera} is {self.state}" + (f": {self.reason}" if self.reason else "")
        who = people_text(self.people)
        where = self.camera if self.zone is None else f"{self.camera}, {self.zone}"
        what = PERSON_WORDS.get(self.state, self.state)
        if self.kind == "end":
            return f"Over: {what} at {where}, {who}, {self.duration_s:.0f} s ({self.rule})"
        since = "" if self.kind == "new" else f", still after {self.duration_s:.0f} s"
        return f"{who} {what} at {where}{since} ({self.rule})"


def iso_time(at: float) -> str:
    """A Unix time as ISO 8601 in UTC, to the millisecond: 2026-11-21T05:48:03.120Z."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
