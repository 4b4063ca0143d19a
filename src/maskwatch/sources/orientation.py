"""How a video file says that its frames are to be turned before they are shown."""

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
    """The matrix that came with a decoded frame, or `UPRIGHT`. Its scale means nothing, only its signs are used."""
    data: Any = frame.side_data.get("DISPLAYMATRIX")
    if data is None:
        return UPRIGHT
    a, b, _, c, d = np.frombuffer(bytes(data), "=i4")[:5].tolist()
    return a, b, c, d


class Turner:
    """Turns the images of one video as its display matrix says.

    The matrix is read from the first frame, and again when the angle changes: PyAV ties a frame whose side data was
    asked for into a reference cycle, and so keeps its pixels until the garbage collector happens to run.
    """

    def __init__(self) -> None:
        self._angle: int | None = None
        self._matrix = UPRIGHT

    def turn(self, image: Image, frame: VideoFrame) -> Image:
        """The pixels (H, W, 3) of a decoded frame, upright and contiguous."""
        if frame.rotation != self._angle:
            self._angle = frame.rotation
            self._matrix = display_matrix(frame)
        return upright(image, self._matrix)


def upright(image: Image, matrix: DisplayMatrix) -> Image:
    """The image (H, W, 3) turned and mirrored by the nearest quarter turn; contiguous.

    Raises nothing: a matrix of zeros leaves the image as it is.
    """
    a, b, c, d = matrix
    if abs(b) + abs(c) > abs(a) + abs(d):
        image, flip_x, flip_y = image.transpose(1, 0, 2), c < 0, b < 0
    else:
        flip_x, flip_y = a < 0, d < 0
    return np.ascontiguousarray(image[:: -1 if flip_y else 1, :: -1 if flip_x else 1])
