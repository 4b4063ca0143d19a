"""Events reach their targets in order and at least once, through outages, crashes and refusals."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from hook_server import HookServer
from maskwatch.watch.backoff import Backoff
from maskwatch.watch.events import Event
from maskwatch.watch.senders.base import BaseSender, SendError
from maskwatch.watch.senders.jsonl import JsonlSettings
from maskwatch.watch.senders.outbox import Outbox
from maskwatch.watch.senders.webhook import WebhookSender, WebhookSettings
from maskwatch.watch.store import EventStore
from waiting import wait_for
from watched_people import event

QUICK = Backoff(first_s=0.02, longest_s=0.1)
POLL_S = 0.5
TOO_LONG_S = 30.0


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EventStore]:
    opened = EventStore(tmp_path / "events.sqlite")
    yield opened
    opened.close()


def webhook(server: HookServer, name: str = "hook") -> WebhookSender:
    return WebhookSender(WebhookSettings(type="webhook", name=name, url=server.url, timeout_s=2))


class Stubborn(BaseSender):
    """Raises the given errors, one per attempt, then collects the events."""

    batch = 10

    def __init__(self, *errors: SendError, name: str = "stubborn") -> None:
        super().__init__(JsonlSettings(type="jsonl", name=name, path=Path("unused")))
        self.errors, self.got, self.attempts, self.closed = list(errors), [], 0, False
        self.times: list[float] = []

    def send(self, events: Sequence[Event]) -> None:
        self.attempts += 1
        self.times.append(time.monotonic())
        if self.errors:
            raise self.errors.pop(0)
        self.got += events

    def check(self) -> str:
        return "well"

    def close(self) -> None:
        self.closed = True


def test_events_arrive_in_order(store: EventStore) -> None:
    with HookServer() as server:
        outbox = Outbox(store, [webhook(server)], QUICK, POLL_S)
        outbox.start()
        events = [event(number) for number in range(20)]
        for one in events:
            store.append([one])
        wait_for(lambda: len(server.calls) == 20)
        assert outbox.close()
        assert server.ids == [one.id for one in events]
    assert store.pending("hook") == 0


def test_events_of_an_outage_arrive_when_the_target_is_back(
    store: EventStore, caplog: pytest.LogCaptureFixture
) -> None:
    with HookServer() as server:
        pass  # closed again; its port is free
    outbox = Outbox(store, [webhook(server)], QUICK, POLL_S)
    outbox.start()
    events = [event(number) for number in range(5)]
    store.append(events)
    wait_for(lambda: outbox.deliveries()[0].failures >= 3)
    (state,) = outbox.deliveries()
    assert (state.pending, state.delivered) == (5, 0)
    assert "cannot be reached" in state.problem
    with HookServer(server.port) as back:
        wait_for(lambda: len(back.calls) >= 5)
        assert sorted(set(back.ids)) == sorted(one.id for one in events)
        wait_for(lambda: outbox.deliveries()[0].pending == 0)
    assert outbox.close()
    lines = [record.getMessage() for record in caplog.records]
    assert sum("cannot be reached" in line for line in lines) == 1  # logged once, not at every attempt
    assert any("works again after" in line for line in lines)


def test_a_failing_sender_does_not_block_another(store: EventStore) -> None:
    bad, good = Stubborn(*[SendError("no")] * 1000, name="bad"), Stubborn(name="good")
    outbox = Outbox(store, [bad, good], QUICK, POLL_S)
    outbox.start()
    store.append([event(1)])
    wait_for(lambda: len(good.got) == 1)
    assert outbox.close(2)
    assert (store.pending("bad"), store.pending("good")) == (1, 0)
    assert bad.closed
    assert good.closed


def test_an_event_refused_for_good_does_not_block_the_rest(store: EventStore, caplog: pytest.LogCaptureFixture) -> None:
    with HookServer(status=400) as server:
        outbox = Outbox(store, [webhook(server)], QUICK, POLL_S)
        outbox.start()
        refused = event(1)
        store.append([refused])
        wait_for(lambda: outbox.deliveries()[0].refused == 1)
        server.status = 204
        store.append([event(2)])
        wait_for(lambda: outbox.deliveries()[0].delivered == 1)
        assert outbox.close()
    assert any(refused.id in record.getMessage() for record in caplog.records if record.levelno == logging.ERROR)


def test_a_pause_that_the_target_asks_for_is_kept(store: EventStore) -> None:
    sender = Stubborn(SendError("busy", retry_after_s=0.5))
    outbox = Outbox(store, [sender], QUICK, POLL_S)
    outbox.start()
    store.append([event(1)])
    wait_for(lambda: len(sender.got) == 1)
    assert sender.times[1] - sender.times[0] >= 0.5
    assert outbox.close()


def test_closing_delivers_what_is_pending(store: EventStore) -> None:
    sender = Stubborn()
    outbox = Outbox(store, [sender], poll_s=60)
    outbox.start()
    for number in range(50):
        store.append([event(number)])
    assert outbox.close(5)
    assert len(sender.got) == 50


def test_closing_does_not_wait_for_a_sender_that_hangs(store: EventStore) -> None:
    let_go = threading.Event()

    class Hanging(Stubborn):
        def send(self, events: Sequence[Event]) -> None:
            let_go.wait(TOO_LONG_S)

    outbox = Outbox(store, [Hanging()], QUICK, POLL_S)
    outbox.start()
    store.append([event(1)])
    started = time.monotonic()
    assert not outbox.close(0.2)
    assert time.monotonic() - started < 5
    let_go.set()
    assert outbox.close(10)


def test_an_outbox_that_was_never_started_can_be_closed(store: EventStore) -> None:
    assert Outbox(store, [Stubborn()], QUICK, POLL_S).close()


def test_senders_select_events_by_their_settings(store: EventStore) -> None:
    ends = JsonlSettings(type="jsonl", name="ends", path=Path("unused"), kinds=["end", "camera"], rules=["no-mask"])
    chosen = BaseSender(ends)
    assert not chosen.wants(event(1))
    assert chosen.wants(event(1, "end"))
    assert not chosen.wants(event(1, "end", quiet=True))
    assert chosen.wants(Event.of_camera("door", "live", 1.0))
    elsewhere = BaseSender(JsonlSettings(type="jsonl", name="a", path=Path("unused"), cameras=["hall"]))
    assert not elsewhere.wants(event(1))


PROGRAM = """
import itertools, sys, time
from maskwatch.watch.backoff import Backoff
from maskwatch.watch.events import Event
from maskwatch.watch.senders.jsonl import JsonlSettings
from maskwatch.watch.senders.outbox import Outbox
from maskwatch.watch.senders.webhook import WebhookSender, WebhookSettings
from maskwatch.watch.store import EventStore

