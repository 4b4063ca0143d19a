"""Ten test images for face detectors: one face, many, none, at the border, and odd shapes."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from maskwatch.demo import FACE, demo_images
from maskwatch.frames import Image


@dataclass(frozen=True)
class FaceImage:
    """An image and, if there is one, the face that every detector must detect, [x1, y1, x2, y2]."""

    name: str
    image: Image
    face: tuple[float, float, float, float] | None = None


def ten_images() -> list[FaceImage]:
    images = {image.name: image.image for image in demo_images()}
    portrait, group = images["portrait_without_mask"], images["group"]
    x1, y1, x2, y2 = FACE
    half = np.asarray(cv2.resize(portrait, (256, 256), interpolation=cv2.INTER_AREA), np.uint8)
    return [
        FaceImage("portrait", portrait, FACE),
        FaceImage("mirrored", np.ascontiguousarray(portrait[:, ::-1]), (512 - x2, y1, 512 - x1, y2)),
        FaceImage("half", half, (x1 / 2, y1 / 2, x2 / 2, y2 / 2)),
        FaceImage("dim", (portrait * 0.6).astype(np.uint8), FACE),
        FaceImage("masked", images["portrait_with_mask"]),
        FaceImage("group", group),
        FaceImage("cut by the border", np.ascontiguousarray(portrait[110:300, 215:420])),
        FaceImage("noise", np.random.default_rng(0).integers(0, 256, (180, 240, 3), np.uint8)),
        FaceImage("one pixel", np.full((1, 1, 3), 200, np.uint8)),
        FaceImage("thin", np.full((700, 9, 3), 30, np.uint8)),
    ]
