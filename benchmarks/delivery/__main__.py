"""A receiver that is down for two minutes, and a watch that is killed (SIGKILL) meanwhile and started again.

``python -m benchmarks.delivery webhook|mqtt [--down 120] [--kills 1] [--save]``: the receiver is a real HTTP server, or
a real Mosquitto that is stopped and started again while somebody listens to it. A process commits events five times a
second all the time, with the store, outbox and sender of ``maskwatch watch`` as they are by default. Counted are the
events of which that process had said that they are committed, and how many of them, and how often, arrived.
"""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.report import arguments, show
from tests.hook_server import HookServer
from tests.mqtt_broker import PROGRAM, Broker, Subscriber

FIRST = 20
"""So many events arrive before the receiver goes away."""
RESTARTS_AFTER_S = 2.0
LONGEST_WAIT_S = 120.0


@dataclass
class Receiver:
    """Something to deliver to, that can be taken down and brought back.

    Attributes:
        sender: its settings, as YAML.
        down: takes it down.
        up: brings it back.
        ids: of the events that arrived so far.
    """

    sender: str
    down: Callable[[], None]
    up: Callable[[], None]
    ids: Callable[[], list[str]]


@dataclass
class Writer:
    """The process that commits, over its lives; collects what it said it had committed."""

    settings: Path
    committed: dict[str, float] = field(default_factory=dict)

    def start(self) -> None:
        """Begin a life."""
        command = [sys.executable, "-m", "benchmarks.delivery.writer", str(self.settings)]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def kill(self) -> float:
        """End it by SIGKILL; the Unix time of that."""
        now = time.time()
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        self._reader.join()
        return now

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                event_id, _, at = line.strip().partition(" ")
                if line.endswith("\n"):
                    self.committed[event_id] = float(at)


@contextmanager
def webhook(_: Path) -> Iterator[Receiver]:
    servers = [HookServer()]
    servers[0].__enter__()

    def down() -> None:
        servers[-1].__exit__(None, None, None)

    def up() -> None:
        servers.append(HookServer(servers[0].port))
        servers[-1].__enter__()

    sender = f"{{type: webhook, url: '{servers[0].url}'}}"
    yield Receiver(sender, down, up, lambda: [one for server in servers for one in server.ids])
    down()


@contextmanager
def mqtt(folder: Path) -> Iterator[Receiver]:
    if PROGRAM is None:
        sys.exit("needs the program mosquitto (Debian: apt-get install mosquitto)")
    place = folder / "broker"
    place.mkdir()
    with Broker(place) as broker, Subscriber(broker.port) as listener:
        sender = f"{{type: mqtt, host: 127.0.0.1, port: {broker.port}}}"
        yield Receiver(sender, broker.stop, broker.start, lambda: listener.ids)


def restart(writer: Writer) -> set[str]:
    """Kill it and start it again; the events that it had committed until a second before the kill."""
    killed_at = writer.kill()
    asked = {event_id for event_id, at in writer.committed.items() if at <= killed_at - 1}
    time.sleep(RESTARTS_AFTER_S)
    writer.start()
    return asked


def run(receiver: Receiver, folder: Path, down_s: float, kills: int) -> dict[str, str]:
    """Play the whole story, and count."""
    settings = folder / "watch.yaml"
    settings.write_text(
        f"cameras: [{{name: door, url: 0}}]\nevents: {{path: {folder}/events.sqlite}}\nsenders: [{receiver.sender}]\n",
        encoding="utf-8",
    )
    writer = Writer(settings)
    writer.start()
    while len(receiver.ids()) < FIRST:
        time.sleep(0.2)
    receiver.down()
    before = len(receiver.ids())
    asked: set[str] = set()
    pause_s = down_s / (kills + 1)
    time.sleep(pause_s)
    for _ in range(kills):
        asked |= restart(writer)
        time.sleep(max(0.0, pause_s - RESTARTS_AFTER_S))
    during = len(receiver.ids()) - before
    receiver.up()
    up_at = time.monotonic()
    if kills > 1:  # and once more while the receiver gets what has gathered
        time.sleep(random.uniform(5, 15))
        asked |= restart(writer)
    first = dict(writer.committed)
    while not set(first) <= set(receiver.ids()) and time.monotonic() - up_at < LONGEST_WAIT_S:
        time.sleep(0.2)
    caught_up_s = time.monotonic() - up_at
    time.sleep(5)
    writer.kill()
    time.sleep(2)
    arrived = Counter(receiver.ids())
    return {
        "arrived before": str(before),
        "arrived while down": str(during),
        "committed until 1 s before a kill": str(len(asked)),
        "of these missing": str(len(asked - set(arrived))),
        "committed until all had arrived": str(len(first)),
        "of them missing": str(len(set(first) - set(arrived))),
        "arrived twice": str(sum(count > 1 for count in arrived.values())),
        "caught up after s": f"{caught_up_s:.1f}",
    }


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("receiver", choices=("webhook", "mqtt"))
    parser.add_argument("--down", type=float, default=120.0, help="seconds for which the receiver is away")
    parser.add_argument("--kills", type=int, default=1, help="kills while it is away; from 2 on one more afterwards")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with {"webhook": webhook, "mqtt": mqtt}[options.receiver](folder) as receiver:
            row = run(receiver, folder, options.down, options.kills)
    row = {"receiver": options.receiver, "down s": f"{options.down:g}", "kills": str(options.kills), **row}
    show(f"delivery_{options.receiver}{'_kills' if options.kills > 1 else ''}", [row], save=options.save)


if __name__ == "__main__":
    main()
