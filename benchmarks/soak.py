"""Memory, threads and descriptors over a long watch of two 720p cameras: ``python -m benchmarks.soak --minutes 30``."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from benchmarks.long_clips import long_clips
from benchmarks.report import arguments, show
from benchmarks.watched import Resources, watching

FPS = 10.0
EVERY_S = 10.0
FROM_MINUTE = 10
BAR_MB = 5.0


def minute(samples: Sequence[Resources], start: float) -> Resources:
    """Median resources in one minute of the run.

    Args:
        samples: in order of time.
        start: of the minute, minutes since the start of the run.
    """
    chosen = [sample for sample in samples if start <= sample.at_s / 60 < start + 1] or samples[-1:]
    return Resources(
        chosen[0].at_s,
        statistics.median(sample.resident_mb for sample in chosen),
        round(statistics.median(sample.threads for sample in chosen)),
        round(statistics.median(sample.descriptors for sample in chosen)),
        chosen[-1].cpu_s,
        chosen[-1].waited_s,
    )


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("data", nargs="?", type=Path)
    parser.add_argument("--minutes", type=float, default=30.0)
    options = parser.parse_args()
    samples: list[Resources] = []
    with tempfile.TemporaryDirectory() as name:
        videos = long_clips(options.data, Path(name), Fraction(25), options.minutes * 60 + 60)
        with watching(Path(name), videos, fps=FPS) as watched:
            begun = time.monotonic()
            while time.monotonic() - begun < options.minutes * 60:
                samples.append(watched.sample())
                time.sleep(EVERY_S)
            samples.append(watched.sample())
            metrics = watched.metrics()
    took = samples[-1].at_s - samples[0].at_s
    last = max(0.0, options.minutes - 1)
    steps = sorted({*(float(m) for m in range(0, int(last), 5)), float(min(FROM_MINUTE, last)), last})
    rates = ", ".join(f"{metrics['maskwatch_frames_processed_total', video.stem] / took:.2f}" for video in videos)
    waited = (samples[-1].waited_s - samples[0].waited_s) / took
    rows = []
    for step in steps:
        one = minute(samples, step)
        rows.append(
            {
                "minute": f"{step:g}",
                "resident MB": f"{one.resident_mb:.1f}",
                "threads": str(one.threads),
                "descriptors": str(one.descriptors),
                "verdicts/s, whole run": rates,
                "waited for a core": f"{waited:.0%}",
            }
        )
    show("soak", rows, save=options.save)
    first, final = minute(samples, min(FROM_MINUTE, last)), minute(samples, last)
    grown = final.resident_mb - first.resident_mb
    more = (final.threads - first.threads, final.descriptors - first.descriptors)
    kept = grown <= BAR_MB and max(more) <= 0
    print(
        f"from minute {min(FROM_MINUTE, last):g} to the last: {grown:+.1f} MB, {more[0]:+d} threads, "
        f"{more[1]:+d} descriptors; bar: +{BAR_MB:g} MB, +0, +0: {'kept' if kept else 'NOT KEPT'}"
    )


if __name__ == "__main__":
    main()