path, url = sys.argv[1:]
store = EventStore(path)
sender = WebhookSender(WebhookSettings(type="webhook", name="hook", url=url, timeout_s=2))
outbox = Outbox(store, [sender], Backoff(first_s=0.05, longest_s=0.2))
outbox.start()
for number in itertools.count():
    now = time.time()
    one = Event("camera", "", "door", "live", now, now)
    store.append([one])
    print(one.id, now, flush=True)
    time.sleep(0.02)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_target_outage_and_a_killed_watch_lose_nothing(tmp_path: Path) -> None:
    """The short form of ``python -m benchmarks.delivery webhook``."""
    with HookServer() as server:
        url, port = server.url, server.port
        command = [sys.executable, "-c", PROGRAM, str(tmp_path / "events.sqlite"), url]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        wait_for(lambda: len(server.calls) >= 5)
    assert process.stdout is not None
    first = [process.stdout.readline() for _ in range(30)]  # during the outage
    os.kill(process.pid, signal.SIGKILL)
    first += process.stdout.readlines()
    process.stdout.close()
    process.wait()
    with HookServer(port) as back:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        committed = {line.split()[0] for line in first if len(line.split()) == 2}
        try:
            wait_for(lambda: committed <= {*server.ids, *back.ids})
        finally:
            os.kill(process.pid, signal.SIGKILL)
            process.communicate()
        assert len(committed) >= 30
        assert {*back.ids} & committed


