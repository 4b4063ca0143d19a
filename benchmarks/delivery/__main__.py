"""Delivery of events while the target is down for two minutes and the watch is killed (SIGKILL) and restarted.

``python -m benchmarks.delivery webhook|mqtt [--down 120] [--kills 1] [--save]``: the target is a real HTTP server, or a
real Mosquitto broker with a subscriber. A process commits five events per second with the store, outbox and sender of
``maskwatch watch`` at their defaults. The benchmark counts the events that the process reported as committed, and how
often each of them arrived.
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
"""Number of events that arrive before the outage."""
RESTARTS_AFTER_S = 2.0
LONGEST_WAIT_S = 120.0


@dataclass
class Target:
    """An alert target that can be stopped and started.

    Attributes:
        sender: settings of its sender, as YAML.
        down: stops it.
        up: starts it again.
        ids: returns the IDs of the events that arrived so far.
    """

    sender: str
    down: Callable[[], None]
    up: Callable[[], None]
    ids: Callable[[], list[str]]


@dataclass
class Writer:
    """The process that commits events, across restarts; collects the events that it reported as committed."""

    settings: Path
    committed: dict[str, float] = field(default_factory=dict)

    def start(self) -> None:
        """Start the process."""
        command = [sys.executable, "-m", "benchmarks.delivery.writer", str(self.settings)]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def kill(self) -> float:
        """Kill it with SIGKILL; returns the Unix time of the kill."""
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
def webhook(_: Path) -> Iterator[Target]:
    servers = [HookServer()]
    servers[0].__enter__()

    def down() -> None:
        servers[-1].__exit__(None, None, None)

    def up() -> None:
        servers.append(HookServer(servers[0].port))
        servers[-1].__enter__()

    sender = f"{{type: webhook, url: '{servers[0].url}'}}"
    yield Target(sender, down, up, lambda: [one for server in servers for one in server.ids])
    down()


@contextmanager
def mqtt(folder: Path) -> Iterator[Target]:
    if PROGRAM is None:
        sys.exit("needs the program mosquitto (Debian: apt-get install mosquitto)")
    broker_folder = folder / "broker"
    broker_folder.mkdir()
    with Broker(broker_folder) as broker, Subscriber(broker.port) as listener:
        sender = f"{{type: mqtt, host: 127.0.0.1, port: {broker.port}}}"
        yield Target(sender, broker.stop, broker.start, lambda: listener.ids)


def restart(writer: Writer) -> set[str]:
    """Kill the writer and start it again; returns the events committed until one second before the kill."""
    killed_at = writer.kill()
    committed = {event_id for event_id, at in writer.committed.items() if at <= killed_at - 1}
    time.sleep(RESTARTS_AFTER_S)
    writer.start()
    return committed


def run(target: Target, folder: Path, down_s: float, kills: int) -> dict[str, str]:
    """Run the benchmark; returns the counts."""
    settings = folder / "watch.yaml"
    settings.write_text(
        f"cameras: [{{name: door, url: 0}}]\nevents: {{path: {folder}/events.sqlite}}\nsenders: [{target.sender}]\n",
        encoding="utf-8",
    )
    writer = Writer(settings)
    writer.start()
    while len(target.ids()) < FIRST:
        time.sleep(0.2)
    target.down()
    before = len(target.ids())
    asked: set[str] = set()
    pause_s = down_s / (kills + 1)
    time.sleep(pause_s)
    for _ in range(kills):
        asked |= restart(writer)
        time.sleep(max(0.0, pause_s - RESTARTS_AFTER_S))
    during = len(target.ids()) - before
    target.up()
    up_at = time.monotonic()
    if kills > 1:  # once more while the target catches up
        time.sleep(random.uniform(5, 15))
        asked |= restart(writer)
    first = dict(writer.committed)
    while not set(first) <= set(target.ids()) and time.monotonic() - up_at < LONGEST_WAIT_S:
        time.sleep(0.2)
    caught_up_s = time.monotonic() - up_at
    time.sleep(5)
    writer.kill()
    time.sleep(2)
    arrived = Counter(target.ids())
    return {
        "arrived before": str(before),
        "arrived while down": str(during),
        "committed until 1 s before a kill": str(len(asked)),
        "of these missing": str(len(asked - set(arrived))),
        "committed until all arrived": str(len(first)),
        "of them missing": str(len(set(first) - set(arrived))),
        "arrived twice": str(sum(count > 1 for count in arrived.values())),
        "caught up after s": f"{caught_up_s:.1f}",
    }


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("target", choices=("webhook", "mqtt"))
    parser.add_argument("--down", type=float, default=120.0, help="length of the outage, seconds")
    parser.add_argument(
        "--kills", type=int, default=1, help="kills during the outage; with 2 or more, one more afterwards"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with {"webhook": webhook, "mqtt": mqtt}[options.target](folder) as target:
            row = run(target, folder, options.down, options.kills)
    row = {"target": options.target, "down s": f"{options.down:g}", "kills": str(options.kills), **row}
    show(f"delivery_{options.target}{'_kills' if options.kills > 1 else ''}", [row], save=options.save)


if __name__ == "__main__":
    main()
