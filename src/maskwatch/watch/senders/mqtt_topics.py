"""Topics and messages of the MQTT sender, and what Home Assistant is told of them."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from typing import Any

from maskwatch import __version__
from maskwatch.watch.events import Event
from maskwatch.watch.settings import WatchSettings
from maskwatch.watch.settings.senders import MqttSettings

ONLINE, OFFLINE = "online", "offline"
ON, OFF = "ON", "OFF"
Message = tuple[str, str, bool]
"""Topic, text, and whether the broker keeps it for those who come later."""


class Topics:
    """Names of topics.

    Args:
        settings: of the sender.
        watch: names cameras and rules.

    Attributes:
        identity: name at the broker and in Home Assistant, different for each watch.
        available: on which is kept whether the watch is there.
        events: on which each event is told.
    """

    def __init__(self, settings: MqttSettings, watch: WatchSettings) -> None:
        self._settings, self._watch = settings, watch
        host = _identifier(socket.gethostname())
        self.identity = settings.client_id or f"{settings.prefix.replace('/', '-')}-{host}"
        self.available = f"{settings.prefix}/available"
        self.events = f"{settings.prefix}/events"

    def camera(self, camera: str) -> str:
        """On which the state of a camera is kept."""
        return f"{self._settings.prefix}/{camera}/status"

    def rule(self, camera: str, rule: str) -> str:
        """On which is kept whether an incident is going on."""
        return f"{self._settings.prefix}/{camera}/{rule}/state"

    def details(self, camera: str, rule: str) -> str:
        """On which the last event of a rule is kept."""
        return f"{self._settings.prefix}/{camera}/{rule}/last"

    def discovery(self) -> Iterator[tuple[str, str]]:
        """Topics and messages that make Home Assistant show a device with a sensor for each camera and each rule."""
        if self._settings.discovery is None:
            return
        for camera, rules in self._told().items():
            yield self._sensor(camera, "connection", self._connection(camera))
            for rule in rules:
                yield self._sensor(camera, rule, self._incident(camera, rule))

    def idle(self) -> Iterator[tuple[str, str]]:
        """Topics and messages that say that no incident lasts anywhere, for the beginning."""
        for camera, rules in self._told().items():
            for rule in rules:
                yield self.rule(camera, rule), OFF

    def _told(self) -> dict[str, list[str]]:
        """The cameras of which this sender tells, and their rules."""
        chosen = self._settings
        return {
            camera.name: [r.name for r in self._watch.rules_of(camera) if not chosen.rules or r.name in chosen.rules]
            for camera in self._watch.cameras
            if not chosen.cameras or camera.name in chosen.cameras
        }

    def _connection(self, camera: str) -> dict[str, Any]:
        return {
            "name": f"{camera} connection",
            "device_class": "connectivity",
            "entity_category": "diagnostic",
            "state_topic": self.camera(camera),
            "payload_on": "live",
            # everything but "live" is off
            "value_template": "{{ 'live' if value == 'live' else 'OFF' }}",
            "payload_off": "OFF",
        }

    def _incident(self, camera: str, rule: str) -> dict[str, Any]:
        return {
            "name": f"{camera} {rule}",
            "device_class": "problem",
            "state_topic": self.rule(camera, rule),
            "payload_on": ON,
            "payload_off": OFF,
            "json_attributes_topic": self.details(camera, rule),
        }

    def _sensor(self, camera: str, what: str, about: dict[str, Any]) -> tuple[str, str]:
        device = _identifier(self.identity)
        name = f"{device}_{_identifier(camera)}_{_identifier(what)}"
        common = {
            "unique_id": name,
            "availability_topic": self.available,
            "payload_available": ONLINE,
            "payload_not_available": OFFLINE,
            "qos": 1,
            "device": {"identifiers": [device], "name": f"MaskWatch {self.identity}", "manufacturer": "MaskWatch"},
            "origin": {"name": "maskwatch", "sw_version": __version__},
        }
        return f"{self._settings.discovery}/binary_sensor/{name}/config", json.dumps(about | common)


class States:
    """Knows which incidents last, so that "is something going on?" has the right answer with several at once.

    Args:
        topics: their names.
    """

    def __init__(self, topics: Topics) -> None:
        self._topics = topics
        self._lasting: dict[tuple[str, str], set[str]] = {}

    def messages(self, event: Event) -> list[Message]:
        """What is to be published for an event; the same when it is asked for again."""
        told = [] if event.quiet else [(self._topics.events, event.to_json(), False)]
        if event.kind == "camera":
            return [*told, (self._topics.camera(event.camera), event.state, True)]
        state = ON if self._after(event) else OFF
        if not event.quiet:
            told.append((self._topics.details(event.camera, event.rule), event.to_json(), True))
        return [*told, (self._topics.rule(event.camera, event.rule), state, True)]

    def told(self, event: Event) -> None:
        """Note that an event has been published."""
        if event.kind != "camera":
            self._lasting[event.camera, event.rule] = self._after(event)

    def _after(self, event: Event) -> set[str]:
        lasting = self._lasting.get((event.camera, event.rule), set())
        return lasting - {event.incident} if event.kind == "end" else lasting | {event.incident}


def _identifier(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]", "_", name)
