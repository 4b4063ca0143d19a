"""A real local MQTT broker (Mosquitto), and a subscriber."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import threading
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from waiting import wait_for

PROGRAM = shutil.which("mosquitto", path="/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/opt/homebrew/sbin")
STARTS_WITHIN_S = 20.0


@dataclass
class Broker:
    """Mosquitto with its own folder; retained messages survive a restart.

    Args:
        folder: for its configuration and database.
        settings: further lines of its configuration.
        port: 0 for any free port.
    """

    folder: Path
    settings: str = "allow_anonymous true"
    port: int = 0
    _process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start it, and wait until it listens."""
        assert PROGRAM is not None, "the program mosquitto is not installed"
        if not self.port:
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                self.port = free.getsockname()[1]
        path = self.folder / "mosquitto.conf"
        # root would drop to a user without write permission here
        keep = f"persistence true\npersistence_location {self.folder}/\nuser root\nmax_queued_messages 0\n"
        path.write_text(f"listener {self.port} 127.0.0.1\n{keep}{self.settings}\n", encoding="utf-8")
        with (self.folder / "mosquitto.log").open("ab") as log:
            self._process = subprocess.Popen([PROGRAM, "-c", str(path)], stdout=log, stderr=log)
        try:
            wait_for(self._listens, seconds=STARTS_WITHIN_S, process=self._process)
        except AssertionError as error:
            raise AssertionError((self.folder / "mosquitto.log").read_text()) from error

    def _listens(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        except OSError:
            return False
        return True

    def stop(self) -> None:
        """Stop it as a service manager does (SIGTERM)."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(STARTS_WITHIN_S)
            self._process = None


@dataclass
class Subscriber:
    """Subscribes to all topics with QoS 1 and a persistent session; a context manager."""

    port: int
    got: list[tuple[str, str, bool]] = field(default_factory=list)
    """Topic, text, and whether it is a retained message."""

    def __enter__(self) -> Self:
        from paho.mqtt.client import Client
        from paho.mqtt.enums import CallbackAPIVersion

        ready = threading.Event()

        def connected(client: Any, *_: Any) -> None:
            client.subscribe("#", 1)

        self._client = Client(CallbackAPIVersion.VERSION2, client_id="listener", clean_session=False)
        self._client.on_connect = connected
        self._client.on_subscribe = lambda *_: ready.set()
        self._client.on_message = lambda _, __, m: self.got.append((m.topic, m.payload.decode(), bool(m.retain)))
        self._client.reconnect_delay_set(1, 2)
        self._client.connect("127.0.0.1", self.port)
        self._client.loop_start()
        assert ready.wait(STARTS_WITHIN_S), "no subscription"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def of(self, topic: str) -> list[str]:
        """All texts on a topic, in order."""
        return [text for found, text, _ in self.got if found == topic]

    @property
    def ids(self) -> list[str]:
        """IDs of the received events, in order."""
        return [json.loads(text)["id"] for text in self.of("maskwatch/events")]
