"""Events as messages of an MQTT broker."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from maskwatch.errors import MissingExtraError, UsageError
from maskwatch.watch.events import Event
from maskwatch.watch.senders.base import ChosenEvents, SendError
from maskwatch.watch.senders.mqtt_topics import OFFLINE, ONLINE, States, Topics
from maskwatch.watch.settings import WatchSettings
from maskwatch.watch.settings.senders import MqttSettings

if TYPE_CHECKING:
    from paho.mqtt.client import Client, MQTTMessageInfo

KEEPALIVE_S = 30
"""A connection that died without a word is noticed, here and at the broker, within 1.5 times this."""
LONGEST_PAUSE_S = 30
QOS = 1
"""At least once: the broker confirms each message."""


class MqttSender(ChosenEvents):
    """Publishes events, what is going on at each camera, and whether the watch is there; each message with QoS 1.

    The connection is made and kept by paho-mqtt in a thread of its own. When the watch goes without a word, the broker
    says so in its place (last will).

    Args:
        settings: of the sender.
        watch: names the cameras and rules that Home Assistant is told of.

    Raises:
        MissingExtraError: when paho-mqtt is not installed.
        UsageError: when the password is missing, or the certificates cannot be read.
    """

    batch = 20
    tells_quiet = True  # who asks whether something is going on is to get the right answer also in the cool-down

    def __init__(self, settings: MqttSettings, watch: WatchSettings) -> None:
        super().__init__(settings)
        try:
            import paho.mqtt.client  # noqa: F401
        except ImportError as error:
            raise MissingExtraError("watch", "telling an MQTT broker") from error
        self._settings, self._topics = settings, Topics(settings, watch)
        self._password = None if settings.password is None else settings.password.read()
        self._port = settings.port or (8883 if settings.tls else 1883)
        self._place = f"broker {settings.host}:{self._port}"
        self._tls = _trust(settings) if settings.tls else None
        self._states = States(self._topics)
        self._problem = "not connected yet"
        self._connected, self._known = threading.Event(), False
        self._under_way: dict[str, MQTTMessageInfo] = {}
        self._client: Client | None = None

    def start(self) -> None:
        """Begin to connect."""
        self._client = self._new_client()
        self._client.on_connect, self._client.on_disconnect = self._welcomed, self._cut_off
        self._client.on_connect_fail = lambda *_: self._set_problem("cannot be reached")
        self._client.will_set(self._topics.available, OFFLINE, QOS, retain=True)
        self._client.reconnect_delay_set(1, LONGEST_PAUSE_S)
        self._client.connect_async(self._settings.host, self._port, KEEPALIVE_S)
        self._client.loop_start()

    def send(self, events: Sequence[Event]) -> None:
        """Publish, and wait for the broker to confirm."""
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
            self._states.told(event)

    def check(self) -> str:
        """Connect and log in, with a name of its own so as not to disturb a watch that runs."""
        client = self._new_client("-check")
        answer: list[Any] = []
        answered = threading.Event()

        def welcomed(_client: Client, _user: Any, _flags: Any, reason: Any, _properties: Any) -> None:
            answer.append(reason)
            answered.set()

        client.on_connect = welcomed
        try:
            client.connect(self._settings.host, self._port, KEEPALIVE_S)
            client.loop_start()
            if not answered.wait(self._settings.timeout_s):
                raise SendError(f"{self._place} does not answer in time; check host and port")
        except (OSError, ValueError) as error:
            raise SendError(f"{self._place} cannot be reached ({_reason(error)}); check host and port") from error
        finally:
            client.disconnect()
            client.loop_stop()
        if answer[0].is_failure:
            raise SendError(f"{self._place} refuses: {str(answer[0]).lower()}; check username and password")
        return f"{self._place} answers; nothing was published"

    def close(self) -> None:
        """Say that the watch is not there any more, and leave the broker."""
        client, self._client = self._client, None
        if client is None:
            return
        if client.is_connected():
            info = client.publish(self._topics.available, OFFLINE, QOS, retain=True)
            _wait(info, 1.0)
        client.disconnect()
        client.loop_stop()

    def _new_client(self, suffix: str = "") -> Client:
        from paho.mqtt.client import Client
        from paho.mqtt.enums import CallbackAPIVersion

        client = Client(CallbackAPIVersion.VERSION2, client_id=self._topics.identity + suffix)
        client.connect_timeout = self._settings.timeout_s
        if self._settings.username is not None:
            client.username_pw_set(self._settings.username, self._password)
        if self._tls is not None:
            client.tls_set_context(self._tls)
        return client

    def _publish(self, key: str, topic: str, text: str, *, retain: bool) -> None:
        """Publish once; a message whose confirmation is still awaited is not sent another time by us."""
        if self._client is None:
            raise SendError(f"{self._place}: closed")
        info = self._under_way.get(key)
        if info is None:
            info = self._under_way[key] = self._client.publish(topic, text, QOS, retain=retain)
        confirmed = _wait(info, self._settings.timeout_s)
        if confirmed is not False:
            del self._under_way[key]
        if not confirmed:
            raise SendError(f"{self._place} does not confirm what was published")

    def _welcomed(self, client: Client, _user: Any, _flags: Any, answer: Any, _properties: Any) -> None:
        """Called by paho's thread whenever the broker has answered to a connection."""
        if answer.is_failure:
            self._set_problem(f"refuses: {str(answer).lower()}; check username and password")
            return
        # later connections find the states that the broker keeps, or ours that are still under way
        idle = [] if self._known else [*self._topics.idle()]
        self._known = True
        for topic, text in (*self._topics.discovery(), *idle):
            client.publish(topic, text, QOS, retain=True)
        client.publish(self._topics.available, ONLINE, QOS, retain=True)
        self._connected.set()

    def _cut_off(self, _client: Client, _user: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        if self._connected.is_set():
            self._set_problem(f"the connection was lost ({str(reason).lower()})")
        self._connected.clear()

    def _set_problem(self, text: str) -> None:
        self._problem = text


def _wait(info: MQTTMessageInfo, timeout_s: float) -> bool | None:
    """Whether the broker has confirmed within the time; None when the message did not even get into the queue."""
    try:
        info.wait_for_publish(timeout_s)
        return bool(info.is_published())
    except (RuntimeError, ValueError):  # how paho says that it is not connected, or that its queue is full
        return None


def _trust(settings: MqttSettings) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=settings.ca_file)
    except (OSError, ssl.SSLError) as error:
        raise UsageError(f"{settings.ca_file}: no certificates can be read there; give a PEM file") from error


def _reason(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted: {error.verify_message}"
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return (getattr(error, "strerror", None) or str(error)).lower()
