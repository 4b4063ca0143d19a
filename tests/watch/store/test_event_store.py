"""The history: events are committed first, stored for each sender until delivered, and written by one program."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from maskwatch.errors import SinkError, UsageError
from maskwatch.watch.events import Event
from maskwatch.watch.store import EventReader, EventStore, PeopleCount
from watched_people import event


def everything(_: Event) -> bool:
    return True


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history" / "events.sqlite"


def opened(path: Path, *senders: str) -> EventStore:
    store = EventStore(path)
    for sender in senders:
        store.subscribe(sender, everything)
    return store


def counts(masked: int, incorrect: int, unmasked: int) -> dict[str, int]:
    return {"with_mask": masked, "worn_incorrectly": incorrect, "without_mask": unmasked, "uncertain": 0}


def history(path: Path) -> list[Event]:
    with EventReader(path) as reader:
        return list(reader.events())


def test_events_are_read_back_as_they_were(path: Path) -> None:
    events = [event(1, zone="left", reason="näher"), event(2, "end", quiet=True), Event.of_camera("door", "live", 3.5)]
    store = opened(path)
    assert store.append(events)
    assert history(path) == events
    store.close()
    assert history(path) == events


def test_events_wait_for_each_sender_until_it_has_delivered_them(path: Path) -> None:
    store = EventStore(path)
    store.subscribe("all", everything)
    store.subscribe("ends", lambda one: one.kind == "end")
    new, end = event(1), event(2, "end")
    store.append([new, end])
    assert store.undelivered("all") == [new, end]
    assert store.undelivered("ends") == [end]
    store.delivered("all", [new.id])
    assert (store.undelivered("all"), store.pending("all"), store.pending("ends")) == ([end], 1, 1)
    store.close()
    again = opened(path, "all", "ends")
    assert again.undelivered("all") == [end]
    assert again.undelivered("ends") == [end]
    again.close()


def test_a_new_sender_gets_the_events_from_now_on(path: Path) -> None:
    store = opened(path)
    store.append([event(1)])
    store.subscribe("late", everything)
    store.append([event(2)])
    assert [one.at for one in store.undelivered("late")] == [1e6 + 2]
    store.close()


def test_the_same_event_is_stored_once(path: Path) -> None:
    store = opened(path, "a")
    one = event(1)
    store.append([one])
    store.append([one])
    assert history(path) == [one]
    assert store.pending("a") == 1
    store.close()


def test_senders_are_woken_after_the_commit(path: Path) -> None:
    store, seen = EventStore(path), []
    store.subscribe("a", everything, lambda: seen.append(len(history(path))))
    store.append([event(1)])
    assert seen == [1]
    store.close()


def test_many_threads_may_append_and_deliver_at_the_same_time(path: Path) -> None:
    store = opened(path, "a")
    got: list[str] = []

    def write(first: int) -> None:
        for number in range(20):
            store.append([event(first + number)])

    def deliver() -> None:
        while len(got) < 80:
            for one in store.undelivered("a", 7):
                got.append(one.id)
                store.delivered("a", [one.id])

    threads = [threading.Thread(target=write, args=(100 * n,)) for n in range(4)]
    threads.append(threading.Thread(target=deliver))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(got) == len(set(got)) == 80
    assert store.pending("a") == 0
    store.close()


def test_deleted_events_leave_no_trace_in_the_files(path: Path) -> None:
    store = opened(path, "a")
    store.append([event(1, reason="Zeisig"), event(100)])
    store.add_count(PeopleCount("door", None, 1e6 - 600, 300.0, counts(1, 0, 0)))
    assert store.prune(1e6 + 50) == 1
    assert [one.at for one in history(path)] == [1e6 + 100]
    assert [one.at for one in store.undelivered("a")] == [1e6 + 100]
    for file in path.parent.iterdir():
        assert b"Zeisig" not in file.read_bytes(), file.name
    with EventReader(path) as reader:
        assert reader.counts() == []
    store.close()


def test_counts_of_one_run_replace_each_other_and_those_of_several_runs_add_up(path: Path) -> None:
    def count(store: EventStore, masked: int) -> None:
        store.add_count(PeopleCount("door", "left", 1200.0, 300.0, counts(masked, 0, 1)))

    store = opened(path)
    count(store, 1)
    count(store, 4)
    store.close()
    store = opened(path)
    count(store, 2)
    with EventReader(path) as reader:
        assert reader.counts() == [PeopleCount("door", "left", 1200.0, 300.0, counts(6, 0, 2))]
    store.close()


def test_counts_have_room_for_further_states(path: Path) -> None:
    store = opened(path)
    first = PeopleCount("door", None, 1200.0, 300.0, counts(1, 0, 1))
    second = PeopleCount("door", None, 1500.0, 300.0, {**counts(2, 0, 0), "face_shield": 3})
    for count in (first, second):
        assert store.add_count(count)
    with EventReader(path) as reader:
        assert [count.counts for count in reader.counts()] == [{**first.counts, "face_shield": 0}, second.counts]
    store.close()


def test_an_incident_sums_up_its_events(path: Path) -> None:
    store = opened(path)
    new = event(1, confidence=0.9)
    later = event(30, "end", incident=new.incident, started_at=new.started_at, duration_s=25.0, people=2)
    lasting = event(40, quiet=True)
    store.append([new, Event.of_camera("door", "stalled", 1e6 + 3), later, lasting])
    with EventReader(path) as reader:
        first, second = reader.incidents()
        assert reader.incidents(since=1e6 + 35) == [second]
        assert reader.span() == (1e6 + 1, 1e6 + 40)
    assert (first.id, first.duration_s, first.people, first.ended) == (new.incident, 25.0, 2, True)
    assert first.confidence == 0.9
    assert (second.id, second.ended, second.quiet) == (lasting.incident, False, True)
    store.close()


def test_incidents_of_a_killed_run_are_ended_by_the_next(path: Path) -> None:
    store = opened(path, "a")
    open_, update, over = event(1), event(9), event(3)
    update = event(9, "update", incident=open_.incident, started_at=open_.started_at, duration_s=8.0)
    store.append([open_, over, event(4, "end", incident=over.incident), update])
    store.close()
    again = opened(path, "a")
    (end,) = again.end_interrupted()
    assert (end.kind, end.incident, end.duration_s, end.at) == ("end", open_.incident, 8.0, update.at)
    assert end.id not in (open_.id, update.id)
    assert again.undelivered("a")[-1] == end
    assert again.end_interrupted() == []
    again.close()


def test_a_second_program_on_the_same_file_is_refused(path: Path) -> None:
    store = opened(path)
    program = f"from maskwatch.watch.store import EventStore; EventStore({str(path)!r})"
    other = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert other.returncode != 0
    line = other.stderr.strip().splitlines()[-1]
    assert "UsageError" in line
    assert "another watch is writing its events there; stop it, or choose another file" in line
    with pytest.raises(UsageError, match="another watch"):
        EventStore(path)
    assert store.append([event(1)])
    store.close()
    opened(path).close()


def test_the_same_file_by_another_name_is_the_same_file(path: Path, tmp_path: Path) -> None:
    store = opened(path)
    (tmp_path / "link.sqlite").symlink_to(path)
    with pytest.raises(UsageError, match="another watch"):
        EventStore(tmp_path / "link.sqlite")
    store.close()


def test_events_survive_a_power_failure_and_counts_only_the_end_of_the_program(path: Path) -> None:
    store, levels = opened(path, "a"), [""]

    def trace(statement: str) -> None:
        name, _, value = statement.partition("=")
        if name == "PRAGMA synchronous":
            levels[-1] = value
        elif statement == "COMMIT":
            levels.append("")

    store._connection.set_trace_callback(trace)
    one = event(1)
    store.append([one])
    store.add_count(PeopleCount("door", None, 1200.0, 300.0, counts(1, 0, 0)))
    store.delivered("a", [one.id])
    store.append([event(2)])
    assert levels == ["FULL", "NORMAL", "NORMAL", "FULL", ""]
    store.close()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_kill_loses_nothing_that_was_committed(path: Path) -> None:
    program = f"""
