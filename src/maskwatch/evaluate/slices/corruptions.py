"""Image corruptions, one at a time, which also transform the labelled boxes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import cos, radians, sin

import numpy as np
from numpy.typing import NDArray

from maskwatch.boxes import clip
from maskwatch.data.dataset import LabelledImage
from maskwatch.frames import Image

_FILL = (127, 127, 127)
_GAMMA = 2.2


@dataclass(frozen=True)
class Corruption:
    """One corruption.

    Attributes:
        kind: "blur", "light", ...
        name: its strength.
        pixels: changes an image, RGB uint8 (H, W, 3); None for a rotation.
        degrees: of the rotation, counter-clockwise.
    """

    kind: str
    name: str
    pixels: Callable[[Image], Image] | None = None
    degrees: int = 0

    def __call__(self, image: Image, labelled: LabelledImage) -> tuple[Image, LabelledImage]:
        """The corrupted image, and its labels with boxes in its pixels."""
        if self.pixels is not None:
            return self.pixels(image), labelled
        return rotated(image, labelled, self.degrees)


def blurred(image: Image, sigma: float) -> Image:
    """Gaussian blur with ``sigma`` in stored pixels."""
    import cv2

    return np.asarray(cv2.GaussianBlur(image, (0, 0), sigma), np.uint8)


def exposed(image: Image, stops: float) -> Image:
    """Exposure changed by ``stops``: each doubles the light (at gamma 2.2), and highlights are clipped."""
    light = (np.arange(256) / 255) ** _GAMMA * 2**stops
    table = np.round(255 * np.clip(light, 0, 1) ** (1 / _GAMMA)).astype(np.uint8)
    return table[image]


def greyscale(image: Image) -> Image:
    """Greyscale, still with three channels."""
    import cv2

    return np.repeat(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)[..., None], 3, axis=2).astype(np.uint8)


def jpeg(image: Image, quality: int) -> Image:
    """Saved as JPEG with ``quality`` 1..100, and read again."""
    import cv2

    _, encoded = cv2.imencode(".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, quality])
    decoded = np.asarray(cv2.imdecode(encoded, cv2.IMREAD_COLOR), np.uint8)
    return np.ascontiguousarray(decoded[..., ::-1])


def rotated(image: Image, labelled: LabelledImage, degrees: int) -> tuple[Image, LabelledImage]:
    """The whole image rotated counter-clockwise on a larger grey canvas.

    A face is taken to fill the ellipse inside its box; the new box is the bounding box of the rotated ellipse.
    """
    import cv2

    height, width = image.shape[:2]
    c, s = cos(radians(degrees)), sin(radians(degrees))
    new_width, new_height = round(width * abs(c) + height * abs(s)), round(width * abs(s) + height * abs(c))
    matrix = np.array([[c, s, 0], [-s, c, 0]])
    matrix[:, 2] = np.array([new_width, new_height]) / 2 - matrix[:, :2] @ np.array([width, height]) / 2
    # Boxes are measured from pixel corners, half a pixel from the centres that are sampled
    shift = np.array([0.5, 0.5])
    sampling = matrix.copy()
    sampling[:, 2] += matrix[:, :2] @ shift - shift
    changed = cv2.warpAffine(image, sampling, (new_width, new_height), flags=cv2.INTER_LINEAR, borderValue=_FILL)
    boxes, ignore = (
        clip(_rotated_boxes(xyxy, matrix), new_width, new_height) for xyxy in (labelled.xyxy, labelled.ignore)
    )
    labels = replace(labelled, width=new_width, height=new_height, xyxy=boxes, ignore=ignore)
    return np.asarray(changed, np.uint8), labels


def _rotated_boxes(xyxy: NDArray[np.float32], matrix: NDArray[np.float64]) -> NDArray[np.float32]:
    centre = (xyxy[:, :2] + xyxy[:, 2:]) / 2 @ matrix[:, :2].T + matrix[:, 2]
    half = np.sqrt(((xyxy[:, 2:] - xyxy[:, :2]) / 2) ** 2 @ (matrix[:, :2] ** 2).T)
    return np.concatenate([centre - half, centre + half], axis=1).astype(np.float32)


CORRUPTIONS = (
    Corruption("blur", "1 px", lambda image: blurred(image, 1)),
    Corruption("blur", "2 px", lambda image: blurred(image, 2)),
    Corruption("light", "3 stops too dark", lambda image: exposed(image, -3)),
    Corruption("light", "1.5 stops too bright", lambda image: exposed(image, 1.5)),
    Corruption("colour", "greyscale", greyscale),
    Corruption("rotation", "15 degrees", degrees=15),
    Corruption("rotation", "30 degrees", degrees=30),
    Corruption("rotation", "90 degrees", degrees=90),
    Corruption("JPEG", "quality 30", lambda image: jpeg(image, 30)),
    Corruption("JPEG", "quality 10", lambda image: jpeg(image, 10)),
)
"""Each is applied to every image as stored."""
