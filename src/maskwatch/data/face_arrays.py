"""Face images as arrays of one size."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from maskwatch.data.formats.folders import LabelledFace
from maskwatch.detect.classifier import face_input
from maskwatch.detections import MaskState
from maskwatch.errors import DataError, SourceError
from maskwatch.images import read_image


@dataclass(frozen=True)
class FaceArrays:
    """N faces.

    Attributes:
        images: uint8 (N, S, S, 3), RGB.
        labels: int64 (N,), indices of the classes.
        paths: the N files.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    paths: list[Path]

    def __len__(self) -> int:
        return len(self.paths)


def read_faces(
    faces: Iterable[LabelledFace], classes: tuple[MaskState, ...], size: int, problems: list[str]
) -> FaceArrays:
    """Read face images.

    Args:
        faces: the files and their states.
        classes: the states that the classifier knows.
        size: S, side of the images in pixels.
        problems: gets one line for each image that cannot be read and is skipped.

    Raises:
        DataError: when a face has a state outside ``classes``, or no image can be read.
    """
    images, labels, paths = [], [], []
    for face in faces:
        if face.class_id not in classes:
            names = ", ".join(state.name for state in classes)
            raise DataError(
                f"{face.path}: {face.class_id.name}, but the classifier knows {names} only; "
                f"exclude these images with --map {face.class_id.name}=ignore"
            )
        try:
            images.append(face_input(read_image(face.path), size))
        except SourceError as error:
            problems.append(str(error))
            continue
        labels.append(classes.index(face.class_id))
        paths.append(face.path)
    if not images:
        raise DataError("no face image can be read" + (f": {problems[-1]}" if problems else "; check the folder"))
    return FaceArrays(np.stack(images), np.array(labels, np.int64), paths)
