"""The detector around the single-shot network: scale the picture in, bring boxes and states out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from maskwatch.boxes import Letterbox
from maskwatch.detect.base import LARGEST_IMGSZ, Colour, Detector, checked_color, checked_imgsz, checked_shape
from maskwatch.detect.look import Look, Sight
from maskwatch.detect.multi_scale import Trust, View, trusts
from maskwatch.detect.postprocess import Calibration, Thresholds
from maskwatch.detect.session import Session
from maskwatch.frames import Image

if TYPE_CHECKING:
    from maskwatch.detect.card import ModelCard

PADDING = 127
"""Grey that fills the input beside the picture; the network's zero."""


class SingleShotDetector(Detector):
    """Finds faces and their mask states with one network, in one look or in several at different sizes.

    Args:
        session: runs the network; an `OnnxSession`, or anything with its ``card`` and ``run``.
        conf: lowest confidence that is reported; None takes the card's.
        iou: boxes that overlap a better one by more are dropped; None takes the card's.
        imgsz: length in pixels to which a picture's longer side is scaled; None takes the card's.

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
        self._trusts = trusts(far=bool(card.far), near=bool(card.near))

    @property
    def card(self) -> ModelCard:
        """The card of the loaded model."""
        return self._session.card

    @property
    def sides(self) -> tuple[int, ...]:
        """Of one look, or of several in the card's proportion, the largest first."""
        scaled = (round(self.imgsz * side / self.card.imgsz) for side in self.card.sides)
        return tuple(min(max(1, side), LARGEST_IMGSZ) for side in scaled)

    @property
    def name(self) -> str:
        """The name of the loaded model."""
        return self.card.name

    @property
    def default_conf(self) -> float:
        """The card's threshold on the confidence."""
        return self.card.conf

    def look(self, image: Image, *, color: Colour = "rgb") -> Sight:
        """Run the network over one picture, and ask for the faces later: at one threshold, or at several.

        Args:
            image: uint8 (H, W, 3).
            color: order of the channels; OpenCV's pictures are "bgr".

        Raises:
            UsageError: when ``image`` is no such array.
        """
        return self.run(image, color)

    def run(self, image: Image, color: Colour, *, every_look: bool = True) -> Look:
        """Look at a picture at each size that the model's card names, or at ``imgsz`` alone."""
        height, width = checked_shape(image)
        scales = zip(self.sides, self._trusts, strict=True) if every_look else [(self.imgsz, Trust())]
        views = tuple(self._view(image, color, side, trust) for side, trust in scales)
        return Look(views, width, height, self.thresholds, self.card.unsure_margin)

    def _view(self, image: Image, color: Colour, side: int, trust: Trust) -> View:
        box = Letterbox.fit(image.shape[1], image.shape[0], side, self.card.multiple)
        return View(self._session.run(network_input(image, box, color)), box, trust)


def network_input(image: Image, box: Letterbox, color: str = "rgb") -> Image:
    """The picture as the network takes it: RGB uint8 (``box.height``, ``box.width``, 3), scaled and padded."""
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
    """The picture, halved until one side is less than twice as long as in (width, height).

    The mean of two pixels along each side, so that the last step skips none. OpenCV's own INTER_AREA says the same more
    slowly where a side is odd.
    """
    import cv2

    while min(image.shape[1] / size[0], image.shape[0] / size[1]) >= 2:
        half = image.shape[1] // 2, image.shape[0] // 2
        image = np.asarray(cv2.resize(image, half, interpolation=cv2.INTER_LINEAR), np.uint8)
    return image
