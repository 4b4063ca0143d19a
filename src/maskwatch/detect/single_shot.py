"""The detector around the single-shot network: scale the picture in, bring boxes and states out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from maskwatch.boxes import Letterbox, clip
from maskwatch.detect.postprocess import Calibration, Thresholds, select_faces
from maskwatch.detect.session import Session
from maskwatch.detections import Detections
from maskwatch.errors import UsageError
from maskwatch.frames import Frame, Image

if TYPE_CHECKING:
    from maskwatch.detect.card import ModelCard

PADDING = 127
"""Grey that fills the input beside the picture; the network's zero."""
SMALLEST_IMGSZ, LARGEST_IMGSZ = 64, 4096


class SingleShotDetector:
    """Finds faces and their mask states in one pass of one network.

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
        self.imgsz = card.imgsz if imgsz is None else imgsz
        if not SMALLEST_IMGSZ <= self.imgsz <= LARGEST_IMGSZ:
            raise UsageError(f"--imgsz {self.imgsz} is out of range; take {SMALLEST_IMGSZ} to {LARGEST_IMGSZ} pixels")
        self.thresholds = Thresholds(
            conf=card.conf if conf is None else conf,
            iou=card.iou if iou is None else iou,
            calibration=Calibration(card.temperature),
        )

    @property
    def card(self) -> ModelCard:
        """The card of the loaded model."""
        return self._session.card

    @property
    def name(self) -> str:
        """The name of the loaded model."""
        return self.card.name

    def __call__(self, image: Image, *, color: Literal["rgb", "bgr"] = "rgb") -> Detections:
        """The faces of one picture.

        Args:
            image: uint8 (H, W, 3).
            color: order of the channels; OpenCV's pictures are "bgr".

        Returns:
            Faces in pixels of ``image``, best first.

        Raises:
            UsageError: when ``image`` is no such array.
        """
        height, width = _checked_shape(image)
        box = Letterbox.fit(width, height, self.imgsz, self.card.multiple)
        raw = self._session.run(network_input(image, box, color))
        faces = select_faces(raw, self.thresholds)
        stored = clip(box.invert(faces.xyxy, width, height), width, height)
        return Detections(stored, faces.face_score, faces.state_scores, unsure_margin=self.card.unsure_margin)

    def stream(self, source: Any) -> Iterator[tuple[Frame, Detections]]:
        """Each frame of a source with its faces.

        Args:
            source: a `maskwatch.sources.Source`, or anything that `maskwatch.open_source` takes.

        Raises:
            SourceError: when nothing can be opened, or, at the end, when part of the source could not be read.
        """
        from maskwatch.pipeline import stream

        return stream(self, source)


def _checked_shape(image: Image) -> tuple[int, int]:
    if not isinstance(image, np.ndarray) or image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 3:
        found = f"{image.dtype} {image.shape}" if isinstance(image, np.ndarray) else type(image).__name__
        raise UsageError(f"an image is a uint8 array (height, width, 3), this is {found}")
    if 0 in image.shape:
        raise UsageError(f"an image needs at least one pixel, this has shape {image.shape}")
    return int(image.shape[0]), int(image.shape[1])


def network_input(image: Image, box: Letterbox, color: str = "rgb") -> Image:
    """The picture as the network takes it: RGB uint8 (``box.height``, ``box.width``, 3), scaled and padded."""
    import cv2

    if color not in {"rgb", "bgr"}:
        raise UsageError(f"color '{color}' is not known; take 'rgb' or 'bgr'")
    canvas = np.full((box.height, box.width, 3), PADDING, np.uint8)
    content = canvas[: box.content_height, : box.content_width]
    size = (box.content_width, box.content_height)
    if size == (image.shape[1], image.shape[0]):
        content[:] = image
    else:
        how = cv2.INTER_AREA if box.scale < 0.6 else cv2.INTER_LINEAR
        content[:] = cv2.resize(image, size, interpolation=how)
    if color == "bgr":
        content[:] = content[..., ::-1].copy()
    return canvas
