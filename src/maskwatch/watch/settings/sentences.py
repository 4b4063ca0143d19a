"""The settings in plain sentences, for ``watch --check``."""

from __future__ import annotations

from maskwatch.watch.events import PERSON_WORDS
from maskwatch.watch.senders import SenderSettings, describe_sender
from maskwatch.watch.settings.cameras import CameraSettings
from maskwatch.watch.settings.rules import DAYS, RuleSettings, ScheduleSettings
from maskwatch.watch.settings.services import ClipSettings, EventSettings, SnapshotSettings
from maskwatch.watch.settings.tree import WatchSettings


def describe(settings: WatchSettings) -> list[str]:
    """What the watch would do with these settings, one sentence or two per item; without credentials."""
    return [
        *(_camera(camera, [rule.name for rule in settings.rules_of(camera)]) for camera in settings.cameras),
        *(_rule(rule) for rule in settings.rules),
        _events(settings.events),
        *([_sender(sender) for sender in settings.senders] or ["No alerts are sent: there is no sender."]),
        *_recordings(settings),
    ]


def _camera(camera: CameraSettings, rules: list[str]) -> str:
    listed = f"{'rules' if len(rules) > 1 else 'rule'} {', '.join(rules)}"
    what = listed if rules else "no rule, people are only counted"
    limit = "" if camera.fps is None else f" At most {camera.fps:g} frames per second are processed."
    return f"Camera {camera.name}: {what}.{limit}"


def _rule(rule: RuleSettings) -> str:
    states = " or ".join(PERSON_WORDS[state] for state in rule.states)
    who = "a person is" if rule.people == 1 else f"at least {rule.people} people at once are"
    zone = "" if rule.zone is None else f" in zone {rule.zone}"
    cameras = "" if not rule.cameras else f" at {' or '.join(rule.cameras)}"
    active = "" if not rule.schedules else f" Active {', and '.join(_schedule(each) for each in rule.schedules)}."
    cooldown = f" Further alerts are suppressed for {_span(rule.cooldown_s)}." if rule.cooldown_s else ""
    return (
        f"Rule {rule.name}: An incident starts when {who} {states} for {_span(rule.seconds)}{zone}{cameras}."
        f"{active}{cooldown}"
    )


def _schedule(schedule: ScheduleSettings) -> str:
    days = "every day" if set(schedule.days) == set(DAYS) else "on " + ", ".join(schedule.days)
    hours = "" if schedule.start == schedule.end else f" from {schedule.start:%H:%M} to {schedule.end:%H:%M}"
    return f"{days}{hours} ({schedule.timezone or 'local time'})"


def _events(events: EventSettings) -> str:
    return (
        f"Events go into {events.path} and are deleted after {_days(events.retention_days)}. People are counted in "
        f"intervals of {_span(events.count_interval_s)}."
    )


def _sender(sender: SenderSettings) -> str:
    only = [*(f"rule {name}" for name in sender.rules), *(f"camera {name}" for name in sender.cameras)]
    limits = f"; only {', '.join(only)}" if only else ""
    return f"Sender {sender.name}: {describe_sender(sender)} (events: {', '.join(sender.kinds)}{limits})."


def _recordings(settings: WatchSettings) -> list[str]:
    sentences = []
    if settings.snapshots.enabled:
        sentences.append(_saved("An image", settings.snapshots))
    if settings.clips.enabled:
        sentences.append(_saved("A short video", settings.clips))
    return sentences or ["No images of people are saved or sent."]


def _saved(what: str, group: SnapshotSettings | ClipSettings) -> str:
    return f"{what} of each incident is saved in {group.folder} and deleted after {_days(group.retention_days)}."


def _days(days: float) -> str:
    return "1 day" if days == 1 else f"{days:g} days"


def _span(seconds: float) -> str:
    if seconds >= 60 and seconds % 60 == 0:
        return "1 minute" if seconds == 60 else f"{seconds / 60:g} minutes"
    return f"{seconds:g} s"
