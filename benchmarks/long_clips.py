"""Long 720p videos made of short ones, for the benchmarks of live watching."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np

from maskwatch.demo import demo_images
from maskwatch.frames import Image
from maskwatch.sources import open_source

WIDTH, HEIGHT = 1280, 720
NAMES = ("gituatu_mask.mp4", "gituatu_nomask.mp4")
_ENCODER = {"preset": "veryfast", "crf": "23", "bf": "0"}


def long_clips(data: Path | None, folder: Path, rate: Fraction, seconds: float) -> list[Path]:
    """Two 1280x720 videos of ``seconds``: the maintainers' clips, or the demo images, repeated."""
    if data is None:
        portraits = [_fitted(photo.image) for photo in demo_images()[:2]]
        sources = [iter([image] * 50) for image in portraits]
    else:
        sources = [_frames(data / "video" / name) for name in NAMES]
    return [_repeated(images, folder / f"camera-{i}.mp4", rate, seconds) for i, images in enumerate(sources, 1)]


def _frames(path: Path) -> Iterator[Image]:
    with open_source(path) as source:
        for frame in source:
            yield _fitted(frame.image)


def _fitted(image: Image) -> Image:
    scale = min(WIDTH / image.shape[1], HEIGHT / image.shape[0])
    size = (round(image.shape[1] * scale), round(image.shape[0] * scale))
    canvas = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    left, top = (WIDTH - size[0]) // 2, (HEIGHT - size[1]) // 2
    canvas[top : top + size[1], left : left + size[0]] = cv2.resize(image, size, interpolation=cv2.INTER_CUBIC)
    return canvas


def _repeated(images: Iterator[Image], path: Path, rate: Fraction, seconds: float) -> Path:
    """Encode once, with one key frame per second like a camera, then repeat the packets."""
    once = path.with_suffix(".once.mp4")
    with av.open(str(once), "w") as container:
        stream = container.add_stream("libx264", rate=rate, options={**_ENCODER, "g": str(round(rate))})
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for image in images:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="rgb24")))
        container.mux(stream.encode(None))
    with av.open(str(path), "w") as result:
        copy, shift, done_s = None, 0, 0.0
        while done_s < seconds:
            with av.open(str(once)) as given:
                stream = given.streams.video[0]
                copy = copy or result.add_stream_from_template(stream)
                for packet in given.demux(stream):
                    if packet.dts is None:
                        continue
                    end = shift + packet.pts + packet.duration
                    packet.pts, packet.dts, packet.stream = packet.pts + shift, packet.dts + shift, copy
                    result.mux(packet)
                done_s, shift = float(end * stream.time_base), end
    once.unlink()
    return path
