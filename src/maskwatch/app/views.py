"""Images for the page, as JPEG: with boxes, small, and one crop per face; blurred on request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from maskwatch.app.cards import FaceIndex
from maskwatch.app.images import jpeg, limit_side
from maskwatch.app.session import Result
from maskwatch.boxes import crop_box
from maskwatch.detections import Detections
from maskwatch.frames import Image
from maskwatch.images import read_image
from maskwatch.sinks.blur import blur as blurred
from maskwatch.sinks.draw import DrawStyle, draw

CROP_SIDE = 192
"""Maximum length of a crop's longer side, pixels."""
_CROP_MARGIN = 0.25


def view(result: Result, *, blur: bool) -> bytes:
    """The large copy of the image with boxes and labels."""
    image = _copy(result, result.image.view, blur)
    return jpeg(draw(image, _scaled(result.faces, result, image)))


def thumb(result: Result, *, blur: bool) -> bytes:
    """The small copy of the image with boxes."""
    image = _copy(result, result.image.thumb, blur)
    return jpeg(draw(image, _scaled(result.faces, result, image), DrawStyle(labels=False)))


def crops(results: Sequence[Result], faces: Sequence[FaceIndex], *, blur: bool) -> list[bytes]:
    """Crops of these faces with a margin, in the same order."""
    cut: dict[FaceIndex, bytes] = {}
    for number in {face.image for face in faces}:
        result = results[number]
        image = _copy(result, result.image.view, blur)
        xyxy = _scaled(result.faces, result, image).xyxy
        for face in faces:
            if face.image == number:
                cut[face] = jpeg(limit_side(_crop(image, xyxy[face.face]), CROP_SIDE))
    return [cut[face] for face in faces]


def annotated(result: Result, image: Image, *, blur: bool) -> Image:
    """The image at full size, RGB uint8 (H, W, 3), with boxes and labels."""
    return draw(blurred(image, result.to_blur) if blur else image, result.faces)


def _crop(image: Image, box: NDArray[np.float32]) -> Image:
    left, top, right, bottom = crop_box(box, image.shape[1], image.shape[0], margin=_CROP_MARGIN, square=True)
    return np.ascontiguousarray(image[top:bottom, left:right])


def _copy(result: Result, content: bytes, blur: bool) -> Image:
    image = read_image(content, name=result.upload.name)
    return blurred(image, _scaled(result.to_blur, result, image)) if blur else image


def _scaled(faces: Detections, result: Result, image: Image) -> Detections:
    """The faces in pixels of a smaller copy of the image."""
    scale = np.array([image.shape[1] / result.image.width, image.shape[0] / result.image.height] * 2, np.float32)
    return replace(faces, xyxy=faces.xyxy * scale)
