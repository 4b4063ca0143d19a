"""What a trained classifier costs: time, memory, bytes."""

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
    """Figures of one run.

    Attributes:
        seconds: of the training, reading the images included, export and judging left out.
        cpu_seconds: processor time of the same, over all cores.
        peak_memory_mb: of the whole process so far; None where the system does not tell.
        parameters: number of weights.
        keras_bytes, onnx_bytes: of the two model files.
        cpu_ms: median process CPU milliseconds of the ONNX file for one face, one thread.
    """

    seconds: float
    cpu_seconds: float
    peak_memory_mb: float | None
    parameters: int
    keras_bytes: int
    onnx_bytes: int
    cpu_ms: float

    def lines(self) -> Iterator[str]:
        """The same as text."""
        memory = "" if self.peak_memory_mb is None else f", at most {self.peak_memory_mb:,.0f} MB of memory"
        yield f"training: {self.seconds:,.0f} s, {self.cpu_seconds:,.0f} s of processors{memory}"
        size = f"{self.keras_bytes / 1e6:.2f} MB as .keras, {self.onnx_bytes / 1e6:.2f} MB as .onnx"
        yield f"model: {self.parameters:,} parameters, {size}, {self.cpu_ms:.2f} ms of a processor for a face"


def measure_cost(stored: Path, exported: Path, face: NDArray[np.uint8], seconds: tuple[float, float]) -> Cost:
    """Measure the model files of a run on one face uint8 (S, S, 3).

    Args:
        stored: the ``.keras`` file.
        exported: the ``.onnx`` file.
        face: what is classified.
        seconds: wall and processor time of the training.
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
