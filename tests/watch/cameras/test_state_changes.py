from __future__ import annotations

from maskwatch.watch.cameras.state import CameraState, StateChange, StateChangeFilter


def reported(*changes: tuple[float, str]) -> list[tuple[float, str]]:
    """The changes of one camera that are reported."""
    changes_filter = StateChangeFilter()
    return [
        (at, state)
        for at, state in changes
        if changes_filter.should_report(StateChange("door", CameraState(state), at, "some reason"))
    ]


def test_all_changes_of_a_working_camera_are_reported() -> None:
    changes = [(0.0, "connecting"), (1.0, "live"), (9.0, "ended")]
    assert reported(*changes) == changes


def test_a_camera_that_stays_lost_is_reported_once_an_hour() -> None:
    tries = [(at, state) for at in range(2, 7200, 10) for state in ("stalled", "retrying", "connecting")]
    found = reported((0, "connecting"), (1, "live"), *tries, (7300, "live"), (7400, "retrying"))
    assert [state for _, state in found] == [
        *("connecting", "live", "stalled", "retrying", "stalled", "retrying", "live", "retrying"),
    ]
    assert found[4][0] - found[2][0] >= 3600


def test_a_failed_first_attempt_is_reported() -> None:
    assert reported(
        (0, "connecting"), (5, "failed"), (65, "connecting"), (70, "failed"), (90, "connecting"), (91, "live")
    ) == [
        (0, "connecting"),
        (5, "failed"),
        (91, "live"),
    ]


def test_cameras_are_filtered_separately() -> None:
    changes_filter = StateChangeFilter()
    assert changes_filter.should_report(StateChange("a", CameraState.retrying, 0.0))
    assert changes_filter.should_report(StateChange("b", CameraState.retrying, 0.0))
    assert not changes_filter.should_report(StateChange("a", CameraState.retrying, 1.0))


def test_setting_the_clock_back_hides_no_change() -> None:
    assert reported((5000.0, "retrying"), (1000.0, "retrying"), (1001.0, "retrying")) == [
        (5000.0, "retrying"),
        (1000.0, "retrying"),
    ]
