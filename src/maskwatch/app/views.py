"""The images on the page: boxed, small, and one crop for each face; blurred where that is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from maskwatch.app.cards import FacePlace
from maskwatch.app.images import jpeg, shrunk
from maskwatch.app.session import Result
from maskwatch.boxes import crop_box
from maskwatch.detections import Detections
from maskwatch.frames import Image
from maskwatch.images import read_image
from maskwatch.sinks.blur import blur as blurred
from maskwatch.sinks.draw import DrawStyle, draw

CROP_SIDE = 192
"""Pixels of a crop's longer side, at most."""
_CROP_MARGIN = 0.25


def view(result: Result, *, blur: bool) -> bytes:
    """The image with all faces drawn in, as JPEG."""
    image = _shown(result, result.image.view, blur)
    return jpeg(draw(image, _scaled(result.faces, result, image)))


def thumb(result: Result, *, blur: bool) -> bytes:
    """The same small, with boxes and no labels."""
    image = _shown(result, result.image.thumb, blur)
    return jpeg(draw(image, _scaled(result.faces, result, image), DrawStyle(labels=False)))


def crops(results: Sequence[Result], places: Sequence[FacePlace], *, blur: bool) -> list[bytes]:
    """The faces at these places cut out with some room around them, as JPEG, in that order."""
    cut: dict[FacePlace, bytes] = {}
    for number in {place.image for place in places}:
        result = results[number]
        image = _shown(result, result.image.view, blur)
        xyxy = _scaled(result.faces, result, image).xyxy
        for place in places:
            if place.image == number:
                cut[place] = jpeg(shrunk(_cut(image, xyxy[place.face]), CROP_SIDE))
    return [cut[place] for place in places]


def _cut(image: Image, box: NDArray[np.float32]) -> Image:
    left, top, right, bottom = crop_box(box, image.shape[1], image.shape[0], margin=_CROP_MARGIN, square=True)
    return np.ascontiguousarray(image[top:bottom, left:right])


def annotated(result: Result, image: Image, *, blur: bool) -> Image:
    """The image in full size, RGB uint8 (H, W, 3), with all faces drawn in."""
    return draw(blurred(image, result.to_hide) if blur else image, result.faces)


def _shown(result: Result, content: bytes, blur: bool) -> Image:
    image = read_image(content, name=result.upload.name)
    return blurred(image, _scaled(result.to_hide, result, image)) if blur else image


def _scaled(faces: Detections, result: Result, image: Image) -> Detections:
    """The faces in pixels of a smaller copy of the image."""
    scale = np.array([image.shape[1] / result.image.width, image.shape[0] / result.image.height] * 2, np.float32)
    return replace(faces, xyxy=faces.xyxy * scale)
