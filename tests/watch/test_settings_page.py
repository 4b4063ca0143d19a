"""The settings page matches the fields, and its example works."""

from __future__ import annotations

from pathlib import Path

import pytest

from maskwatch.watch.settings import describe, load_settings
from maskwatch.watch.settings.page import settings_page

PAGE = Path(__file__).parents[2] / "docs" / "watch-settings.md"


def test_the_page_is_up_to_date() -> None:
    if not PAGE.is_file():
        pytest.skip("the pages are in the repository only")
    assert PAGE.read_text(encoding="utf-8") == settings_page(), "run scripts/settings-page"


def test_every_setting_is_listed() -> None:
    page = settings_page()
    for name in ("cooldown_s", "retention_days", "polygon", "discovery", "ca_file", "silent_s", "newest_s", "timezone"):
        assert f"| `{name}` |" in page
    assert page.count("| `timeout_s` | number, > 0, ≤ 120 | `10` |") == 2


def test_its_example_works(tmp_path: Path) -> None:
    example = settings_page().split("```yaml\n")[1].split("```")[0]
    (tmp_path / "watch.yaml").write_text(example, encoding="utf-8")
    settings = load_settings(tmp_path / "watch.yaml", environment={"ENTRANCE_PASSWORD": "x"})
    assert [camera.name for camera in settings.cameras] == ["entrance", "ward"]
    assert len(describe(settings)) >= 6
