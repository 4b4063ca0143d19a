from __future__ import annotations

import os
from pathlib import Path

import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
SHARED = Path(os.environ.get("MASKWATCH_SHARED", Path(__file__).parents[2] / "shared"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The maintainers' data sets and models; a stranger's clone has none."""
    if not (SHARED / "data").is_dir():
        pytest.skip(f"needs the maintainers' data in {SHARED} (set MASKWATCH_SHARED to point elsewhere)")
    return SHARED
