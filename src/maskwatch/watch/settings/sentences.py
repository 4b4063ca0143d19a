"""What settings mean, in plain sentences: for ``watch --check``."""

from __future__ import annotations

from urllib.parse import urlsplit

from maskwatch.watch.events import PERSON_WORDS
from maskwatch.watch.settings.rules import DAYS, RuleSettings, ScheduleSettings
from maskwatch.watch.settings.senders import (
    AppriseSettings,
    JsonlSettings,
    MqttSettings,
    SenderSettings,
    SoundSettings,
    WebhookSettings,
)
from maskwatch.watch.settings.services import ClipSettings, SnapshotSettings
from maskwatch.watch.settings.tree import WatchSettings


def describe(settings: WatchSettings) -> list[str]:
    """What would happen with these settings; no sentence holds a password."""
    lines = []
    for camera in settings.cameras:
        rules = [rule.name for rule in settings.rules_of(camera)]
        limit = "" if camera.fps is None else f" At most {camera.fps:g} images a second are looked at."
        lines.append(
            f"Camera {camera.name}: {_listed('rule', rules) if rules else 'no rule, people are only counted'}.{limit}"
        )
    lines += [_rule(rule) for rule in settings.rules]
    events = settings.events
    lines.append(
        f"Events go into {events.path} and are deleted after {_days(events.retention_days)}. People are counted in "
        f"intervals of {_span(events.count_interval_s)}."
    )
    lines += [_sender(sender) for sender in settings.senders] or ["Nobody is told of events: there is no sender."]
    kept = []
    if settings.snapshots.enabled:
        kept.append(_kept("An image", settings.snapshots))
    if settings.clips.enabled:
        kept.append(_kept("A short video", settings.clips))
    lines += kept or ["No image of anybody is kept or sent."]
    return lines


def _kept(what: str, group: SnapshotSettings | ClipSettings) -> str:
    return f"{what} of each incident is kept in {group.folder} for {_days(group.retention_days)}."


def _rule(rule: RuleSettings) -> str:
    states = " or ".join(PERSON_WORDS[state] for state in rule.states)
    who = "Whoever is seen" if rule.people == 1 else f"At least {rule.people} people seen at once"
    what = f"{states} for {_span(rule.seconds)}"
    where = "" if rule.zone is None else f" in zone {rule.zone}"
    cameras = "" if not rule.cameras else f" at {', '.join(rule.cameras)}"
    when = "" if not rule.schedules else ", " + " and ".join(_schedule(schedule) for schedule in rule.schedules)
    quiet = f" For {_span(rule.cooldown_s)} after an announcement the next are not sent." if rule.cooldown_s else ""
    return f"Rule {rule.name}: {who} {what}{where}{cameras}{when} makes an incident.{quiet}"


def _schedule(schedule: ScheduleSettings) -> str:
    days = "every day" if set(schedule.days) == set(DAYS) else "on " + ", ".join(schedule.days)
    hours = "" if schedule.start == schedule.end else f" from {schedule.start:%H:%M} to {schedule.end:%H:%M}"
    return f"{days}{hours} ({schedule.timezone or 'time of this computer'})"


def _sender(sender: SenderSettings) -> str:
    about = f"{', '.join(sender.kinds)}"
    only = [*(f"rule {name}" for name in sender.rules), *(f"camera {name}" for name in sender.cameras)]
    return f"Sender {sender.name}: {_channel(sender)} ({about}{'; only ' + ', '.join(only) if only else ''})."


def _channel(sender: SenderSettings) -> str:
    match sender:
        case WebhookSettings():
            parts = urlsplit(sender.url)
            signed = "signed" if sender.secret is not None else "not signed"
            plain = ", not encrypted" if parts.scheme == "http" else ""
            return f"calls {parts.hostname} by {parts.scheme}, {signed}{plain}"
        case MqttSettings():
            secured = "encrypted" if sender.tls else "not encrypted"
            return f"publishes to the broker {sender.host} under {sender.prefix}/, {secured}"
        case AppriseSettings():
            return f"writes to the address in {sender.url.place}"
        case SoundSettings():
            return "beeps at this computer"
        case JsonlSettings():
            return f"writes lines to {sender.path}"


def _listed(what: str, names: list[str]) -> str:
    return f"{what if len(names) == 1 else what + 's'} {', '.join(names)}"


def _days(days: float) -> str:
    return "1 day" if days == 1 else f"{days:g} days"


def _span(seconds: float) -> str:
    if seconds >= 60 and seconds % 60 == 0:
        return "1 minute" if seconds == 60 else f"{seconds / 60:g} minutes"
    return "1 second" if seconds == 1 else f"{seconds:g} seconds"
