"""The single-shot detector: one network, run over an image at one scale or at several.

Each pass scales the image into the network's input and gives a `ScaleOutput`; `maskwatch.detect.raw_prediction` merges
them. A model card names up to three scales: a high-resolution pass for small faces, the main pass, and a low-resolution
pass for faces that fill the image.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from maskwatch.boxes import Letterbox
from maskwatch.detect.base import LARGEST_IMGSZ, Colour, Detector, checked_color, checked_imgsz, checked_shape
from maskwatch.detect.raw_prediction import (
    Calibration,
    MultiScalePrediction,
    RawPrediction,
    ScaleOutput,
    SizeRange,
    Thresholds,
)
from maskwatch.detect.session import Session
from maskwatch.errors import UsageError
from maskwatch.frames import Image

if TYPE_CHECKING:
    from maskwatch.detect.card import ModelCard

PADDING = 127
"""Grey value of the padding; the network's zero."""

HIGH_LARGEST, MAIN_SMALLEST = 64.0, 16.0
"""Largest face of the high-resolution pass and smallest of the main pass, each in pixels of its own input."""
MAIN_LARGEST, LOW_SMALLEST = 240.0, 40.0
"""Largest face of the main pass (about its largest anchor box) and smallest of the low-resolution pass."""


def size_ranges(*, high: bool, low: bool) -> tuple[SizeRange, ...]:
    """Face sizes taken from each pass: high-resolution (if any), main, low-resolution (if any)."""
    main = SizeRange(MAIN_SMALLEST if high else 0.0, MAIN_LARGEST if low else np.inf)
    passes = (high, SizeRange(largest=HIGH_LARGEST)), (True, main), (low, SizeRange(smallest=LOW_SMALLEST))
    return tuple(size_range for used, size_range in passes if used)


def check_scales(imgsz_high: int, imgsz: int, imgsz_low: int) -> None:
    """Check that the size ranges of the passes leave no gap.

    Args:
        imgsz_high: longer side of the high-resolution input; 0 for no such pass.
        imgsz: of the main one.
        imgsz_low: of the low-resolution one; 0 for no such pass.

    Raises:
        UsageError: when one is out of range.
    """
    _check("imgsz-low", imgsz_low, imgsz, int(imgsz * LOW_SMALLEST / MAIN_LARGEST) + 1, imgsz - 1)
    _check("imgsz-high", imgsz_high, imgsz, imgsz + 1, int(imgsz * HIGH_LARGEST / MAIN_SMALLEST) - 1)


def _check(name: str, side: int, imgsz: int, smallest: int, largest: int) -> None:
    if not isinstance(side, int) or (side and not smallest <= side <= largest):
        allowed = f"{smallest} to {largest}, or 0 for no such pass"
        raise UsageError(f"--{name} {side} is out of range; with --imgsz {imgsz} take {allowed}")


class SingleShotDetector(Detector):
    """Detects faces and classifies their masks with one network, at one scale or at several.

    Args:
        session: runs the network; an `OnnxSession`, or anything with its ``card`` and ``run``.
        conf: confidence threshold; None takes the card's.
        iou: boxes that overlap a better one by more are dropped; None takes the card's.
        imgsz: length in pixels to which an image's longer side is scaled; None takes the card's.

    Raises:
        UsageError: when an option is out of range.
    """

    def __init__(
        self,
        session: Session,
        *,
        conf: float | None = None,
        iou: float | None = None,
        imgsz: int | None = None,
    ) -> None:
        self._session = session
        card = session.card
        self.imgsz = checked_imgsz(imgsz, card.imgsz)
        self.thresholds = Thresholds(
            conf=card.conf if conf is None else conf,
            iou=card.iou if iou is None else iou,
            calibration=Calibration(card.temperature),
        )
        self._size_ranges = size_ranges(high=bool(card.imgsz_high), low=bool(card.imgsz_low))

    @property
    def card(self) -> ModelCard:
        """The card of the loaded model."""
        return self._session.card

    @property
    def scales(self) -> tuple[int, ...]:
        """Longer side of the input in each pass, in the card's proportions, the largest first."""
        scaled = (round(self.imgsz * side / self.card.imgsz) for side in self.card.scales)
        return tuple(min(max(1, side), LARGEST_IMGSZ) for side in scaled)

    @property
    def name(self) -> str:
        """The name of the loaded model."""
        return self.card.name

    @property
    def default_conf(self) -> float:
        """The card's threshold on the confidence."""
        return self.card.conf

    def predict_raw(self, image: Image, *, color: Colour = "rgb") -> RawPrediction:
        """Raw outputs for one image, at every scale of the model card.

        Args:
            image: uint8 (H, W, 3).
            color: channel order; OpenCV's images are "bgr".

        Raises:
            UsageError: when ``image`` is no such array.
        """
        return self.run_passes(image, color)

    def run_passes(self, image: Image, color: Colour, *, main_only: bool = False) -> MultiScalePrediction:
        """Raw outputs for one image, at every scale of the model card or at ``imgsz`` alone; see `predict_raw`."""
        height, width = checked_shape(image)
        passes = [(self.imgsz, SizeRange())] if main_only else zip(self.scales, self._size_ranges, strict=True)
        outputs = []
        for side, size_range in passes:
            box = Letterbox.fit(width, height, side, self.card.multiple)
            outputs.append(ScaleOutput(self._session.run(network_input(image, box, color)), box, size_range))
        return MultiScalePrediction(tuple(outputs), width, height, self.thresholds, self.card.ambiguity_margin)


def network_input(image: Image, box: Letterbox, color: str = "rgb") -> Image:
    """The image as the network takes it: RGB uint8 (``box.height``, ``box.width``, 3), scaled and padded."""
    import cv2

    checked_color(color)
    canvas = np.full((box.height, box.width, 3), PADDING, np.uint8)
    content = canvas[: box.content_height, : box.content_width]
    size = (box.content_width, box.content_height)
    if size == (image.shape[1], image.shape[0]):
        content[:] = image
    else:
        content[:] = cv2.resize(_halved(image, size), size, interpolation=cv2.INTER_LINEAR)
    if color == "bgr":
        content[:] = content[..., ::-1].copy()
    return canvas


def _halved(image: Image, size: tuple[int, int]) -> Image:
    """The image, halved until one side is less than twice as long as in ``size`` (width, height).

    Each step averages 2 x 2 pixels, so the last resize skips none. INTER_AREA does the same, but slower for odd sides.
    """
    import cv2

    while min(image.shape[1] / size[0], image.shape[0] / size[1]) >= 2:
        half = image.shape[1] // 2, image.shape[0] // 2
        image = np.asarray(cv2.resize(image, half, interpolation=cv2.INTER_LINEAR), np.uint8)
    return image
