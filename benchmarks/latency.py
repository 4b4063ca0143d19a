"""CPU milliseconds of each stage for a 640x480 frame of video at one thread: ``python -m benchmarks.latency``."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
from benchmarks.report import arguments, show

from maskwatch import Detections, load_detector, open_source
from maskwatch.demo import demo_images
from maskwatch.frames import Image
from maskwatch.sinks.draw import draw

WIDTH, HEIGHT = 640, 480
FRAMES = 100
STAGES = ("decode", "look", "post-process", "draw", "encode")


def frame() -> Image:
    """The group of the demo, ten faces, as a frame of a camera."""
    return np.asarray(cv2.resize(demo_images()[-1].image, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA), np.uint8)


def video(path: Path) -> Path:
    """The frame, moving, as H.264."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for shift in range(FRAMES):
            image = np.ascontiguousarray(np.roll(frame(), shift, axis=1))
            container.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="rgb24")))
        container.mux(stream.encode(None))
    return path


class Clock:
    """CPU time of this process by stage; other programs on the machine do not count."""

    def __init__(self) -> None:
        self.taken: dict[str, list[float]] = {stage: [] for stage in STAGES}

    def __call__(self, stage: str, act: Callable[[], Any]) -> Any:
        """Do something and note what it took."""
        start = time.process_time_ns()
        result = act()
        self.taken[stage].append((time.process_time_ns() - start) / 1e6)
        return result


def measure(path: Path, model: str, clock: Clock) -> int:
    """Run all frames through the stages one by one, and give the number of faces found."""
    detector = load_detector(model, threads=1)
    count = 0
    with open_source(path) as source, av.open(str(path.with_suffix(".out.mp4")), "w") as container:
        stream = container.add_stream("libx264", rate=25, options={"preset": "veryfast", "crf": "21"})
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.thread_count = 1
        frames = iter(source)
        while (taken := clock("decode", lambda: next(frames, None))) is not None:
            image = taken.image
            sight = clock("look", lambda image=image: detector.predict_raw(image))
            faces: Detections = clock("post-process", lambda sight=sight: sight.detections())
            drawn = clock("draw", lambda image=image, faces=faces: draw(image, faces))
            photo = av.VideoFrame.from_ndarray(drawn, format="rgb24")
            container.mux(clock("encode", lambda photo=photo: stream.encode(photo)))
            count += len(faces)
    return count


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--model", default="small")
    options = parser.parse_args()
    clock = Clock()
    with tempfile.TemporaryDirectory() as folder:
        faces = measure(video(Path(folder) / "video.mp4"), options.model, clock)
    medians = {stage: statistics.median(values[5:]) for stage, values in clock.taken.items()}
    print(f"{FRAMES} frames of {WIDTH}x{HEIGHT}, {faces / FRAMES:.1f} faces in each; CPU ms, median; all at one thread")
    rows = [{"stage": stage, "CPU ms": f"{value:.2f}"} for stage, value in medians.items()]
    rows.append({"stage": "all", "CPU ms": f"{sum(medians.values()):.2f}"})
    show("latency", rows, save=options.save)


if __name__ == "__main__":
    main()
