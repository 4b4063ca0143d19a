"""OpenCV's own threads."""

from __future__ import annotations

from maskwatch.errors import UsageError


def limit_threads(threads: int | None) -> None:
    """Let OpenCV use so many threads, in the whole process: it has no other way. None leaves them as they are.

    Raises:
        UsageError: when ``threads`` is less than 1.
    """
    if threads is None:
        return
    if threads < 1:
        raise UsageError(f"--threads {threads} is out of range; take at least 1, or leave it out for all cores")
    import cv2

    cv2.setNumThreads(threads)
