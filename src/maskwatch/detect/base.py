"""What every detector has in common, whichever networks are inside."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from maskwatch.errors import UsageError
from maskwatch.frames import Frame, Image

if TYPE_CHECKING:
    from maskwatch.detect.card import ModelCard
    from maskwatch.detect.raw_prediction import RawPrediction, Thresholds
    from maskwatch.detections import Detections

SMALLEST_IMGSZ, LARGEST_IMGSZ = 64, 4096
Colour = Literal["rgb", "bgr"]


class Detector(ABC):
    """Finds faces and their mask states in images.

    Attributes:
        imgsz: length in pixels to which an image's longer side is scaled.
        thresholds: what is reported; may be set anew at any time.
    """

    imgsz: int
    thresholds: Thresholds

    @property
    @abstractmethod
    def name(self) -> str:
        """What it is called in reports."""

    @property
    def scales(self) -> tuple[int, ...]:
        """Lengths in pixels to which an image's longer side is scaled, one for each pass."""
        return (self.imgsz,)

    @property
    @abstractmethod
    def card(self) -> ModelCard:
        """The card of the model that tells the states."""

    @property
    @abstractmethod
    def default_conf(self) -> float:
        """The threshold on the confidence when nobody asks for another."""

    @abstractmethod
    def predict_raw(self, image: Image, *, color: Colour = "rgb") -> RawPrediction:
        """Raw outputs for one image; their ``detections(conf)`` gives the faces at any threshold.

        Args:
            image: uint8 (H, W, 3).
            color: order of the channels; OpenCV's images are "bgr".

        Raises:
            UsageError: when ``image`` is no such array.
        """

    def __call__(self, image: Image, *, color: Colour = "rgb") -> Detections:
        """The faces of one image.

        Args:
            image: uint8 (H, W, 3).
            color: order of the channels; OpenCV's images are "bgr".

        Returns:
            Faces in pixels of ``image``, best first.

        Raises:
            UsageError: when ``image`` is no such array.
        """
        return self.predict_raw(image, color=color).detections()

    def stream(self, source: Any) -> Iterator[tuple[Frame, Detections]]:
        """Each frame of a source with its faces.

        Args:
            source: a `maskwatch.sources.Source`, or anything that `maskwatch.open_source` takes.

        Raises:
            SourceError: when nothing can be opened, or, at the end, when part of the source could not be read.
        """
        from maskwatch.pipeline import stream

        return stream(self, source)


def checked_shape(image: Image) -> tuple[int, int]:
    """Height and width of an image.

    Raises:
        UsageError: when it is no uint8 array (H, W, 3) with at least one pixel.
    """
    if not isinstance(image, np.ndarray) or image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] != 3:
        found = f"{image.dtype} {image.shape}" if isinstance(image, np.ndarray) else type(image).__name__
        raise UsageError(f"an image is a uint8 array (height, width, 3), this is {found}")
    if 0 in image.shape:
        raise UsageError(f"an image needs at least one pixel, this has shape {image.shape}")
    return int(image.shape[0]), int(image.shape[1])


def checked_color(color: str) -> str:
    """The order of an image's channels.

    Raises:
        UsageError: when it is not known.
    """
    if color not in {"rgb", "bgr"}:
        raise UsageError(f"color '{color}' is not known; take 'rgb' or 'bgr'")
    return color


def checked_imgsz(imgsz: int | None, default: int) -> int:
    """The length to which an image's longer side is scaled.

    Raises:
        UsageError: when it is out of range.
    """
    chosen = default if imgsz is None else imgsz
    if not SMALLEST_IMGSZ <= chosen <= LARGEST_IMGSZ:
        raise UsageError(f"--imgsz {chosen} is out of range; take {SMALLEST_IMGSZ} to {LARGEST_IMGSZ} pixels")
    return chosen
