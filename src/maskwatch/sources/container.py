"""Opening a video file with PyAV within limits: its video track, frame rate, length and completeness."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from maskwatch.errors import SourceError
from maskwatch.files import open_file
from maskwatch.images import MAX_PIXELS
from maskwatch.sources.decoder import set_up_decoder

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.stream import VideoStream

SUFFIXES = frozenset(
    {".mp4", ".m4v", ".mov", ".3gp", ".3g2", ".mkv", ".webm", ".avi", ".mpg", ".mpeg", ".m2v", ".ts", ".mts"}
    | {".m2ts", ".flv", ".wmv", ".asf", ".ogv", ".mxf", ".mjpeg", ".y4m"}
)

# Self-contained formats. Excluded on purpose: playlists and scripts that make FFmpeg open other files or addresses
# (hls, dash, concat, sdp, image2), devices (lavfi, x11grab, v4l2), and text rendered as video (tty).
_FORMATS = "mov,matroska,avi,mpegts,mpeg,mpegvideo,flv,asf,ogg,mxf,m4v,h264,hevc,ivf,mjpeg,yuv4mpegpipe,mp3,wav,flac"
_HIGHEST_RATE = 1000
_EARLY_S = 0.5


@contextmanager
def opened(path: Path) -> Iterator[tuple[InputContainer, VideoStream]]:
    """The container and its video track, closed at the end.

    Raises:
        SourceError: when the file cannot be opened, is no video, or has no video track.
    """
    import av

    with open_file(path) as file:
        if not file.read(1):
            raise SourceError(f"{path}: empty file (0 bytes); copy or download it again")
    limits = {"protocol_whitelist": "file", "format_whitelist": _FORMATS}
    try:
        container = av.open(f"file:{path}", container_options=limits)
    except (av.FFmpegError, UnicodeError) as error:
        raise SourceError(
            f"{path}: neither an image nor a supported video (unknown format, or damaged at its start); "
            "copy or download it again, or convert it to MP4"
        ) from error
    with container:
        yield container, _video_track(path, container)


def _video_track(path: Path, container: InputContainer) -> VideoStream:
    """The first video track; cover art of music does not count."""
    tracks = [
        track for track in container.streams.video if not track.disposition & type(track.disposition).attached_pic
    ]
    if not tracks:
        raise SourceError(f"{path}: no video in it, only sound or data; choose another file")
    track = tracks[0]
    if track.codec_context is None:
        raise SourceError(f"{path}: unknown video codec; convert it to H.264 in MP4")
    if track.width * track.height > MAX_PIXELS:
        raise SourceError(
            f"{path}: {track.width} x {track.height} pixels, over the limit of {MAX_PIXELS:,}; make it smaller"
        )
    set_up_decoder(track)
    return track


def nominal_rate(stream: VideoStream) -> Fraction | None:
    """Average frames per second, else FFmpeg's guess; None when neither is plausible."""
    for rate in (stream.average_rate, stream.guessed_rate, stream.base_rate):
        if rate and 0 < rate <= _HIGHEST_RATE:
            return Fraction(rate)
    return None


def expected_frames(container: InputContainer, stream: VideoStream, rate: Fraction | None) -> int | None:
    """The number of frames declared by the file, else its duration times the rate; None when both are unknown."""
    if stream.frames:
        return stream.frames
    if stream.duration and stream.time_base:
        length_s = float(stream.duration * stream.time_base)
    else:
        length_s = (container.duration or 0) / 1_000_000
    return round(length_s * rate) or None if rate and length_s > 0 else None


def ends_early(container: InputContainer, stream: VideoStream, last_end_s: float) -> bool:
    """Whether the file declares more frames than it holds. FFmpeg itself reports a cut within a frame.

    Args:
        container: the open file.
        stream: its video track.
        last_end_s: end of the last frame that was read, on the clock of the file.
    """
    entries = stream.index_entries
    if container.format.name.startswith("mov") and len(entries):
        last = entries[-1]
        return last.pos + last.size > Path(container.name.removeprefix("file:")).stat().st_size
    if container.format.name.startswith("matroska"):
        declared_s = _tagged_duration_s(stream)
        return declared_s is not None and last_end_s < declared_s - _EARLY_S
    return False


def _tagged_duration_s(stream: VideoStream) -> float | None:
    """The duration of this track as written by Matroska muxers: ``00:01:02.500000000``."""
    found = re.fullmatch(r"(\d+):(\d+):(\d+(?:\.\d+)?)", stream.metadata.get("DURATION", "").strip("\0 "))
    return int(found[1]) * 3600 + int(found[2]) * 60 + float(found[3]) if found else None
