"""Cost of a trained classifier: time, memory, file size."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from maskwatch.detect.classifier import FaceClassifier
from maskwatch.detect.devices import RuntimeOptions

_REPEATS = 30


@dataclass(frozen=True)
class Cost:
    """Cost of one run.

    Attributes:
        seconds: wall time of reading the images and training, without evaluation and export.
        cpu_seconds: CPU time of the same, over all cores.
        peak_memory_mb: of the process so far, in MB; None if unknown.
        parameters: number of weights.
        keras_bytes, onnx_bytes: sizes of the model files.
        cpu_ms: median CPU milliseconds per face of the ONNX file on one thread.
    """

    seconds: float
    cpu_seconds: float
    peak_memory_mb: float | None
    parameters: int
    keras_bytes: int
    onnx_bytes: int
    cpu_ms: float

    def lines(self) -> Iterator[str]:
        """The cost as text."""
        memory = "" if self.peak_memory_mb is None else f", peak memory {self.peak_memory_mb:,.0f} MB"
        yield f"training: {self.seconds:,.0f} s wall, {self.cpu_seconds:,.0f} s CPU{memory}"
        size = f"{self.keras_bytes / 1e6:.2f} MB as .keras, {self.onnx_bytes / 1e6:.2f} MB as .onnx"
        yield f"model: {self.parameters:,} parameters, {size}, {self.cpu_ms:.2f} ms CPU per face"


def measure_cost(stored: Path, exported: Path, face: NDArray[np.uint8], seconds: tuple[float, float]) -> Cost:
    """Measure the model files of a run.

    Args:
        stored: the ``.keras`` file.
        exported: the ``.onnx`` file.
        face: uint8 (S, S, 3), for timing.
        seconds: wall and CPU time of the training.
    """
    classifier = FaceClassifier(exported, RuntimeOptions(threads=1))
    times = []
    for _ in range(_REPEATS):
        began = time.process_time()
        classifier.probabilities(face[None])
        times.append(1000 * (time.process_time() - began))
    return Cost(
        seconds=round(seconds[0], 1),
        cpu_seconds=round(seconds[1], 1),
        peak_memory_mb=_peak_memory_mb(),
        parameters=classifier.parameters,
        keras_bytes=stored.stat().st_size,
        onnx_bytes=exported.stat().st_size,
        cpu_ms=round(statistics.median(times), 3),
    )


def _peak_memory_mb() -> float | None:
    try:
        import resource
    except ImportError:  # Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1e6 if sys.platform == "darwin" else 1e3), 1)
