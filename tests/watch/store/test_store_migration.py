"""A history of MaskWatch before 0.1 still opens: a watch migrates it, a report reads it as it is."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from maskwatch.detections import REPORTED_STATES
from maskwatch.errors import SinkError
from maskwatch.report import read_facts
from maskwatch.watch.store import EventReader, EventStore, PeopleCount

DUMP = Path(__file__).with_name("store_0_1_dev.sql")
START = 1_772_434_800.0
COUNTS = [
    PeopleCount("door", zone, start, 300.0, dict(zip(REPORTED_STATES, people, strict=True)))
    for zone, start, people in (
        (None, START, (6, 1, 2, 0)),
        ("counter", START, (1, 0, 2, 0)),
        (None, START + 300, (0, 0, 0, 0)),
    )
]


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "events.sqlite"
    connection = sqlite3.connect(path)
    connection.executescript(DUMP.read_text(encoding="utf-8"))
    connection.close()
    return path


def counts(path: Path) -> list[PeopleCount]:
    with EventReader(path) as reader:
        return reader.counts()


def tables(path: Path) -> set[str]:
    connection = sqlite3.connect(path)
    found = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    connection.close()
    return found - {"sqlite_sequence"}


def test_a_report_reads_it_and_does_not_change_it(old: Path) -> None:
    before = old.read_bytes()
    assert counts(old) == COUNTS
    with EventReader(old) as reader:
        assert reader.span() == (START - 1, START + 600)
        (incident,) = reader.incidents()
    assert (incident.rule, incident.zone, incident.duration_s, incident.ended) == ("no-mask", "counter", 40.0, True)
    assert sum(one.people for places in read_facts(old).intervals.values() for one in places) == 12
    assert old.read_bytes() == before


def test_a_watch_migrates_it_and_loses_nothing(old: Path) -> None:
    with EventReader(old) as reader:
        events = list(reader.events())
    store = EventStore(old)
    assert store.pending("hook") == 1
    assert counts(old) == COUNTS
    store.add_count(PeopleCount("door", None, START, 300.0, {"with_mask": 1, "worn_incorrectly": 0, "without_mask": 0}))
    store.close()
    assert tables(old) == {"events", "outbox", "counts"}
    assert counts(old)[0].counts["with_mask"] == 7
    with EventReader(old) as reader:
        assert list(reader.events()) == events
    EventStore(old).close()
    assert counts(old)[0].counts["with_mask"] == 7


def test_a_migrated_file_has_the_tables_of_a_new_one(old: Path, tmp_path: Path) -> None:
    def schema(path: Path) -> list[tuple[str, ...]]:
        EventStore(path).close()
        connection = sqlite3.connect(path)
        found = connection.execute("SELECT type, name, sql FROM sqlite_master ORDER BY type, name").fetchall()
        found += connection.execute("PRAGMA user_version").fetchall()
        connection.close()
        return found

    assert schema(old) == schema(tmp_path / "new.sqlite")


def test_a_migration_that_fails_leaves_the_file_as_it_was(old: Path) -> None:
    connection = sqlite3.connect(old)
    connection.execute("ALTER TABLE shares DROP COLUMN without_mask")
    connection.close()
    with pytest.raises(SinkError, match="events cannot be written"):
        EventStore(old)
    assert tables(old) == {"events", "outbox", "shares"}
