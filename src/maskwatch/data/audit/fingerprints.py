"""Fingerprints of images for duplicate detection: checksum, size and thumbnail."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from maskwatch.errors import SourceError
from maskwatch.frames import Image
from maskwatch.images import read_image

SIDE = 64
"""Side of the square thumbnails in pixels; the aspect ratio is not kept."""


@dataclass(frozen=True)
class Fingerprints:
    """Fingerprints of the N images that could be read, in the given order.

    Attributes:
        paths: the files.
        index: int64 (N,), their indices in the given list.
        md5: (N,) hexadecimal checksums of the files.
        sizes: int64 (N, 2), width and height in pixels after EXIF rotation.
        thumbs: uint8 (N, SIDE, SIDE, 3), RGB.
        unreadable: one line for each file that cannot be read.
    """

    paths: list[Path]
    index: NDArray[np.int64]
    md5: NDArray[np.str_]
    sizes: NDArray[np.int64]
    thumbs: NDArray[np.uint8]
    unreadable: list[str]

    def __len__(self) -> int:
        return len(self.paths)


def fingerprint(paths: Sequence[Path], on_progress: Callable[[int, int], None] | None = None) -> Fingerprints:
    """Read every image, with EXIF rotation applied.

    Args:
        paths: image files.
        on_progress: called with the number of files done and the total.
    """
    index, md5, sizes, thumbs, unreadable = [], [], [], [], []
    for number, path in enumerate(paths):
        try:
            image = read_image(path)
        except SourceError as error:
            unreadable.append(str(error))
        else:
            index.append(number)
            md5.append(hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest())
            sizes.append((image.shape[1], image.shape[0]))
            thumbs.append(thumbnail(image))
        if on_progress:
            on_progress(number + 1, len(paths))
    return Fingerprints(
        [paths[i] for i in index],
        np.array(index, np.int64),
        np.array(md5, np.str_),
        np.array(sizes, np.int64).reshape(-1, 2),
        np.array(thumbs, np.uint8).reshape(-1, SIDE, SIDE, 3),
        unreadable,
    )


def thumbnail(image: Image) -> Image:
    """An image (H, W, 3) scaled to (SIDE, SIDE, 3) by averaging."""
    import cv2

    height, width = image.shape[:2]
    shrinks = height >= SIDE and width >= SIDE
    small = cv2.resize(image, (SIDE, SIDE), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)
    return np.asarray(small, np.uint8)


def grey(thumbs: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Luma (N, SIDE, SIDE), 0..255, of thumbnails (N, SIDE, SIDE, 3), with the weights of ITU-R BT.601."""
    return np.asarray(thumbs.astype(np.float32) @ np.array([0.299, 0.587, 0.114], np.float32), np.float32)
