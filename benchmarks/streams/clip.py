"""The stream of the servers: a video as H.264 access units with one key frame per second."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
from av.video.reformatter import VideoReformatter
from numpy.typing import NDArray


def images(video: Path, size: tuple[int, int], count: int) -> Iterator[NDArray[np.uint8]]:
    """RGB uint8 (H, W, 3) of ``size`` (width, height) from the start of a video."""
    reformatter = VideoReformatter()
    with av.open(str(video)) as container:
        for index, frame in enumerate(container.decode(video=0)):
            if index == count:
                return
            yield np.asarray(reformatter.reformat(frame, *size, format="rgb24").to_ndarray(), np.uint8)


def write_units(video: Path, path: Path, *, fps: int, size: tuple[int, int] = (640, 480), seconds: int = 8) -> Path:
    """Encode the start of a video; each access unit follows its length in four bytes."""
    context = av.CodecContext.create("libx264", "w")
    context.width, context.height, context.pix_fmt = (*size, "yuv420p")
    context.framerate = fps
    context.options = {"preset": "veryfast", "tune": "zerolatency", "g": str(fps), "sc_threshold": "0"}
    # One slice per frame: GStreamer 1.22 sends the headers before each slice, which breaks a key frame into two.
    context.options |= {"x264-params": "repeat-headers=1:sliced-threads=0"}
    with path.open("wb") as file:
        for index, image in enumerate([*images(video, size, seconds * fps), None]):
            frame = None if image is None else av.VideoFrame.from_ndarray(image, format="rgb24")
            if frame is not None:
                frame.pts = index
            for packet in context.encode(frame):
                file.write(packet.size.to_bytes(4, "big") + bytes(packet))
    return path
