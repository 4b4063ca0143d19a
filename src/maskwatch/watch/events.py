"""The record of what happened: what rules give, the store keeps and senders carry."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from typing import Any, Literal, get_args
from uuid import uuid4

from maskwatch.styles import ALL_STYLES

Kind = Literal["new", "update", "end", "camera"]
KINDS: tuple[Kind, ...] = get_args(Kind)
PERSON_WORDS = {style.name: style.person for style in ALL_STYLES.values()}
"""The states of a person's mask in a sentence, by their names."""


def new_id() -> str:
    """A name that nothing else has: 32 hexadecimal digits (UUID 4)."""
    return uuid4().hex


def people_text(count: int) -> str:
    """The number of people in words: "1 person", "3 people"."""
    return "1 person" if count == 1 else f"{count:,} people"


@dataclass(frozen=True)
class Event:
    """One thing that happened at one moment; an incident is told by several of them.

    Attributes:
        kind: "new" an incident begins, "update" it goes on, "end" it is over; "camera" a camera changed its state.
        rule: name of the rule that was broken; "" for "camera".
        camera: name of the camera.
        state: the state of the mask that was seen (of the most people, where several take part); for "camera" the
            state of the camera.
        started_at: when it began, Unix time in seconds.
        at: when this was said, Unix time in seconds.
        zone: name of the zone that the rule looks at, or None for the whole image.
        tracker_ids: numbers of the people who take or took part, valid within one run and camera.
        confidence: of the verdict, 0..1; the surest, where several take part.
        people: how many take part at this moment; at the "end", the most that ever did.
        duration_s: how long it lasted until its people were last seen; from a clock that is never set, so it may
            differ from ``at - started_at`` by a correction of the computer's time.
        quiet: for the history, not to be announced: it began in the cool-down of its rule. When the incident outlasts
            that, it is told as "new" once more.
        reason: why, in words, where there is something to add; without credentials.
        incident: the same for all events of one incident.
        id: of this event alone. Who receives an event twice knows it by its id.
    """

    kind: Kind
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
        """The event that `as_dict` was made of."""
        known = {entry.name for entry in fields(cls)}
        chosen = {name: value for name, value in values.items() if name in known}
        return cls(**{**chosen, "tracker_ids": tuple(chosen.get("tracker_ids", ()))})

    def as_dict(self) -> dict[str, Any]:
        """Plain values, with ``time``: ``at`` in the form of ISO 8601, UTC."""
        values = asdict(self) | {"tracker_ids": list(self.tracker_ids), "confidence": round(self.confidence, 4)}
        times = {name: round(values[name], 3) for name in ("started_at", "at", "duration_s")}
        return {"id": self.id, "incident": self.incident, "time": iso_time(self.at), **values, **times}

    def to_json(self) -> str:
        """One line of JSON."""
        return json.dumps(self.as_dict(), ensure_ascii=False, allow_nan=False)

    def sentence(self) -> str:
        """The event in words, for people: e-mail, chat, log."""
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
