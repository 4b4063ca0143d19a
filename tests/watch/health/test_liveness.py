"""The watchdog, and messages to systemd, received on a real datagram socket."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from maskwatch.watch.health.liveness import Notifier, Watchdog

needs_unix_sockets = pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="systemd's socket is a Unix socket")


def test_a_hang_is_reported_once_with_its_step() -> None:
    heard: list[str] = []
    hung = threading.Event()
    watchdog = Watchdog(0.2, lambda text: (heard.append(text), hung.set()))
    started = time.monotonic()
    watchdog.start()
    watchdog.alive("detecting in a frame of door")
    assert hung.wait(5)
    assert time.monotonic() - started >= 0.2
    time.sleep(0.3)
    watchdog.close()
    assert len(heard) == 1
    assert heard[0].endswith("detecting in a frame of door")


def test_progress_keeps_it_quiet() -> None:
    heard: list[str] = []
    watchdog = Watchdog(1.5, heard.append)
    watchdog.start()
    for _ in range(40):
        time.sleep(0.05)
        watchdog.alive("detecting")
    watchdog.close()
    assert heard == []


def test_it_is_quiet_once_closed() -> None:
    heard: list[str] = []
    watchdog = Watchdog(0.1, heard.append)
    watchdog.start()
    watchdog.close()
    time.sleep(0.3)
    assert heard == []
    assert not any(thread.name == "watchdog" for thread in threading.enumerate())


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[socket.socket]:
    """The socket of systemd, which $NOTIFY_SOCKET names."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "notify"))
        listening.settimeout(5)
        yield listening


def address(manager: socket.socket) -> str:
    name = manager.getsockname()
    return name if isinstance(name, str) else "@" + name[1:].decode()


def waiting(manager: socket.socket) -> list[str]:
    """All messages received."""
    manager.setblocking(False)
    found = []
    try:
        while True:
            found.append(manager.recv(4096).decode())
    except BlockingIOError:
        return found


@needs_unix_sockets
def test_each_state_is_one_message(manager: socket.socket) -> None:
    notifier = Notifier({"NOTIFY_SOCKET": address(manager)})
    notifier.ready()
    notifier.status("two\ncameras")
    notifier.stopping()
    assert waiting(manager) == ["READY=1", "STATUS=two cameras", "STOPPING=1"]


@needs_unix_sockets
def test_keep_alives_are_sent_three_times_per_period(manager: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    monkeypatch.setattr("maskwatch.watch.health.liveness.time.monotonic", lambda: clock[0])
    notifier = Notifier({"NOTIFY_SOCKET": address(manager), "WATCHDOG_USEC": "30000000"})
    for step in range(31):
        clock[0] = 100.0 + step
        notifier.alive()
    assert waiting(manager) == ["WATCHDOG=1"] * 4


@needs_unix_sockets
def test_no_keep_alives_unless_requested(manager: socket.socket) -> None:
    Notifier({"NOTIFY_SOCKET": address(manager)}).alive()
    Notifier({"NOTIFY_SOCKET": address(manager), "WATCHDOG_USEC": "nonsense"}).alive()
    assert waiting(manager) == []


@needs_unix_sockets
def test_the_watchdog_of_another_process_is_ignored(manager: socket.socket) -> None:
    period = {"NOTIFY_SOCKET": address(manager), "WATCHDOG_USEC": "1000000"}
    Notifier({**period, "WATCHDOG_PID": str(os.getpid() + 1)}).alive()
    assert waiting(manager) == []
    Notifier({**period, "WATCHDOG_PID": str(os.getpid())}).alive()
    assert waiting(manager) == ["WATCHDOG=1"]


@pytest.mark.skipif(not os.path.exists("/proc/net/unix"), reason="only Linux has abstract addresses")  # noqa: PTH110
def test_abstract_addresses() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(f"\0maskwatch-test-{os.getpid()}")
        Notifier({"NOTIFY_SOCKET": f"@maskwatch-test-{os.getpid()}"}).ready()
        assert waiting(listening) == ["READY=1"]


def test_without_systemd_it_does_nothing(tmp_path: Path) -> None:
    assert not Notifier({}).wanted
    Notifier({}).ready()
    gone = Notifier({"NOTIFY_SOCKET": str(tmp_path / "gone"), "WATCHDOG_USEC": "1"})
    gone.ready()
    gone.alive()
