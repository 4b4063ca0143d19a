"""OpenCV's own threads."""

from __future__ import annotations

from maskwatch.detect.devices import RuntimeOptions


def limit_threads(runtime: RuntimeOptions | None) -> None:
    """Set the number of threads of OpenCV, if one is given. OpenCV has one setting for the whole process."""
    if runtime is not None and runtime.threads is not None:
        import cv2

        cv2.setNumThreads(runtime.threads)
