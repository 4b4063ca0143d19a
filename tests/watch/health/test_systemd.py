"""Messages to systemd, received on a real datagram socket."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from maskwatch.watch.health.systemd import Notifier

pytestmark = pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="systemd's socket is a Unix one")


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[socket.socket]:
    """What systemd listens on; named by $NOTIFY_SOCKET."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path / "notify"))
        listening.settimeout(5)
        yield listening


def address(manager: socket.socket) -> str:
    name = manager.getsockname()
    return name if isinstance(name, str) else "@" + name[1:].decode()


def waiting(manager: socket.socket) -> list[str]:
    """Every message that has come."""
    manager.setblocking(False)
    found = []
    try:
        while True:
            found.append(manager.recv(4096).decode())
    except BlockingIOError:
        return found


def test_each_state_is_one_message(manager: socket.socket) -> None:
    notifier = Notifier({"NOTIFY_SOCKET": address(manager)})
    notifier.ready()
    notifier.status("two\ncameras")
    notifier.stopping()
    assert waiting(manager) == ["READY=1", "STATUS=two cameras", "STOPPING=1"]


def test_signs_of_life_are_sent_three_times_a_period(manager: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    monkeypatch.setattr("maskwatch.watch.health.systemd.time.monotonic", lambda: clock[0])
    notifier = Notifier({"NOTIFY_SOCKET": address(manager), "WATCHDOG_USEC": "30000000"})
    for step in range(31):
        clock[0] = 100.0 + step
        notifier.alive()
    assert waiting(manager) == ["WATCHDOG=1"] * 4


def test_no_signs_of_life_unless_asked_for(manager: socket.socket) -> None:
    Notifier({"NOTIFY_SOCKET": address(manager)}).alive()
    Notifier({"NOTIFY_SOCKET": address(manager), "WATCHDOG_USEC": "nonsense"}).alive()
    assert waiting(manager) == []


def test_a_watchdog_of_another_process_is_none_of_ours(manager: socket.socket) -> None:
    period = {"NOTIFY_SOCKET": address(manager), "WATCHDOG_USEC": "1000000"}
    Notifier({**period, "WATCHDOG_PID": str(os.getpid() + 1)}).alive()
    assert waiting(manager) == []
    Notifier({**period, "WATCHDOG_PID": str(os.getpid())}).alive()
    assert waiting(manager) == ["WATCHDOG=1"]


@pytest.mark.skipif(not os.path.exists("/proc/net/unix"), reason="abstract addresses are a thing of Linux")  # noqa: PTH110
def test_abstract_addresses() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(f"\0maskwatch-test-{os.getpid()}")
        Notifier({"NOTIFY_SOCKET": f"@maskwatch-test-{os.getpid()}"}).ready()
        assert waiting(listening) == ["READY=1"]


def test_without_systemd_nothing_happens(tmp_path: Path) -> None:
    assert not Notifier({}).wanted
    Notifier({}).ready()
    gone = Notifier({"NOTIFY_SOCKET": str(tmp_path / "gone"), "WATCHDOG_USEC": "1"})
    gone.ready()
    gone.alive()
