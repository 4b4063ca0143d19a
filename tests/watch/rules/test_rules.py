"""Incidents start once, tolerate short gaps, end, and are announced as their rule says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from maskwatch.detections import Detections
from maskwatch.watch.events import Event
from maskwatch.watch.rules.engine import SILENT_S, RuleEngine
from watched_people import INCORRECT, MASKED, UNMASKED, people, settings

FPS = 10
WALL_TIME = 1_790_000_000.0


class Scene:
    """Plays people to the engine, ten frames a second."""

    def __init__(self, rule: dict[str, Any] | None = None, **others: Any) -> None:
        self.seconds = 0.0
        self.engine = RuleEngine(settings(rule, **others), clock=lambda: self.seconds)
        self.wall_time, self.time_s = WALL_TIME, 0.0

    def play(self, seconds: float, faces: Detections) -> list[Event]:
        events = []
        for _ in range(round(seconds * FPS)):
            self.seconds += 1 / FPS
            self.wall_time += 1 / FPS
            self.time_s += 1 / FPS
            events += self.engine.update("door", self.wall_time, self.time_s, faces, 100, 100)
        return events


def kinds(events: list[Event]) -> list[str]:
    return [event.kind for event in events]


def test_one_person_makes_one_incident_whatever_the_number_of_frames() -> None:
    scene = Scene({"seconds": 2, "hold_s": 1})
    assert scene.play(1.9, people((7, UNMASKED))) == []
    (new,) = scene.play(10, people((7, UNMASKED)))
    (end,) = scene.play(3, people())
    assert (new.kind, new.state, new.tracker_ids, new.people) == ("new", "without_mask", (7,), 1)
    assert new.duration_s == pytest.approx(2, abs=0.11)
    assert new.started_at == pytest.approx(WALL_TIME + 0.1, abs=0.01)
    assert new.confidence == pytest.approx(0.9)
    assert (end.kind, end.incident) == ("end", new.incident)
    assert end.id != new.id
    assert end.duration_s == pytest.approx(11.8, abs=0.01)  # until last detected
    assert end.started_at == new.started_at


def test_a_person_with_a_mask_is_no_incident() -> None:
    assert Scene().play(10, people((1, MASKED))) == []


def test_two_detections_are_not_a_person_yet() -> None:
    scene = Scene({"seconds": 0})
    assert scene.play(0.2, people((1, UNMASKED))) == []
    assert kinds(scene.play(0.1, people((1, UNMASKED)))) == ["new"]


def test_a_short_gap_neither_delays_nor_ends_an_incident() -> None:
    scene = Scene({"seconds": 2, "hold_s": 1})
    scene.play(1, people((1, UNMASKED)))
    scene.play(0.8, people())
    (new,) = scene.play(1, people((1, UNMASKED)))
    assert new.duration_s == pytest.approx(2, abs=0.11)
    assert scene.play(0.8, people()) == []
    assert scene.play(5, people((1, UNMASKED))) == []
    assert kinds(scene.play(1.2, people())) == ["end"]


def test_a_state_that_flickers_within_the_hold_is_one_incident() -> None:
    scene = Scene({"seconds": 1, "hold_s": 0.5})
    events = []
    for _ in range(20):
        events += scene.play(0.4, people((1, UNMASKED))) + scene.play(0.3, people((1, MASKED)))
    assert kinds(events) == ["new"]


def test_putting_the_mask_on_ends_it() -> None:
    scene = Scene({"seconds": 1, "hold_s": 0.5})
    assert kinds(scene.play(2, people((1, UNMASKED)))) == ["new"]
    assert kinds(scene.play(2, people((1, MASKED)))) == ["end"]


def test_updates_come_at_their_interval_and_when_the_state_changes() -> None:
    scene = Scene({"seconds": 1, "update_s": 5, "states": ["without_mask", "worn_incorrectly"]})
    assert kinds(scene.play(12, people((1, UNMASKED)))) == ["new", "update", "update"]
    (change,) = scene.play(2, people((1, INCORRECT)))
    assert (change.kind, change.state) == ("update", "worn_incorrectly")


def test_each_person_is_an_incident_of_their_own() -> None:
    scene = Scene({"seconds": 1})
    events = scene.play(3, people((1, UNMASKED), (2, UNMASKED)))
    assert kinds(events) == ["new", "new"]
    assert {event.tracker_ids for event in events} == {(1,), (2,)}
    assert len({event.incident for event in events}) == 2


def test_a_gathering_counts_people_at_the_same_time() -> None:
    scene = Scene({"seconds": 1, "people": 3, "hold_s": 0.5, "update_s": 60})
    assert scene.play(5, people((1, UNMASKED), (2, UNMASKED), (3, MASKED))) == []
    (new,) = scene.play(2, people((1, UNMASKED), (2, UNMASKED), (3, UNMASKED)))
    assert (new.people, set(new.tracker_ids)) == (3, {1, 2, 3})
    assert new.duration_s == pytest.approx(1, abs=0.11)
    (more,) = scene.play(2, people((1, UNMASKED), (2, UNMASKED), (3, UNMASKED), (4, UNMASKED)))
    assert (more.kind, more.people) == ("update", 4)
    events = scene.play(2, people((1, UNMASKED)))
    assert kinds(events)[-1] == "end"
    assert (events[-1].people, events[-1].incident) == (4, new.incident)


def test_a_gathering_lasts_until_the_last_moment_with_enough_people() -> None:
    scene = Scene({"seconds": 1, "people": 3, "hold_s": 0.5, "update_s": 60})
    three, four, one = (people(*((number, UNMASKED) for number in range(count))) for count in (3, 4, 1))
    scene.play(4, four)
    scene.play(4, three)
    (end,) = [event for event in scene.play(3, one) if event.kind == "end"]
    assert end.people == 4  # the maximum, not the three of its last moment
    assert end.duration_s == pytest.approx(7.9, abs=0.01)


def test_only_people_in_the_zone_count() -> None:
    scene = Scene({"seconds": 1, "zone": "left"})
    assert scene.play(3, people((1, UNMASKED), x=80)) == []
    (new,) = scene.play(3, people((1, UNMASKED), x=20))
    assert new.zone == "left"


def test_leaving_the_zone_ends_an_incident() -> None:
    scene = Scene({"seconds": 1, "zone": "left", "hold_s": 0.5})
    scene.play(3, people((1, UNMASKED), x=20))
    assert kinds(scene.play(2, people((1, UNMASKED), x=80))) == ["end"]


def test_outside_its_hours_a_rule_does_not_apply() -> None:
    late = {"schedules": [{"start": "03:00", "end": "04:00", "timezone": "UTC"}], "seconds": 1}
    scene = Scene(late)
    scene.wall_time = 1_790_035_200.0 + 2 * 3600  # two hours after midnight, UTC
    assert scene.play(5, people((1, UNMASKED))) == []
    scene.wall_time += 3600
    assert kinds(scene.play(5, people((1, UNMASKED)))) == ["new"]
    scene.wall_time += 3600
    assert kinds(scene.play(5, people((1, UNMASKED)))) == ["end"]


def test_in_the_cooldown_incidents_are_stored_but_quiet() -> None:
    scene = Scene({"seconds": 1, "hold_s": 0.5, "cooldown_s": 20})
    first = scene.play(3, people((1, UNMASKED))) + scene.play(2, people())
    second = scene.play(3, people((2, UNMASKED))) + scene.play(2, people())
    assert [(event.kind, event.quiet) for event in first] == [("new", False), ("end", False)]
    assert [(event.kind, event.quiet) for event in second] == [("new", True), ("end", True)]
    scene.play(15, people())
    (third,) = scene.play(3, people((3, UNMASKED)))
    assert not third.quiet


def test_an_incident_that_outlasts_the_cooldown_is_announced_then() -> None:
    scene = Scene({"seconds": 1, "hold_s": 0.5, "cooldown_s": 10, "update_s": 60})
    scene.play(2, people((1, UNMASKED)))
    events = scene.play(12, people((2, UNMASKED)))
    of_second = [event for event in events if event.tracker_ids == (2,)]
    assert [(event.kind, event.quiet) for event in of_second] == [("new", True), ("new", False)]
    assert of_second[0].incident == of_second[1].incident
    assert of_second[1].duration_s == pytest.approx(9, abs=0.5)


def test_a_lost_camera_ends_its_incidents_and_forgets_its_people() -> None:
    scene = Scene({"seconds": 2, "hold_s": 60})
    assert kinds(scene.play(3, people((1, UNMASKED)))) == ["new"]
    (end,) = scene.engine.camera_lost("door", scene.wall_time)
    assert (end.kind, end.reason) == ("end", "the camera was lost")
    assert scene.play(1.5, people((1, UNMASKED))) == []
    assert kinds(scene.play(1, people((1, UNMASKED)))) == ["new"]


def test_a_camera_without_frames_ends_its_incidents() -> None:
    scene = Scene({"seconds": 1})
    scene.play(2, people((1, UNMASKED)))
    scene.seconds += SILENT_S - 1
    assert scene.engine.tick(scene.wall_time) == []
    scene.seconds += 1
    assert kinds(scene.engine.tick(scene.wall_time)) == ["end"]
    assert scene.engine.tick(scene.wall_time) == []


def test_closing_ends_everything() -> None:
    scene = Scene({"seconds": 1})
    scene.play(2, people((1, UNMASKED), (2, UNMASKED)))
    assert kinds(scene.engine.close(scene.wall_time)) == ["end", "end"]
    assert scene.engine.close(scene.wall_time) == []


@pytest.mark.parametrize("jump", [-3600.0, -0.05, 86400.0, -1e9])
def test_setting_the_computers_clock_changes_no_duration(jump: float) -> None:
    scene = Scene({"seconds": 2, "hold_s": 1})
    events = scene.play(1, people((1, UNMASKED)))
    scene.wall_time += jump
    events += scene.play(4, people((1, UNMASKED))) + scene.play(2, people())
    assert kinds(events) == ["new", "end"]
    assert events[1].duration_s == pytest.approx(4.9, abs=0.01)


@pytest.mark.parametrize("jump", [-3600.0, -0.35, -1e6])
def test_a_cameras_clock_that_goes_backwards_loses_no_incident(jump: float) -> None:
    scene = Scene({"seconds": 2, "hold_s": 1, "cooldown_s": 5})
    events = scene.play(1, people((1, UNMASKED)))
    scene.time_s += jump
    events += scene.play(4, people((1, UNMASKED)))
    scene.time_s += jump
    events += scene.play(2, people())
    assert kinds(events) == ["new", "end"]
    assert 4.5 < events[1].duration_s < 5


def test_a_cameras_clock_that_leaps_ahead_makes_no_incident_out_of_nothing() -> None:
    scene = Scene({"seconds": 60, "hold_s": 2})
    events = scene.play(1, people((1, UNMASKED)))
    scene.time_s += 3600
    events += scene.play(5, people((1, UNMASKED)))
    assert events == []


def test_frames_with_the_same_time_do_no_harm() -> None:
    engine = RuleEngine(settings({"seconds": 2}))
    assert [engine.update("door", WALL_TIME, 5.0, people((1, UNMASKED)), 100, 100) for _ in range(100)] == [[]] * 100


def test_faces_without_track_ids_are_ignored() -> None:
    nobody = Detections(
        people((1, UNMASKED)).xyxy, people((1, UNMASKED)).confidence, people((1, UNMASKED)).state_scores
    )
    assert Scene({"seconds": 0}).play(5, nobody) == []


def test_memory_does_not_grow_with_the_people_of_a_day() -> None:
    scene = Scene({"seconds": 1, "hold_s": 0.5})
    for number in range(500):
        scene.play(0.2, people((number, UNMASKED)))
    (_, _, presence, incidents), *_ = scene.engine._cameras["door"]._rules
    assert len(presence._people) < 10
    assert not incidents._open


def test_an_uncertain_person_breaks_only_a_rule_that_names_uncertain() -> None:
    torn = replace(people((1, UNMASKED)), state_scores=np.array([[0.4, 0.1, 0.5]], np.float32), ambiguity_margin=0.3)
    for states, expected in ((["without_mask", "worn_incorrectly"], []), (["uncertain"], ["uncertain"])):
        events = Scene({"states": states, "seconds": 1}).play(2, torn)
        assert [event.state for event in events] == expected
