"""The boxes of one image while a reader gathers them."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from maskwatch.data.formats.problems import Problems, tell
from maskwatch.detections import MaskState


class BoxList:
    """Collects boxes and their states; a box without area is reported and left out.

    Args:
        where: file and image, for messages.
        problems: as in `maskwatch.data.formats.problems.tell`.
    """

    def __init__(self, where: str, problems: Problems | None) -> None:
        self._where = where
        self._problems = problems
        self._boxes: list[Sequence[float]] = []
        self._states: list[int] = []
        self._ignore: list[Sequence[float]] = []

    def add_xywh(self, box: Sequence[float], state: MaskState | None) -> None:
        """Add a box [x, y, width, height] in pixels; the state None makes it an ignored one."""
        x, y, width, height = (float(value) for value in box)
        self.add((x, y, x + width, y + height), state)

    def add(self, box: Sequence[float], state: MaskState | None) -> None:
        """Add a box [x1, y1, x2, y2] in pixels; the state None makes it an ignored one.

        Raises:
            DataError: when the box has no area and nobody collects problems.
        """
        if not all(math.isfinite(value) for value in box) or box[2] <= box[0] or box[3] <= box[1]:
            corners = ", ".join(f"{value:g}" for value in box)
            tell(self._problems, f"{self._where}: a box has no area ({corners}); remove it or give it width and height")
        elif state is None:
            self._ignore.append(box)
        else:
            self._boxes.append(box)
            self._states.append(int(state))

    @property
    def xyxy(self) -> NDArray[np.float32]:
        """float32 (N, 4), the labelled boxes."""
        return np.array(self._boxes, np.float32).reshape(-1, 4)

    @property
    def class_id(self) -> NDArray[np.int64]:
        """int64 (N,), their states."""
        return np.array(self._states, np.int64)

    @property
    def ignore(self) -> NDArray[np.float32]:
        """float32 (M, 4), the boxes without a label."""
        return np.array(self._ignore, np.float32).reshape(-1, 4)
