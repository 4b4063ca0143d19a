"""Stand-ins for what a test machine does not have."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


class FakeCapture:
    """A webcam in the manner of ``cv2.VideoCapture``.

    Args:
        images: BGR uint8 (H, W, 3), or None for a read that fails, in turn; afterwards every read fails.
        fps: what it says its rate is; webcams that do not know say 0.
        present: whether it can be opened.
        repeat: begin again after the last image, as a live camera never ends.
    """

    def __init__(
        self, images: list[NDArray[np.uint8] | None], *, fps: float = 30.0, present: bool = True, repeat: bool = False
    ) -> None:
        self.images = images
        self.fps = fps
        self.present = present
        self.repeat = repeat
        self.reads = 0
        self.released = False

    def isOpened(self) -> bool:  # noqa: N802
        return self.present and not self.released

    def read(self) -> tuple[bool, NDArray[np.uint8] | None]:
        place = self.reads % len(self.images) if self.repeat else self.reads
        self.reads += 1
        image = self.images[place] if self.isOpened() and place < len(self.images) else None
        return image is not None, image

    def get(self, propId: int) -> float:  # noqa: N803
        return {3: 64.0, 4: 48.0, 5: self.fps}.get(propId, 0.0)

    def release(self) -> None:
        self.released = True
