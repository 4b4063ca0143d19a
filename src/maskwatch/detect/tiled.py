"""Faces of very large images: the whole image, and overlapping tiles of it at full resolution."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import ceil

import numpy as np
from numpy.typing import NDArray

from maskwatch.boxes import area, intersection
from maskwatch.detect.base import Colour
from maskwatch.detect.raw_prediction import MultiScalePrediction
from maskwatch.detect.single_shot import SingleShotDetector
from maskwatch.detections import Detections
from maskwatch.frames import Image

OVERLAP = 0.25
"""Share of a tile's side that it has in common with the next one, at least."""
LEVEL_STEP = 4
"""Each coarser level of tiles is this many times smaller than the one before."""
CUT_MARGIN = 0.05
"""A box that comes nearer than this share of its side to the inner border of a tile belongs to a face that is cut."""
LEAST_CUT_MARGIN = 3.0
"""The same in pixels of the tile."""
PART_SHARE, PART_SIZE = 0.7, 0.25
"""A box is a part of another one when this share of it lies inside, and it is no smaller than this share of it."""


@dataclass(frozen=True)
class Tile:
    """A part of an image that was made ``scale`` times as large.

    Attributes:
        left, top, right, bottom: pixels of the scaled image.
        inner: bool (4,), which of these edges run through the image instead of along its border.
    """

    left: int
    top: int
    right: int
    bottom: int
    inner: NDArray[np.bool_]

    def cuts(self, xyxy: NDArray[np.float32]) -> NDArray[np.bool_]:
        """Which boxes (N, 4), in pixels of the tile, reach an edge that runs through the image: bool (N,)."""
        side = np.array([self.right - self.left, self.bottom - self.top], np.float32)
        distance = np.concatenate([xyxy[:, :2], side - xyxy[:, 2:]], axis=1)
        margin = np.maximum(CUT_MARGIN * (xyxy[:, 2:] - xyxy[:, :2]), LEAST_CUT_MARGIN)
        return np.asarray(((distance < np.tile(margin, 2)) & self.inner).any(axis=1), np.bool_)


@dataclass(frozen=True)
class TilePrediction:
    """Raw outputs for one tile.

    Attributes:
        raw: in pixels of the tile.
        tile: its place in the scaled image.
        scale: pixels of the image per pixel of the scaled image, (x, y).
    """

    raw: MultiScalePrediction
    tile: Tile
    scale: tuple[float, float]

    def detections(self, conf: float | None) -> Detections:
        """The faces that the tile does not cut, in pixels of the image."""
        faces = self.raw.detections(conf)
        faces = faces[~self.tile.cuts(faces.xyxy)]
        xyxy = (faces.xyxy + np.array([self.tile.left, self.tile.top] * 2)) * np.array(self.scale * 2)
        return replace(faces, xyxy=xyxy.astype(np.float32))


@dataclass(frozen=True)
class TiledPrediction:
    """Raw outputs for the whole image and for its tiles; a `RawPrediction`."""

    whole: MultiScalePrediction
    tiles: tuple[TilePrediction, ...]

    def detections(self, conf: float | None = None) -> Detections:
        """One box for each face, as `MultiScalePrediction.detections` gives them."""
        parts = [self.whole.detections(conf), *(tile.detections(conf) for tile in self.tiles)]
        return merge(parts, self.whole.thresholds.iou)

    def above(self, conf: float) -> TiledPrediction:
        """Only the boxes that matter at a confidence threshold of ``conf`` or more."""
        tiles = tuple(replace(tile, raw=tile.raw.above(conf)) for tile in self.tiles)
        return TiledPrediction(self.whole.above(conf), tiles)


class TiledDetector(SingleShotDetector):
    """Detects faces in images larger than the network's input: in the whole image and in overlapping tiles of it.

    A face that one tile cuts lies whole in the next tile. A face larger than the overlap lies whole in a coarser level
    of tiles or in the whole image. Images that fit the input are not tiled.
    """

    def predict_raw(self, image: Image, *, color: Colour = "rgb") -> TiledPrediction:
        """Raw outputs for one image and for its tiles; arguments and errors are those of the single-shot detector."""
        whole = self.run_passes(image, color)
        parts = []
        for level in levels(image, self.imgsz) if max(whole.width, whole.height) > self.imgsz else ():
            scale = whole.width / level.shape[1], whole.height / level.shape[0]
            for tile in tiles(level.shape[:2], self.imgsz):
                part = np.ascontiguousarray(level[tile.top : tile.bottom, tile.left : tile.right])
                parts.append(TilePrediction(self.run_passes(part, color, main_only=True), tile, scale))
        return TiledPrediction(whole, tuple(parts))


def levels(image: Image, side: int) -> Iterator[Image]:
    """The image at full size, then four times smaller and so on, while its longer side is over ``side`` pixels."""
    import cv2

    height, width = image.shape[:2]
    shrink = 1
    while max(height, width) / shrink > side:
        size = max(1, round(width / shrink)), max(1, round(height / shrink))
        yield image if shrink == 1 else np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
        shrink *= LEVEL_STEP


def tiles(shape: tuple[int, int], side: int) -> list[Tile]:
    """Tiles of ``side`` pixels that cover an image of (height, width) and overlap by `OVERLAP` or more."""
    height, width = shape
    found = []
    for top in _starts(height, side):
        for left in _starts(width, side):
            right, bottom = min(left + side, width), min(top + side, height)
            inner = np.array([left > 0, top > 0, right < width, bottom < height], np.bool_)
            found.append(Tile(left, top, right, bottom, inner))
    return found


def _starts(length: int, side: int) -> list[int]:
    if length <= side:
        return [0]
    count = 1 + ceil((length - side) / (side * (1 - OVERLAP)))
    return [int(start) for start in np.linspace(0, length - side, count).round()]


def merge(views: list[Detections], iou: float) -> Detections:
    """One box for each face out of several views of one image, best face score first.

    A box is dropped when a better one of another view overlaps it by more than ``iou``, or when one of the two is a
    part of the other. Boxes of one view are left as they are: there the network tells neighbours apart.
    """
    owner = np.repeat(np.arange(len(views)), [len(faces) for faces in views])
    score = np.concatenate([faces.confidence for faces in views])
    order = np.argsort(-score, kind="stable")
    faces = Detections(
        np.concatenate([faces.xyxy for faces in views])[order],
        score[order],
        np.concatenate([faces.state_scores for faces in views])[order],
        ambiguity_margin=views[0].ambiguity_margin,
    )
    owner, size = owner[order], area(faces.xyxy)
    alive = np.ones(len(faces), np.bool_)
    for i in range(len(faces)):
        if alive[i]:
            shared = intersection(faces.xyxy[i : i + 1], faces.xyxy[i + 1 :])[0]
            larger, smaller = np.maximum(size[i], size[i + 1 :]), np.minimum(size[i], size[i + 1 :])
            part = (shared > PART_SHARE * smaller) & (smaller > PART_SIZE * larger)
            double = part | (shared > iou * (larger + smaller - shared))
            alive[i + 1 :] &= ~(double & (owner[i + 1 :] != owner[i]))
    return faces[alive]
