"""Frame rate and frame age of live watching, 720p cameras: ``python -m benchmarks.live [DATA] --seconds 60``."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from benchmarks.long_clips import long_clips
from benchmarks.report import arguments, show
from benchmarks.watched import watching

WARM_UP_S = 10
MIN_FPS = 10.0
MAX_AGE_S = 0.2


def measure(name: str, videos: Sequence[Path], seconds: float, *, fps: float | None) -> list[dict[str, str]]:
    """One row per camera; quantiles are over its last 600 frames."""
    with tempfile.TemporaryDirectory() as folder, watching(Path(folder), videos, fps=fps) as watched:
        time.sleep(WARM_UP_S)
        begun, before, first = time.monotonic(), watched.metrics(), watched.sample()
        time.sleep(seconds)
        after, took = watched.metrics(), time.monotonic() - begun
        last = watched.sample()
    rows = []
    for video in videos:
        done, dropped = (
            after[key, video.stem] - before[key, video.stem]
            for key in ("maskwatch_frames_processed_total", "maskwatch_frames_dropped_total")
        )
        inference = _gain("maskwatch_inference_seconds_total", before, after)
        inferences = _gain("maskwatch_inferences_total", before, after)
        age = {q: after["maskwatch_frame_age_seconds", video.stem, q] for q in ("0.5", "0.95")}
        rows.append(
            {
                "run": name,
                "camera": video.stem,
                "verdicts/s": f"{done / took:.2f}",
                "dropped": f"{dropped:.0f}",
                "age p50 ms": f"{age['0.5'] * 1000:.0f}",
                "age p95 ms": f"{age['0.95'] * 1000:.0f}",
                "detector ms": f"{inference / inferences * 1000:.1f}",
                "cores used": f"{(last.cpu_s - first.cpu_s) / took:.2f}",
                "waited for a core": f"{(last.waited_s - first.waited_s) / took:.0%}",
            }
        )
    return rows


def _gain(name: str, before: dict[tuple[str, ...], float], after: dict[tuple[str, ...], float]) -> float:
    return after[name,] - before[name,]


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("data", nargs="?", type=Path)
    parser.add_argument("--seconds", type=float, default=60.0)
    options = parser.parse_args()
    seconds = options.seconds
    with tempfile.TemporaryDirectory() as name:
        length = seconds + WARM_UP_S + 30
        (Path(name) / "25").mkdir()
        (Path(name) / "15").mkdir()
        two = long_clips(options.data, Path(name) / "25", Fraction(25), length)
        one = long_clips(options.data, Path(name) / "15", Fraction(15), length)[:1]
        rows = measure("two cameras of 25 fps, 10 processed", two, seconds, fps=MIN_FPS)
        rows += measure("one camera of 15 fps", one, seconds, fps=None)
    show("live", rows, save=options.save)
    kept = all(float(row["verdicts/s"]) >= 0.98 * MIN_FPS for row in rows[:-1])
    print(f"two cameras at {MIN_FPS:g} processed frames per second each: {'kept' if kept else 'NOT KEPT'}")
    late = float(rows[-1]["age p95 ms"]) / 1000 <= MAX_AGE_S
    print(f"one camera at 15 fps, age p95 within {MAX_AGE_S * 1000:g} ms: {'kept' if late else 'NOT KEPT'}")


if __name__ == "__main__":
    main()
