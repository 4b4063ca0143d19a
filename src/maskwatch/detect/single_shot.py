"""The detector around the single-shot network: scale the image in, bring boxes and states out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from maskwatch.boxes import Letterbox
from maskwatch.detect.base import LARGEST_IMGSZ, Colour, Detector, checked_color, checked_imgsz, checked_shape
from maskwatch.detect.look import MultiScalePrediction, RawPrediction
from maskwatch.detect.multi_scale import ScaleOutput, SizeRange, size_ranges
from maskwatch.detect.postprocess import Calibration, Thresholds
from maskwatch.detect.session import Session
from maskwatch.frames import Image

if TYPE_CHECKING:
    from maskwatch.detect.card import ModelCard

PADDING = 127
"""Grey that fills the input beside the image; the network's zero."""


class SingleShotDetector(Detector):
    """Finds faces and their mask states with one network, in one look or in several at different sizes.

    Args:
        session: runs the network; an `OnnxSession`, or anything with its ``card`` and ``run``.
        conf: lowest confidence that is reported; None takes the card's.
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
        self._size_ranges = size_ranges(imgsz_high=bool(card.imgsz_high), imgsz_low=bool(card.imgsz_low))

    @property
    def card(self) -> ModelCard:
        """The card of the loaded model."""
        return self._session.card

    @property
    def scales(self) -> tuple[int, ...]:
        """Of one look, or of several in the card's proportion, the largest first."""
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
        """Run the network over one image, and ask for the faces later: at one threshold, or at several.

        Args:
            image: uint8 (H, W, 3).
            color: order of the channels; OpenCV's images are "bgr".

        Raises:
            UsageError: when ``image`` is no such array.
        """
        return self.run(image, color)

    def run(self, image: Image, color: Colour, *, every_scale: bool = True) -> MultiScalePrediction:
        """Look at an image at each size that the model's card names, or at ``imgsz`` alone."""
        height, width = checked_shape(image)
        scales = zip(self.scales, self._size_ranges, strict=True) if every_scale else [(self.imgsz, SizeRange())]
        views = tuple(self._view(image, color, side, trust) for side, trust in scales)
        return MultiScalePrediction(views, width, height, self.thresholds, self.card.ambiguity_margin)

    def _view(self, image: Image, color: Colour, side: int, trust: SizeRange) -> ScaleOutput:
        box = Letterbox.fit(image.shape[1], image.shape[0], side, self.card.multiple)
        return ScaleOutput(self._session.run(network_input(image, box, color)), box, trust)


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
    """The image, halved until one side is less than twice as long as in (width, height).

    The mean of two pixels along each side, so that the last step skips none. OpenCV's own INTER_AREA says the same more
    slowly where a side is odd.
    """
    import cv2

    while min(image.shape[1] / size[0], image.shape[0] / size[1]) >= 2:
        half = image.shape[1] // 2, image.shape[0] // 2
        image = np.asarray(cv2.resize(image, half, interpolation=cv2.INTER_LINEAR), np.uint8)
    return image
