"""What every face detector promises: an image in, boxes and scores out, and nothing of masks."""

from __future__ import annotations

from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from maskwatch.boxes import area, clip, nms
from maskwatch.frames import Image


class FaceBoxes(NamedTuple):
    """The faces of one image, best first.

    Attributes:
        xyxy: float32 (N, 4), pixels of the image, inside it, none of them empty.
        score: float32 (N,), how sure the detector is of each, 0..1.
    """

    xyxy: NDArray[np.float32]
    score: NDArray[np.float32]


class FaceDetector(Protocol):
    """Finds faces, whatever they wear. It may be called from several threads.

    Attributes:
        name: as users write it.
        conf: the threshold when nobody asks for another: about that of the best F1 over faces on validation images.
        iou: boxes that overlap a better one by more are dropped, when nobody asks for another value.
        imgsz: length in pixels to which an image's longer side is scaled.
    """

    name: str
    conf: float
    iou: float
    imgsz: int

    def find(self, image: Image, conf: float, iou: float) -> FaceBoxes:
        """The faces of an image.

        Args:
            image: RGB uint8 (H, W, 3); it is not changed.
            conf: lowest score that is given, 0..1.
            iou: boxes that overlap a better one by more are dropped, 0..1.
        """


def tidy(xyxy: NDArray[np.float32], score: NDArray[np.float32], iou: float, image: Image) -> FaceBoxes:
    """One box for each face: suppression, best first, cut to the image; what lies outside it is gone.

    Args:
        xyxy: (N, 4), pixels of the image.
        score: (N,).
        iou: boxes that overlap a better one by more are dropped.
        image: the image (H, W, 3).
    """
    kept = nms(xyxy, score, iou)
    inside = clip(xyxy[kept], image.shape[1], image.shape[0])
    visible = area(inside) > 0
    return FaceBoxes(inside[visible], np.asarray(np.clip(score[kept][visible], 0, 1), np.float32))


def reshaped(
    xyxy: NDArray[np.float32], *, width: float = 1.0, height: float = 1.0, down: float = 0.0
) -> NDArray[np.float32]:
    """Boxes (N, 4) of a detector's own habit as boxes from brow to chin and from ear to ear.

    Args:
        xyxy: (N, 4), pixels.
        width: of the new boxes, as a share of the old.
        height: likewise.
        down: how far the middle moves down, as a share of the old height.
    """
    size = xyxy[:, 2:] - xyxy[:, :2]
    middle = (xyxy[:, :2] + xyxy[:, 2:]) / 2 + size * np.array([0, down])
    half = size * np.array([width, height]) / 2
    return np.concatenate([middle - half, middle + half], axis=1).astype(np.float32)
