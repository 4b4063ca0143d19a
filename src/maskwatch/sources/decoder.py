"""Decoding video tracks with FFmpeg: size limits, damaged frames skipped, frames rotated upright."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from maskwatch.frames import Image
from maskwatch.images import MAX_PIXELS

if TYPE_CHECKING:
    import av
    from av.video.stream import VideoStream

# These decoders output nothing before a key frame; others output frames predicted from nothing.
_WAIT_FOR_KEY_FRAME = frozenset({"h264", "hevc"})

DisplayMatrix = tuple[int, int, int, int]
"""``a, b, c, d`` of FFmpeg's display matrix: the stored point (x, y) is shown at (a x + c y, b x + d y)."""

UPRIGHT: DisplayMatrix = (1, 0, 0, 1)


def set_up_decoder(track: VideoStream) -> None:
    """Limit the frame size, which may change in mid-stream, and make the decoder report damage."""
    options = {"max_pixels": str(MAX_PIXELS)}
    if track.codec_context.name == "mjpeg":  # otherwise FFmpeg fills in truncated frames silently
        options["err_detect"] = "explode"
    track.codec_context.options = options
    # With slice threads FFmpeg overlooks damage in H.264; with frame threads it marks other frames at each reading.
    track.thread_count = 1


class ErrorFreeDecoder:
    """Decodes a video track; drops damaged frames and everything predicted from them.

    After damage, output resumes at the next key frame, or when a stream without key frames has been refreshed.

    Args:
        stream: an open video track.

    Attributes:
        damaged: number of damaged frames or packets so far.
    """

    def __init__(self, stream: VideoStream) -> None:
        self.damaged = 0
        self._stream = stream
        self._decoder_waits = stream.codec_context.name in _WAIT_FOR_KEY_FRAME
        self._needs_key_frame = not self._decoder_waits

    def decode(self, packet: av.Packet[Any]) -> list[av.VideoFrame]:
        """The undamaged frames that this packet completes."""
        import av

        try:
            frames = [] if packet.is_corrupt else self._stream.decode(packet)
            damaged = packet.is_corrupt or any(frame.is_corrupt for frame in frames)
        except EOFError:
            return []
        except av.FFmpegError:
            damaged = True
        if damaged:
            self.damaged += 1
            self._stream.codec_context.flush_buffers()
            self._needs_key_frame = not self._decoder_waits
            return []
        return [frame for frame in frames if self._is_usable(frame)]

    def _is_usable(self, frame: av.VideoFrame) -> bool:
        self._needs_key_frame = self._needs_key_frame and not frame.key_frame
        return not self._needs_key_frame


def display_matrix(frame: av.VideoFrame) -> DisplayMatrix:
    """The display matrix of a decoded frame, or `UPRIGHT`. Only the signs are used, not the scale."""
    data: Any = frame.side_data.get("DISPLAYMATRIX")
    if data is None:
        return UPRIGHT
    a, b, _, c, d = np.frombuffer(bytes(data), "=i4")[:5].tolist()
    return a, b, c, d


class FrameRotator:
    """Rotates the frames of one video by its display matrix.

    The matrix is read from the first frame, and again when the angle changes. Reading it for each frame would cost
    memory: PyAV then holds the frame in a reference cycle until the garbage collector runs.
    """

    def __init__(self) -> None:
        self._angle: int | None = None
        self._matrix = UPRIGHT

    def rotate(self, image: Image, frame: av.VideoFrame) -> Image:
        """The pixels (H, W, 3) of a decoded frame, upright and contiguous."""
        if frame.rotation != self._angle:
            self._angle = frame.rotation
            self._matrix = display_matrix(frame)
        return upright(image, self._matrix)


def upright(image: Image, matrix: DisplayMatrix) -> Image:
    """The image (H, W, 3) rotated by the nearest quarter turn and mirrored if the matrix mirrors; contiguous.

    A matrix of zeros leaves the image unchanged.
    """
    a, b, c, d = matrix
    if abs(b) + abs(c) > abs(a) + abs(d):
        image, flip_x, flip_y = image.transpose(1, 0, 2), c < 0, b < 0
    else:
        flip_x, flip_y = a < 0, d < 0
    return np.ascontiguousarray(image[:: -1 if flip_y else 1, :: -1 if flip_x else 1])
