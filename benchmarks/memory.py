"""Memory over a long video, through ``maskwatch detect --save --jsonl``: ``python -m benchmarks.memory`` (Linux)."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import av
import numpy as np
from benchmarks.report import arguments, show

from maskwatch.demo import demo_images

FRAMES = 5_000
AFTER = 200
BAR_MB = 10
PROGRAM = "from maskwatch.cli import main; main()"
PAUSE_S = 0.05


def video(path: Path, frames: int) -> Path:
    """The bare portrait, moving."""
    image = np.ascontiguousarray(demo_images()[0].image[20:260:1, 80:400])
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25, options={"preset": "ultrafast"})
        stream.height, stream.width = image.shape[:2]
        stream.pix_fmt = "yuv420p"
        for number in range(frames):
            moved = np.ascontiguousarray(np.roll(image, number // 5 % 40, axis=1))
            container.mux(stream.encode(av.VideoFrame.from_ndarray(moved, format="rgb24")))
        container.mux(stream.encode(None))
    return path


def resident_mb(process: int) -> float | None:
    """Memory that a process holds now; None when it has just ended."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next((int(line.split()[1]) * 1024 / 1e6 for line in lines if line.startswith("VmRSS")), None)


def watch(folder: Path, imgsz: int) -> list[tuple[int, float]]:
    """Frames done and memory held, many times while the command runs."""
    lines = folder / "faces.jsonl"
    command = [sys.executable, "-c", PROGRAM, "detect", "video.mp4", "--save", "--jsonl", lines.name]
    seen = []
    with subprocess.Popen(
        [*command, "--threads", "1", "--imgsz", str(imgsz)], cwd=folder, stdout=subprocess.DEVNULL
    ) as process:
        done, place = 0, 0
        while process.poll() is None:
            time.sleep(PAUSE_S)
            if not lines.exists():
                continue
            with lines.open("rb") as file:
                file.seek(place)
                new = file.read()
            place, done = place + len(new), done + new.count(b"\n")
            held = resident_mb(process.pid)
            if held is not None:
                seen.append((done, held))
    if process.returncode:
        raise SystemExit("maskwatch detect failed")
    return seen


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--frames", type=int, default=FRAMES)
    parser.add_argument("--imgsz", type=int, default=128)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        video(Path(name) / "video.mp4", options.frames)
        seen = watch(Path(name), options.imgsz)
    later = [held for done, held in seen if AFTER <= done < options.frames]
    start = later[0]
    steps = range(AFTER, options.frames, max(1, options.frames // 6))
    rows = [
        {"frames done": str(step), "resident MB": f"{next(held for done, held in seen if done >= step):.1f}"}
        for step in steps
    ]
    show("memory", rows, save=options.save)
    least, most = min(later) - start, max(later) - start
    verdict = "kept" if least >= -BAR_MB and most <= BAR_MB else "NOT KEPT"
    print(f"after the first {AFTER} frames: {least:+.1f} to {most:+.1f} MB; bar: +-{BAR_MB} MB, {verdict}")


if __name__ == "__main__":
    main()