def test_only_the_rest_of_a_half_delivered_batch_is_sent_again(store: EventStore) -> None:
    sender = Stubborn(SendError("half way", arrived=3))
    store.subscribe("stubborn", sender.wants)
    events = [event(number) for number in range(5)]
    store.append(events)
    outbox = Outbox(store, [sender], QUICK, POLL_S)
    outbox.start()
    wait_for(lambda: store.pending("stubborn") == 0)
    assert outbox.close()
    # open incidents of an earlier run end at the start, after the pending events
    assert [one.id for one in sender.got[:2]] == [one.id for one in events[3:]]
    assert outbox.deliveries()[0].delivered == 3 + len(sender.got)


def test_only_the_refused_event_of_a_batch_is_dropped(store: EventStore) -> None:
    class Choosy(Stubborn):
        """Refuses the second event of its first batch for good."""

        def send(self, events: Sequence[Event]) -> None:
            self.attempts += 1
            if self.attempts == 1:
                self.got += events[:1]
                raise SendError("never", arrived=1, final=True)
            self.got += events

    sender = Choosy()
    outbox = Outbox(store, [sender], QUICK, POLL_S)
    events = [event(number, "end") for number in range(5)]
    store.append(events)
    outbox.start()
    wait_for(lambda: store.pending("stubborn") == 0)
    assert outbox.close()
    assert [one.id for one in sender.got] == [one.id for one in (events[0], *events[2:])]
    delivery = outbox.deliveries()[0]
    assert (delivery.delivered, delivery.refused) == (4, 1)


def test_a_sender_that_cannot_start_or_select_is_logged_and_blocks_nobody(
    store: EventStore, caplog: pytest.LogCaptureFixture
) -> None:
    class Unstartable(Stubborn):
        def start(self) -> None:
            raise ZeroDivisionError

    class Undecided(Stubborn):
        def wants(self, event: Event) -> bool:
            raise ZeroDivisionError

    bad, undecided, good = Unstartable(name="bad"), Undecided(name="undecided"), Stubborn(name="good")
    outbox = Outbox(store, [bad, undecided, good], QUICK, POLL_S)
    outbox.start()
    store.append([event(1)])
    wait_for(lambda: len(good.got) == len(undecided.got) == 1)
    assert outbox.close()
    assert store.pending("bad") == 1
    assert bad.closed
    assert sorted(caplog.messages) == [
        "sender bad: cannot start (ZeroDivisionError); its events wait for the next run",
        "sender undecided: cannot select events (ZeroDivisionError); sending all",
    ]


def test_a_fault_in_a_library_does_not_silence_a_sender(store: EventStore) -> None:
    class Faulty(Stubborn):
        def send(self, events: Sequence[Event]) -> None:
            super().send(events)
            if self.attempts < 3:
                self.got.clear()
                raise ZeroDivisionError

    sender = Faulty()
    outbox = Outbox(store, [sender], QUICK, POLL_S)
    outbox.start()
    store.append([event(1)])
    wait_for(lambda: len(sender.got) == 1)
    assert outbox.close()
    assert sender.attempts == 3


def test_a_sender_that_returns_after_the_store_was_closed_does_nothing(tmp_path: Path) -> None:
    store = EventStore(tmp_path / "events.sqlite")
    let_go = threading.Event()

    class Slow(Stubborn):
        def send(self, events: Sequence[Event]) -> None:
            let_go.wait(TOO_LONG_S)
            self.got += events

    slow = Slow()
    outbox = Outbox(store, [slow], QUICK, POLL_S)
    outbox.start()
    store.append([event(1)])
    wait_for(lambda: store.pending("stubborn") == 1)
    assert not outbox.close(0.1)
    store.close()
    let_go.set()
    assert outbox.close(10)
    again = EventStore(tmp_path / "events.sqlite")
    assert again.pending("stubborn") == 1  # delivered again in the next run: at least once
    again.close()


def test_failures_and_their_problem_change_together(store: EventStore, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    outbox = Outbox(store, [Stubborn(SendError("no answer"))], QUICK, POLL_S)

    def error(*_args: object) -> None:
        seen.append(outbox.deliveries()[0])

    monkeypatch.setattr(logging.getLogger("maskwatch.watch"), "error", error)
    outbox.start()
    store.append([event(1)])
    wait_for(lambda: outbox.deliveries()[0].delivered == 1)
    assert outbox.close()
    assert [(delivery.failures, delivery.problem) for delivery in seen] == [(1, "no answer")]
