"""Topics and messages of the MQTT sender, and its discovery messages for Home Assistant."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from maskwatch import __version__
from maskwatch.watch.events import Event

if TYPE_CHECKING:
    from maskwatch.watch.senders.mqtt import MqttSettings
    from maskwatch.watch.settings import WatchSettings

ONLINE, OFFLINE = "online", "offline"
ON, OFF = "ON", "OFF"
Message = tuple[str, str, bool]
"""Topic, text, and whether the broker retains it for later subscribers."""


class Topics:
    """Names of the topics.

    Args:
        settings: of the sender.
        watch: provides the cameras and rules.

    Attributes:
        client_id: name at the broker and in Home Assistant, unique for each watch.
        available: topic with the availability of the watch.
        events: topic with every event.
    """

    def __init__(self, settings: MqttSettings, watch: WatchSettings) -> None:
        self._settings, self._watch = settings, watch
        host = _identifier(socket.gethostname())
        self.client_id = settings.client_id or f"{settings.prefix.replace('/', '-')}-{host}"
        self.available = f"{settings.prefix}/available"
        self.events = f"{settings.prefix}/events"

    def camera(self, camera: str) -> str:
        """Topic with the state of a camera."""
        return f"{self._settings.prefix}/{camera}/status"

    def rule(self, camera: str, rule: str) -> str:
        """Topic with ON while an incident of the rule lasts."""
        return f"{self._settings.prefix}/{camera}/{rule}/state"

    def details(self, camera: str, rule: str) -> str:
        """Topic with the last event of a rule."""
        return f"{self._settings.prefix}/{camera}/{rule}/last"

    def discovery(self) -> Iterator[tuple[str, str]]:
        """Topics and messages that create a device in Home Assistant, with a sensor for each camera and rule."""
        if self._settings.discovery is None:
            return
        for camera, rules in self._selected().items():
            yield self._sensor(camera, "connection", self._connection(camera))
            for rule in rules:
                yield self._sensor(camera, rule, self._incident(camera, rule))

    def idle(self) -> Iterator[tuple[str, str]]:
        """Topics and messages for the start: no incident anywhere."""
        for camera, rules in self._selected().items():
            for rule in rules:
                yield self.rule(camera, rule), OFF

    def _selected(self) -> dict[str, list[str]]:
        """The cameras that the settings of the sender select, with their rules."""
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
            # every state but "live" is off
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

    def _sensor(self, camera: str, what: str, config: dict[str, Any]) -> tuple[str, str]:
        device = _identifier(self.client_id)
        name = f"{device}_{_identifier(camera)}_{_identifier(what)}"
        common = {
            "unique_id": name,
            "availability_topic": self.available,
            "payload_available": ONLINE,
            "payload_not_available": OFFLINE,
            "qos": 1,
            "device": {"identifiers": [device], "name": f"MaskWatch {self.client_id}", "manufacturer": "MaskWatch"},
            "origin": {"name": "maskwatch", "sw_version": __version__},
        }
        return f"{self._settings.discovery}/binary_sensor/{name}/config", json.dumps(config | common)


class States:
    """Tracks open incidents, so that a rule's topic stays ON until the last of several incidents has ended.

    Args:
        topics: names of the topics.
    """

    def __init__(self, topics: Topics) -> None:
        self._topics = topics
        self._open: dict[tuple[str, str], set[str]] = {}

    def messages(self, event: Event) -> list[Message]:
        """The messages for an event; the same on every call until `published`."""
        messages = [] if event.quiet else [(self._topics.events, event.to_json(), False)]
        if event.kind == "camera":
            return [*messages, (self._topics.camera(event.camera), event.state, True)]
        state = ON if self._after(event) else OFF
        if not event.quiet:
            messages.append((self._topics.details(event.camera, event.rule), event.to_json(), True))
        return [*messages, (self._topics.rule(event.camera, event.rule), state, True)]

    def published(self, event: Event) -> None:
        """Record that the messages of an event have been published."""
        if event.kind != "camera":
            self._open[event.camera, event.rule] = self._after(event)

    def _after(self, event: Event) -> set[str]:
        incidents = self._open.get((event.camera, event.rule), set())
        return incidents - {event.incident} if event.kind == "end" else incidents | {event.incident}


def _identifier(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_-]", "_", name)
