"""Helpers of all readers: boxes with their checks, and problems that are collected instead of raised."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from maskwatch.detections import MaskState
from maskwatch.errors import DataError

Problems = list[str]
"""One line for each image or box that was skipped."""


def skip(problems: Problems | None, text: str) -> None:
    """Record a problem and continue; or raise it, if problems are not collected.

    Args:
        problems: gets the line; None to stop at the first problem.
        text: one line that names the file and says what to do.

    Raises:
        DataError: with ``text``, when ``problems`` is None.
    """
    if problems is None:
        raise DataError(text)
    problems.append(text)


class BoxList:
    """Collects the boxes of one image, and skips those without an area.

    Args:
        where: file and image, for messages.
        problems: see `skip`.
    """

    def __init__(self, where: str, problems: Problems | None) -> None:
        self._where = where
        self._problems = problems
        self._boxes: list[Sequence[float]] = []
        self._states: list[int] = []
        self._ignore: list[Sequence[float]] = []

    def add_xywh(self, box: Sequence[float], state: MaskState | None) -> None:
        """Add a box [x, y, width, height] in pixels; None as state makes it an ignore region."""
        x, y, width, height = (float(value) for value in box)
        self.add((x, y, x + width, y + height), state)

    def add(self, box: Sequence[float], state: MaskState | None) -> None:
        """Add a box [x1, y1, x2, y2] in pixels; None as state makes it an ignore region.

        Raises:
            DataError: when the box has no area and problems are not collected.
        """
        if not all(math.isfinite(value) for value in box) or box[2] <= box[0] or box[3] <= box[1]:
            corners = ", ".join(f"{value:g}" for value in box)
            skip(self._problems, f"{self._where}: a box has no area ({corners}); remove it or give it width and height")
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
        """float32 (M, 4), the ignore regions."""
        return np.array(self._ignore, np.float32).reshape(-1, 4)
