"""Classifiers: a face that has been cut out goes in, its mask state comes out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from maskwatch.detect.devices import RuntimeOptions
from maskwatch.detect.raw_prediction import Calibration
from maskwatch.detect.session import open_model
from maskwatch.detections import MaskState
from maskwatch.errors import ModelError
from maskwatch.frames import Image

INPUT, OUTPUT = "faces", "state_scores"
LARGEST_BATCH = 256
"""Faces that are classified at once; more would need gigabytes in a large network."""


def face_input(image: Image, size: int) -> Image:
    """A face image RGB uint8 (H, W, 3) stretched to (size, size, 3), as every classifier sees it."""
    shrinks = max(image.shape[:2]) > size
    interpolation = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(image, (size, size), interpolation=interpolation), np.uint8)


class FaceClassifier:
    """A classifier's model file and its card.

    Args:
        path: an ONNX file of ``maskwatch train classifier``.
        runtime: device and threads; None: the CPU with all cores.

    Raises:
        ModelError: when the file is missing, damaged, or no classifier.
        UsageError: when the device is not available.
    """

    def __init__(self, path: Path, runtime: RuntimeOptions | None = None) -> None:
        self._session, self.card = open_model(path, runtime)
        if self.card.task != "classifier" or [o.name for o in self._session.get_outputs()] != [OUTPUT]:
            raise ModelError(f"{path}: not a classifier but a model for '{self.card.task}'; give a classifier's file")
        self._check_shapes(path)
        self.name = self.card.name
        self.classes = tuple(MaskState[name] for name in self.card.classes)
        self.size = self.card.imgsz
        self.parameters = self.card.parameters
        self.calibration: Calibration | None = Calibration(self.card.temperature)

    def _check_shapes(self, path: Path) -> None:
        """The graph has to be what the card says, or it would fail in the middle of a video."""
        given, found = self._session.get_inputs()[0], self._session.get_outputs()[0].shape[-1]
        if found != len(self.card.classes):
            raise ModelError(
                f"{path}: {found} outputs for the {len(self.card.classes)} states on its card; export it anew"
            )
        if given.name != INPUT or given.type != "tensor(uint8)" or list(given.shape[1:]) != [self.card.imgsz] * 2 + [3]:
            raise ModelError(f"{path}: input {given.name} {given.shape} is not what its card says; export it anew")

    def __call__(self, faces: Sequence[Image]) -> NDArray[np.float32]:
        """State scores (N, 3) of N face images of any size, in the order of `MaskState`, calibrated.

        A state that the classifier does not know has the score 0.
        """
        scores = np.zeros((len(faces), len(MaskState)), np.float32)
        for first in range(0, len(faces), LARGEST_BATCH):
            some = slice(first, first + LARGEST_BATCH)
            batch = np.stack([face_input(face, self.size) for face in faces[some]])
            scores[some, list(self.classes)] = Calibration(self.card.temperature)(self.probabilities(batch))
        return scores

    def probabilities(self, batch: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Uncalibrated probabilities (N, C) of a batch uint8 (N, size, size, 3), in the order of ``classes``."""
        return np.asarray(self._session.run([OUTPUT], {INPUT: batch})[0], np.float32)
