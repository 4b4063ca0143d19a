"""Milliseconds that drawing costs for each frame: ``python benchmarks/draw.py``."""

from __future__ import annotations

import platform
import statistics
import time

import numpy as np

from maskwatch.detections import Detections
from maskwatch.sinks.draw import draw

REPEATS = 300
CASES = ((1280, 720, 5), (1280, 720, 50), (1920, 1080, 5), (640, 480, 2), (3840, 2160, 5))


def moving(rng: np.random.Generator, faces: Detections, width: int, height: int) -> Detections:
    """The same people a frame later: a little further, a little surer or less sure."""
    xyxy = faces.xyxy + np.tile(rng.normal(0, 3, (len(faces), 2)), 2)
    score = np.clip(faces.confidence + rng.normal(0, 0.02, len(faces)), 0.3, 1)
    return Detections(
        np.clip(xyxy, 0, [width, height] * 2).astype(np.float32), score.astype(np.float32), faces.state_scores
    )


def faces_of(rng: np.random.Generator, width: int, height: int, number: int) -> Detections:
    """Faces of all sizes all over the image."""
    size = rng.uniform(0.05, 0.3, (number, 1)) * height
    corners = rng.uniform(0, 1, (number, 2)) * (np.array([width, height]) - size)
    xyxy = np.concatenate([corners, corners + size * [0.8, 1.0]], axis=1).astype(np.float32)
    scores = rng.dirichlet([0.3] * 3, number).astype(np.float32)
    return Detections(xyxy, rng.uniform(0.5, 1, number).astype(np.float32), scores)


def times_ms(width: int, height: int, number: int) -> tuple[float, float]:
    """Median and fastest frame."""
    rng = np.random.default_rng(0)
    image = rng.integers(0, 256, (height, width, 3), np.uint8)
    taken = []
    faces = faces_of(rng, width, height, number)
    for _ in range(REPEATS):
        faces = moving(rng, faces, width, height)
        start = time.perf_counter()
        draw(image, faces)
        taken.append(time.perf_counter() - start)
    return 1000 * statistics.median(taken), 1000 * min(taken)


def main() -> None:
    print(f"draw(), {REPEATS} frames of a video, {platform.processor() or platform.machine()}")
    for width, height, number in CASES:
        median, fastest = times_ms(width, height, number)
        print(f"{width:5d} x {height:4d}, {number:3d} faces: median {median:6.2f} ms, fastest {fastest:6.2f} ms")


if __name__ == "__main__":
    main()
