"""Rotation of video frames, as the display matrix of the file requires."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from maskwatch.frames import Image

if TYPE_CHECKING:
    from av import VideoFrame

DisplayMatrix = tuple[int, int, int, int]
"""``a, b, c, d`` of FFmpeg's display matrix: the stored point (x, y) is shown at (a x + c y, b x + d y)."""

UPRIGHT: DisplayMatrix = (1, 0, 0, 1)


def display_matrix(frame: VideoFrame) -> DisplayMatrix:
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

    def rotate(self, image: Image, frame: VideoFrame) -> Image:
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
