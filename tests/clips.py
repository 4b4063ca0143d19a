"""Small generated videos."""

from __future__ import annotations

import random
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

NTSC = Fraction(30000, 1001)


@dataclass(frozen=True)
class Clip:
    """Encoding options of a test video.

    Attributes:
        rate: frames per second.
        times_ms: presentation times, for a variable rate; None for a constant rate.
        codec: a video encoder of FFmpeg.
        sound: add a silent sound track.
        muxer: options of the file format.
        encoder: options of the encoder.
    """

    rate: Fraction = Fraction(25)
    times_ms: Sequence[int] | None = None
    codec: str = "libx264"
    sound: bool = False
    muxer: tuple[tuple[str, str], ...] = ()
    encoder: tuple[tuple[str, str], ...] = ()


def grey_steps(count: int, size: tuple[int, int] = (64, 48)) -> list[NDArray[np.uint8]]:
    """RGB images (H, W, 3) of ``size`` (width, height), each a little lighter than the previous one."""
    levels = np.linspace(20, 235, count).astype(np.uint8)
    return [np.full((size[1], size[0], 3), level, np.uint8) for level in levels]


def moving_noise(count: int, size: tuple[int, int] = (160, 120)) -> list[NDArray[np.uint8]]:
    """RGB images with so much detail that most bytes of the video matter."""
    base = np.random.default_rng(0).integers(0, 255, (size[1], size[0], 3), np.uint8)
    return [np.roll(base, shift, axis=1) for shift in range(count)]


def write_clip(path: Path, images: Sequence[NDArray[np.uint8]], clip: Clip | None = None) -> Path:
    """Encode RGB images as a video; the suffix of ``path`` selects the file format."""
    clip = clip or Clip()
    with av.open(str(path), "w", options=dict(clip.muxer)) as container:
        stream = container.add_stream(clip.codec, rate=clip.rate, options=dict(clip.encoder))
        stream.height, stream.width = images[0].shape[:2]
        stream.pix_fmt = "yuvj420p" if clip.codec == "mjpeg" else "yuv420p"
        if clip.times_ms is not None:
            stream.codec_context.time_base = Fraction(1, 1000)
        sound = container.add_stream("aac", rate=44100, layout="mono") if clip.sound else None
        for index, image in enumerate(images):
            frame = av.VideoFrame.from_ndarray(image, format="rgb24")
            if clip.times_ms is not None:
                frame.pts, frame.time_base = clip.times_ms[index], Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
        if sound is not None:
            _write_silence(container, sound)
    return path


def write_sound(path: Path) -> Path:
    """A file with only a sound track."""
    codec = "libmp3lame" if path.suffix == ".mp3" else "aac"
    with av.open(str(path), "w") as container:
        _write_silence(container, container.add_stream(codec, rate=44100, layout="mono"))
    return path


def _write_silence(container: av.container.OutputContainer, stream: av.AudioStream) -> None:
    for index in range(10):
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
        frame.sample_rate, frame.pts = 44100, index * 1024
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))


def set_display_matrix(path: Path, matrix: tuple[int, int, int, int]) -> Path:
    """Write a display matrix, a, b, c, d, each -1, 0 or 1, into the track header of an MP4 file.

    ISO/IEC 14496-12, 8.3.2: in a version 0 ``tkhd`` box the matrix starts 40 bytes after the version.
    """
    data = bytearray(path.read_bytes())
    start = data.index(b"tkhd") + 4 + 40
    a, b, c, d = (value << 16 for value in matrix)
    data[start : start + 36] = struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 1 << 30)
    path.write_bytes(data)
    return path


def cut(path: Path, share: float) -> Path:
    """Keep only the first part of a file."""
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    return path


def flip_bits(path: Path, count: int = 60) -> Path:
    """Flip some bits in the middle half of a file."""
    data = bytearray(path.read_bytes())
    chance = random.Random(1)
    for _ in range(count):
        data[chance.randrange(len(data) // 4, len(data) * 3 // 4)] ^= 1 << chance.randrange(8)
    path.write_bytes(data)
    return path