import itertools, sys
sys.path.insert(0, {str(Path(__file__).parents[2])!r})
from maskwatch.watch.store import EventStore
from watched_people import event
store = EventStore({str(path)!r})
store.subscribe("a", lambda one: True)
for number in itertools.count():
    one = event(number)
    store.append([one])
    print(one.id, flush=True)
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        committed = [process.stdout.readline().strip() for _ in range(10)]
        os.kill(process.pid, signal.SIGKILL)
        committed += process.stdout.read().split()
    store = opened(path, "a")
    found = [one.id for one in store.undelivered("a", 10_000)]
    assert found[: len(committed)] == committed
    assert len(found) <= len(committed) + 1
    store.close()


def test_a_report_can_be_made_while_the_watch_writes_and_changes_nothing(path: Path) -> None:
    store = opened(path)
    store.append([event(1)])
    with EventReader(path) as reader:
        store.append([event(2)])
        assert len(list(reader.events())) == 2
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            reader._connection.execute("DELETE FROM events")
    store.close()


def test_a_history_is_read_on_a_read_only_disk(path: Path, tmp_path: Path) -> None:
    store = opened(path)
    store.append([event(1)])
    store.close()
    alone = tmp_path / "alone"
    alone.mkdir()
    shutil.copy(path, alone / "events.sqlite")
    with EventReader(alone / "events.sqlite") as reader:
        assert len(list(reader.events())) == 1


@pytest.mark.parametrize("content", [b"no database at all, but long enough to be one" * 50, b"SQLite format 3\0" * 100])
def test_a_file_of_another_kind_is_left_alone(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    for opener in (EventStore, EventReader):
        with pytest.raises(UsageError, match="does not hold MaskWatch events"):
            opener(path)
    assert path.read_bytes() == content


def test_a_database_of_another_program_is_left_alone(path: Path) -> None:
    path.parent.mkdir()
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE recipes (name)")
    other.close()
    for opener in (EventStore, EventReader):
        with pytest.raises(UsageError, match="does not hold MaskWatch events"):
            opener(path)


def test_a_newer_form_is_refused(path: Path) -> None:
    opened(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version=99")
    connection.close()
    with pytest.raises(UsageError, match="written by a newer MaskWatch"):
        EventStore(path)


def test_impossible_paths_are_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(SinkError, match="events cannot be written"):
        EventStore(tmp_path / "file" / "events.sqlite")
    with pytest.raises(SinkError, match="events cannot be written"):
        EventStore(tmp_path)
    with pytest.raises(UsageError, match="no such file"):
        EventReader(tmp_path / "nothing.sqlite")
