"""Megabytes of the wheels that ``pip install maskwatch`` downloads, without extras: ``python -m benchmarks.wheels``."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.report import arguments, show

BAR_MB = 160
ROOT = Path(__file__).parents[1]


def main() -> None:
    options = arguments(__doc__).parse_args()
    with tempfile.TemporaryDirectory() as folder:
        command = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "-qq",
            "--only-binary",
            ":all:",
            "--dest",
            folder,
            str(ROOT),
        ]
        subprocess.run(command, check=True)
        sizes = {path.name.split("-")[0]: path.stat().st_size / 1e6 for path in Path(folder).glob("*.whl")}
    total = sum(sizes.values())
    largest = sorted(sizes.items(), key=lambda item: -item[1])[:6]
    rows = [{"wheel": name, "MB": f"{size:.1f}"} for name, size in largest]
    rest = total - sum(size for _, size in largest)
    rows += [{"wheel": f"{len(sizes) - len(largest)} others", "MB": f"{rest:.1f}"}]
    rows += [{"wheel": f"all (bar: {BAR_MB})", "MB": f"{total:.1f}"}]
    show("wheels", rows, save=options.save)


if __name__ == "__main__":
    main()
