from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def plain_iou(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The class of the baseline tracker, which lies with the benchmarks."""
    monkeypatch.syspath_prepend(ROOT)
    return pytest.importorskip(
        "benchmarks.tracking.iou_tracker", reason="benchmarks are in the repository only"
    ).IouTracker
