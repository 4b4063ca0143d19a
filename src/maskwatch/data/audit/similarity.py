"""Similarity of two images, pixel by pixel, after alignment."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from maskwatch.data.audit.fingerprints import SIDE
from maskwatch.data.audit.transforms import CENTRE, TransformPair
from maskwatch.frames import Image

_COARSE = 24
_LOCAL = 11
_MIN_VARIANCE = 4.0
_MIN_TEXTURE = 200
_ITERATIONS = 30


class Similarity(NamedTuple):
    """Similarity of two aligned thumbnails.

    Attributes:
        colour: correlation of 24 x 24 colour cells, -1..1. High for the same scene and light, and for portraits of one
            style.
        detail: correlation of structures finer than about 1/16 of the image, -1..1. High only for the same photograph.
        shared: share 0..1 of the detailed area in which the details agree (local correlation over 0.9). High for the
            same photograph with a part changed, such as a mask drawn over the face.
    """

    colour: float
    detail: float
    shared: float


NO_SIMILARITY = Similarity(0.0, 0.0, 0.0)


def compare(
    whole: Image, part: Image, transforms: TransformPair, size: tuple[int, int], min_colour: float = -1.0
) -> Similarity:
    """Align ``part`` to ``whole``, first by the given transforms, then by image registration, and correlate them.

    If a part was changed, registration can misalign the rest, so the better of both alignments counts. Of rotated
    images only the centre is compared, since rotation replaces the corners.

    Args:
        whole: thumbnail (SIDE, SIDE, 3) of the first image.
        part: thumbnail of the second image.
        transforms: initial alignment.
        size: width and height of the second image.
        min_colour: return `NO_SIMILARITY` if the colour correlation before registration is lower.
    """
    if transforms.part.mirrored:
        part = np.ascontiguousarray(part[:, ::-1])
    centre = transforms.change == "rotation"
    warp = transforms.warp(size)
    if min_colour > -1 and _colour(*_compared(centre, whole, _warped(part, warp))) < min_colour:
        return NO_SIMILARITY
    alignments = (warp, _registered(whole, part, warp, centre))
    similarities = [_measure(whole, part, each, centre) for each in alignments]
    return max(similarities, key=lambda similarity: (similarity.shared, similarity.detail))


def _compared(centre: bool, *images: Image) -> list[Image]:
    """The images, or only their centres."""
    if not centre:
        return list(images)
    edge = round(CENTRE[0] * SIDE)
    return [np.ascontiguousarray(image[edge:-edge, edge:-edge]) for image in images]


def _measure(whole: Image, part: Image, warp: NDArray[np.float32], centre: bool) -> Similarity:
    import cv2

    aligned = _warped(part, warp)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    covered = np.asarray(cv2.warpAffine(np.ones((SIDE, SIDE), np.float32), warp, (SIDE, SIDE), flags=flags)) > 0.99
    if centre:
        covered &= _centre_mask() > 0
    if covered.mean() < 0.4:
        return NO_SIMILARITY
    a, b = _details(whole), _details(aligned)
    colour = _colour(*_compared(centre, whole, aligned))
    return Similarity(colour, correlation(a[covered], b[covered]), _shared(a, b, covered))


def _centre_mask() -> NDArray[np.uint8]:
    """A mask (SIDE, SIDE), 255 in the centre."""
    mask = np.zeros((SIDE, SIDE), np.uint8)
    edge = round(CENTRE[0] * SIDE)
    mask[edge:-edge, edge:-edge] = 255
    return mask


def correlation(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    """Pearson correlation of all values of two arrays; 0 if one is constant."""
    a, b = a - a.mean(), b - b.mean()
    norm = float(np.linalg.norm(a) * np.linalg.norm(b))
    return float((a * b).sum()) / norm if norm > 1e-6 else 0.0


def _registered(whole: Image, part: Image, warp: NDArray[np.float32], centre: bool) -> NDArray[np.float32]:
    """The affine map from ``whole`` to ``part`` with the highest correlation near ``warp``.

    Uses the enhanced correlation coefficient (Evangelidis and Psarakis, PAMI 2008).
    """
    import cv2

    criteria = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, _ITERATIONS, 1e-3)
    a, b = (cv2.GaussianBlur(cv2.cvtColor(x, cv2.COLOR_RGB2GRAY), (0, 0), 1).astype(np.float32) for x in (whole, part))
    mask = _centre_mask() if centre else np.full((SIDE, SIDE), 255, np.uint8)
    try:
        _, registered = cv2.findTransformECC(a, b, warp.copy(), cv2.MOTION_AFFINE, criteria, mask, 1)
    except cv2.error:  # no better alignment: the images share little, or have no detail
        return warp
    return np.asarray(registered, np.float32)


def _warped(part: Image, warp: NDArray[np.float32]) -> Image:
    import cv2

    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    warped = cv2.warpAffine(part, warp, (SIDE, SIDE), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(warped, np.uint8)


def _colour(a: Image, b: Image) -> float:
    import cv2

    cells = (cv2.resize(x, (_COARSE, _COARSE), interpolation=cv2.INTER_AREA).astype(np.float32) for x in (a, b))
    return correlation(*cells)


def _details(image: Image) -> NDArray[np.float32]:
    import cv2

    luma = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY).astype(np.float32)
    return np.asarray(luma - cv2.GaussianBlur(luma, (0, 0), 2), np.float32)


def _shared(a: NDArray[np.float32], b: NDArray[np.float32], covered: NDArray[np.bool_]) -> float:
    import cv2

    def mean_around(values: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.asarray(cv2.blur(values, (_LOCAL, _LOCAL)), np.float32)

    var_a, var_b = mean_around(a * a), mean_around(b * b)
    local = mean_around(a * b) / np.sqrt(var_a * var_b + 1e-6)
    detailed = (np.maximum(var_a, var_b) > _MIN_VARIANCE) & covered
    if detailed.sum() < _MIN_TEXTURE:
        return 0.0
    return float((local[detailed] > 0.9).mean())
