"""Seconds that the first import and the help cost above an empty Python: ``python -m benchmarks.startup``."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time

from benchmarks.report import arguments, show

ROUNDS = 9
EMPTY = "pass"
HELP = "import sys; sys.argv = ['maskwatch', *{}]; from maskwatch.cli import main; main()"
BARS: dict[str, tuple[str, float]] = {
    "import maskwatch": ("import maskwatch", 0.1),
    "maskwatch --help": (HELP.format(["--help"]), 0.3),
    "maskwatch detect --help": (HELP.format(["detect", "--help"]), 0.3),
}


def seconds(code: str) -> tuple[float, float]:
    """Wall time and CPU time of one Python process; on a busy machine only the second means something."""
    start, before = time.perf_counter(), os.times()
    subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)
    wall, after = time.perf_counter() - start, os.times()
    return wall, after.children_user + after.children_system - before.children_user - before.children_system


def main() -> None:
    options = arguments(__doc__).parse_args()
    codes = {"python -c pass": EMPTY, **{name: code for name, (code, _) in BARS.items()}}
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in codes}
    for number in range(ROUNDS + 1):  # the first round fills the caches
        for name, code in codes.items():
            taken = seconds(code)
            if number:
                times[name].append(taken)
    medians = {name: [statistics.median(kind) for kind in zip(*taken, strict=True)] for name, taken in times.items()}
    base = medians.pop("python -c pass")
    rows = [
        {
            "command": name,
            "s above python": f"{wall - base[0]:.3f}",
            "CPU s above python": f"{cpu - base[1]:.3f}",
            "bar": f"{BARS[name][1]}",
            "kept": "yes" if wall - base[0] <= BARS[name][1] else "NO",
        }
        for name, (wall, cpu) in medians.items()
    ]
    print(f"median of {ROUNDS}; python -c pass alone: {base[0]:.3f} s")
    show("startup", rows, save=options.save)


if __name__ == "__main__":
    main()
