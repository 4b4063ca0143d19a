"""Settings files of earlier versions still work; a setting under its old name is read with a warning."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from maskwatch.errors import UsageError
from maskwatch.watch.settings import load_settings

OLD = Path(__file__).parent / "watch_0_1_dev.yaml"
"""Has every setting of commit d653927, none with its default value."""


def test_a_settings_file_of_an_earlier_version_works(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        settings = load_settings(OLD, environment={"ENTRANCE_PASSWORD": "x"})
    assert settings.events.count_interval_s == 60
    assert settings.detector.conf == 0.4
    assert [sender.type for sender in settings.senders] == ["webhook", "mqtt", "apprise", "sound", "jsonl"]
    assert settings.watchdog.silent_s == 30
    (warning,) = caplog.messages
    assert warning.endswith("_dev.yaml, line 26: events.share_interval_s is now called count_interval_s; rename it")


def test_an_environment_variable_under_its_old_name_works(caplog: pytest.LogCaptureFixture) -> None:
    settings = load_settings(None, ["0"], environment={"MASKWATCH_EVENTS__SHARE_INTERVAL_S": "90"})
    assert settings.events.count_interval_s == 90
    (warning,) = caplog.messages
    assert "variable MASKWATCH_EVENTS__SHARE_INTERVAL_S: events.share_interval_s is now called" in warning


def test_mistakes_name_the_line_of_the_old_name(tmp_path: Path) -> None:
    (tmp_path / "watch.yaml").write_text("cameras: [{name: a, url: 0}]\nevents:\n  share_interval_s: 5\n")
    with pytest.raises(UsageError, match=r"line 3: events\.count_interval_s: should be greater than or equal to 10"):
        load_settings(tmp_path / "watch.yaml", environment={})


def test_both_names_in_one_file_are_an_error(tmp_path: Path) -> None:
    both = "events:\n  share_interval_s: 50\n  count_interval_s: 60\n"
    (tmp_path / "watch.yaml").write_text(both)
    with pytest.raises(UsageError, match=r"line 2: .*share_interval_s is now .*count_interval_s; remove the old one"):
        load_settings(tmp_path / "watch.yaml", ["0"], environment={})
