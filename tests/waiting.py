"""Waiting for other threads and processes."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from typing import Any, TypeVar

Result = TypeVar("Result")


def wait_for(
    condition: Callable[[], Result], *, seconds: float = 60.0, process: subprocess.Popen[Any] | None = None
) -> Result:
    """The first true result of ``condition``, which is called every 20 ms.

    Raises:
        AssertionError: after ``seconds``, or when ``process`` ends before.
    """
    deadline = time.monotonic() + seconds
    while not (result := condition()):
        assert process is None or process.poll() is None, f"the process ended: {process and process.communicate()}"
        assert time.monotonic() < deadline, f"nothing happened in {seconds:.0f} s"
        time.sleep(0.02)
    return result
