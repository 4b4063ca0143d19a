from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mounts import mounted

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # Background jobs of a shell ignore Ctrl-C, and so would the programs that tests start and interrupt
    signal.signal(signal.SIGINT, signal.default_int_handler)
SHARED = Path(os.environ.get("MASKWATCH_SHARED", Path(__file__).parents[2] / "shared"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The maintainers' data sets and models; a stranger's clone has none."""
    if not (SHARED / "data").is_dir():
        pytest.skip(f"needs the maintainers' data in {SHARED} (set MASKWATCH_SHARED to point elsewhere)")
    return SHARED


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of one megabyte."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root on Linux can make a small disk")
    with mounted(tmp_path, "size=1m"):
        yield tmp_path


@pytest.fixture
def plain_iou(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The class of the baseline tracker, which lies with the benchmarks."""
    monkeypatch.syspath_prepend(Path(__file__).parents[1])
    return pytest.importorskip(
        "benchmarks.tracking.iou_tracker", reason="benchmarks are in the repository only"
    ).IouTracker
