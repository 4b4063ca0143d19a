"""What a face detector implements: an image in, boxes and scores out; and helpers for implementations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from maskwatch.boxes import area, clip, nms
from maskwatch.detect.devices import RuntimeOptions
from maskwatch.frames import Image
from maskwatch.weights.download import RemoteFile


class FaceBoxes(NamedTuple):
    """The faces of one image, best first.

    Attributes:
        xyxy: float32 (N, 4), pixels of the image, inside it, none of them empty.
        score: float32 (N,), face scores, 0..1.
    """

    xyxy: NDArray[np.float32]
    score: NDArray[np.float32]


class FaceDetector(Protocol):
    """Detects faces, masked or not. Several threads may call it at once.

    Attributes:
        name: as users write it.
        conf: default threshold, near the best F1 over faces on validation images.
        iou: default IoU threshold of non-maximum suppression.
        imgsz: input size: longer side of the image in pixels.
    """

    name: str
    conf: float
    iou: float
    imgsz: int

    def detect(self, image: Image, conf: float, iou: float) -> FaceBoxes:
        """The faces of an image.

        Args:
            image: RGB uint8 (H, W, 3); it is not changed.
            conf: threshold on the score, 0..1.
            iou: IoU threshold of non-maximum suppression, 0..1.
        """


@dataclass(frozen=True)
class FaceDetectorType:
    """The record of a face detector.

    Attributes:
        load: loads it from its files, with an input size (None: its default) and runtime options. The files are those
            of ``files``; where there are none, the one that the user names, if any.
        help: a few words for lists.
        files: to be downloaded; empty when nothing needs to be downloaded.
        licence: of the files, as their publisher states it.
        origin: page of the publisher; empty for our own.
    """

    load: Callable[[tuple[Path, ...], int | None, RuntimeOptions], FaceDetector]
    help: str
    files: tuple[RemoteFile, ...] = ()
    licence: str = "Apache-2.0"
    origin: str = ""

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)


def tidy(xyxy: NDArray[np.float32], score: NDArray[np.float32], iou: float, image: Image) -> FaceBoxes:
    """One box per face, best first, clipped to the image; boxes outside it are dropped.

    Args:
        xyxy: (N, 4), pixels of the image.
        score: (N,).
        iou: IoU threshold of non-maximum suppression.
        image: the image (H, W, 3).
    """
    kept = nms(xyxy, score, iou)
    inside = clip(xyxy[kept], image.shape[1], image.shape[0])
    visible = area(inside) > 0
    return FaceBoxes(inside[visible], np.asarray(np.clip(score[kept][visible], 0, 1), np.float32))


def reshaped(
    xyxy: NDArray[np.float32], *, width: float = 1.0, height: float = 1.0, down: float = 0.0
) -> NDArray[np.float32]:
    """A detector's boxes (N, 4) as boxes from brow to chin and from ear to ear.

    Args:
        xyxy: (N, 4), pixels.
        width: of the new boxes, as a share of the old.
        height: likewise.
        down: shift of the centre, as a share of the old height.
    """
    size = xyxy[:, 2:] - xyxy[:, :2]
    centre = (xyxy[:, :2] + xyxy[:, 2:]) / 2 + size * np.array([0, down])
    half = size * np.array([width, height]) / 2
    return np.concatenate([centre - half, centre + half], axis=1).astype(np.float32)


def limit_opencv_threads(runtime: RuntimeOptions) -> None:
    """Set the number of threads of OpenCV, if one is given. OpenCV has one setting for the whole process."""
    if runtime.threads is not None:
        import cv2

        cv2.setNumThreads(runtime.threads)
