"""The sender that publishes events through an MQTT broker."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

from pydantic import Field, model_validator

from maskwatch.errors import MissingExtraError
from maskwatch.watch.events import Event
from maskwatch.watch.schema import Name, Secret
from maskwatch.watch.senders.base import BaseSender, SendError, SenderSettings, SenderType
from maskwatch.watch.senders.mqtt_topics import OFFLINE, ONLINE, States, Topics
from maskwatch.watch.senders.network import reason, tls_context

if TYPE_CHECKING:
    from paho.mqtt.client import Client, MQTTMessageInfo

    from maskwatch.watch.settings import WatchSettings

KEEPALIVE_S = 30
"""A dead connection is detected, here and at the broker, within 1.5 times this."""
MAX_RECONNECT_S = 30
QOS = 1
"""At least once: the broker confirms each message."""
_TOPIC = r"^[^+#\s/]+(/[^+#\s/]+)*$"


class MqttSettings(SenderSettings):
    """Messages through an MQTT broker, with Home Assistant discovery."""

    type: Literal["mqtt"] = Field(description="Selects this sender.")
    host: str = Field(min_length=1, description="Host name or address of the broker.")
    port: int | None = Field(default=None, ge=1, le=65535, description="Port; by default 1883, with TLS 8883.")
    username: str | None = Field(default=None, min_length=1, description="User name at the broker.")
    password: Secret | None = Field(default=None, description="Password of that user.")
    tls: bool = Field(default=False, description="Encrypt the connection and verify the broker's certificate.")
    ca_file: Path | None = Field(
        default=None, description="Trusted certificates (PEM) of a private broker; by default those of the computer."
    )
    prefix: str = Field(
        default="maskwatch", pattern=_TOPIC, description="Prefix of all topics; must differ between watches."
    )
    client_id: Name | None = Field(
        default=None, description="Client ID, unique at the broker; by default made of prefix and host name."
    )
    discovery: str | None = Field(
        default="homeassistant",
        pattern=_TOPIC,
        description="Discovery prefix of Home Assistant; null: no discovery messages.",
    )
    timeout_s: float = Field(default=10, gt=0, le=120, description="Longest wait for the broker to confirm a message.")

    @model_validator(mode="after")
    def _fields_agree(self) -> Self:
        if (self.username is None) != (self.password is None):
            raise ValueError("username and password belong together; give both or none")
        if self.ca_file is not None and not self.tls:
            raise ValueError("ca_file needs tls: true")
        if not {"new", "end"} <= set(self.kinds):
            raise ValueError("kinds must include new and end here, or the topics of rules would stay ON forever")
        return self


class MqttSender(BaseSender):
    """Publishes events, the state of each rule and camera, and its own availability, all with QoS 1.

    A thread of paho-mqtt connects and reconnects. If the watch dies, the broker publishes "offline" on its behalf
    (last will).

    Args:
        settings: of the sender.
        watch: provides the cameras and rules for Home Assistant discovery.

    Raises:
        MissingExtraError: when paho-mqtt is not installed.
        UsageError: when the password is missing, or the certificates cannot be read.
    """

    batch = 20
    wants_quiet = True  # the state topics must be right during the cool-down too

    def __init__(self, settings: MqttSettings, watch: WatchSettings) -> None:
        super().__init__(settings)
        try:
            import paho.mqtt.client  # noqa: F401
        except ImportError as error:
            raise MissingExtraError("watch", "publishing through an MQTT broker") from error
        self._settings, self._topics = settings, Topics(settings, watch)
        self._password = None if settings.password is None else settings.password.read()
        self._port = settings.port or (8883 if settings.tls else 1883)
        self._place = f"broker {settings.host}:{self._port}"
        self._tls = tls_context(settings.ca_file) if settings.tls else None
        self._states = States(self._topics)
        self._problem = "not connected yet"
        self._connected, self._idle_published = threading.Event(), False
        self._unconfirmed: dict[str, MQTTMessageInfo] = {}
        self._client: Client | None = None

    def start(self) -> None:
        """Start to connect in the background."""
        self._client = self._new_client()
        self._client.on_connect, self._client.on_disconnect = self._on_connect, self._on_disconnect
        self._client.on_connect_fail = lambda *_: self._set_problem("cannot be reached")
        self._client.will_set(self._topics.available, OFFLINE, QOS, retain=True)
        self._client.reconnect_delay_set(1, MAX_RECONNECT_S)
        self._client.connect_async(self._settings.host, self._port, KEEPALIVE_S)
        self._client.loop_start()

    def send(self, events: Sequence[Event]) -> None:
        """Publish, and wait until the broker confirms."""
        if self._client is None:
            self.start()
        if not self._connected.wait(min(self._settings.timeout_s, 2.0)):
            raise SendError(f"{self._place}: {self._problem}")
        for number, event in enumerate(events):
            try:
                for topic, text, retain in self._states.messages(event):
                    self._publish(f"{event.id} {topic}", topic, text, retain=retain)
            except SendError as error:
                error.arrived = number
                raise
            self._states.published(event)

    def check(self) -> str:
        """Connect and log in under another client ID, so that a running watch is not disturbed."""
        client = self._new_client("-check")
        answers: list[Any] = []
        answered = threading.Event()

        def on_connect(_client: Client, _user: Any, _flags: Any, answer: Any, _properties: Any) -> None:
            answers.append(answer)
            answered.set()

        client.on_connect = on_connect
        try:
            client.connect(self._settings.host, self._port, KEEPALIVE_S)
            client.loop_start()
            if not answered.wait(self._settings.timeout_s):
                raise SendError(f"{self._place} does not answer in time; check host and port")
        except (OSError, ValueError) as error:
            raise SendError(f"{self._place} cannot be reached ({reason(error)}); check host and port") from error
        finally:
            client.disconnect()
            client.loop_stop()
        if answers[0].is_failure:
            raise SendError(f"{self._place} {_refusal(answers[0])}")
        return f"{self._place} answers; nothing was published"

    def close(self) -> None:
        """Publish "offline" and disconnect."""
        client, self._client = self._client, None
        if client is None:
            return
        if client.is_connected():
            info = client.publish(self._topics.available, OFFLINE, QOS, retain=True)
            _confirmed(info, 1.0)
        client.disconnect()
        client.loop_stop()

    def _new_client(self, suffix: str = "") -> Client:
        from paho.mqtt.client import Client
        from paho.mqtt.enums import CallbackAPIVersion

        client = Client(CallbackAPIVersion.VERSION2, client_id=self._topics.client_id + suffix)
        client.connect_timeout = self._settings.timeout_s
        if self._settings.username is not None:
            client.username_pw_set(self._settings.username, self._password)
        if self._tls is not None:
            client.tls_set_context(self._tls)
        return client

    def _publish(self, key: str, topic: str, text: str, *, retain: bool) -> None:
        """Publish once; a retry waits for the confirmation of the first attempt instead of publishing again."""
        if self._client is None:
            raise SendError(f"{self._place}: closed")
        info = self._unconfirmed.get(key)
        if info is None:
            info = self._unconfirmed[key] = self._client.publish(topic, text, QOS, retain=retain)
        confirmed = _confirmed(info, self._settings.timeout_s)
        if confirmed is not False:
            del self._unconfirmed[key]
        if not confirmed:
            raise SendError(f"{self._place} does not confirm a message")

    def _on_connect(self, client: Client, _user: Any, _flags: Any, answer: Any, _properties: Any) -> None:
        """Called by paho's thread whenever the broker has answered to a connection."""
        if answer.is_failure:
            self._set_problem(_refusal(answer))
            return
        # only the first time: later, the broker retains newer states, or they are on their way
        idle = [] if self._idle_published else [*self._topics.idle()]
        self._idle_published = True
        for topic, text in (*self._topics.discovery(), *idle):
            client.publish(topic, text, QOS, retain=True)
        client.publish(self._topics.available, ONLINE, QOS, retain=True)
        self._connected.set()

    def _on_disconnect(self, _client: Client, _user: Any, _flags: Any, cause: Any, _properties: Any) -> None:
        if self._connected.is_set():
            self._set_problem(f"the connection was lost ({str(cause).lower()})")
        self._connected.clear()

    def _set_problem(self, text: str) -> None:
        self._problem = text


def describe(settings: MqttSettings) -> str:
    """What the sender does, for ``watch --check``."""
    encrypted = "with TLS" if settings.tls else "without encryption"
    return f"publishes under {settings.prefix}/ through the broker {settings.host} {encrypted}"


SENDER = SenderType(MqttSettings, MqttSender, describe)


def _refusal(answer: Any) -> str:
    return f"refuses: {str(answer).lower()}; check username and password"


def _confirmed(info: MQTTMessageInfo, timeout_s: float) -> bool | None:
    """Whether the broker has confirmed within the time; None when the message did not enter the queue of paho."""
    try:
        info.wait_for_publish(timeout_s)
        return bool(info.is_published())
    except (RuntimeError, ValueError):  # raised by paho when it is not connected, or its queue is full
        return None
