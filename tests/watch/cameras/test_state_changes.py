from __future__ import annotations

from maskwatch.watch.cameras.state import CameraState, StateChange, StateChangeFilter


def on_state(*changes: tuple[float, str]) -> list[tuple[float, str]]:
    """Those of the changes of one camera that are news."""
    news = StateChangeFilter()
    return [
        (at, state)
        for at, state in changes
        if news.should_report(StateChange("door", CameraState(state), at, "some reason"))
    ]


def test_a_camera_that_works_is_told_of_in_full() -> None:
    changes = [(0.0, "connecting"), (1.0, "live"), (9.0, "ended")]
    assert on_state(*changes) == changes


def test_a_camera_that_stays_away_is_told_of_once_an_hour() -> None:
    tries = [(at, state) for at in range(2, 7200, 10) for state in ("stalled", "retrying", "connecting")]
    found = on_state((0, "connecting"), (1, "live"), *tries, (7300, "live"), (7400, "retrying"))
    assert [state for _, state in found] == [
        *("connecting", "live", "stalled", "retrying", "stalled", "retrying", "live", "retrying"),
    ]
    assert found[4][0] - found[2][0] >= 3600


def test_a_first_try_that_fails_is_told_of() -> None:
    assert on_state(
        (0, "connecting"), (5, "failed"), (65, "connecting"), (70, "failed"), (90, "connecting"), (91, "live")
    ) == [
        (0, "connecting"),
        (5, "failed"),
        (91, "live"),
    ]


def test_cameras_are_told_of_apart() -> None:
    news = StateChangeFilter()
    assert news.should_report(StateChange("a", CameraState.retrying, 0.0))
    assert news.should_report(StateChange("b", CameraState.retrying, 0.0))
    assert not news.should_report(StateChange("a", CameraState.retrying, 1.0))


def test_a_clock_that_goes_back_hides_nothing_for_long() -> None:
    assert on_state((5000.0, "retrying"), (1000.0, "retrying"), (1001.0, "retrying")) == [
        (5000.0, "retrying"),
        (1000.0, "retrying"),
    ]
