"""Detection in two stages: one network finds the faces, another tells of each whether its mask is worn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from maskwatch.boxes import crop_box
from maskwatch.detect.base import Colour, Detector, checked_color, checked_shape
from maskwatch.detect.raw_prediction import Thresholds
from maskwatch.detections import Detections
from maskwatch.errors import UsageError
from maskwatch.frames import Image

if TYPE_CHECKING:
    from maskwatch.detect.card import ModelCard
    from maskwatch.detect.classifier import FaceClassifier
    from maskwatch.detect.face_detectors.contract import FaceBoxes, FaceDetector


@dataclass(frozen=True)
class TwoStagePrediction:
    """Detected and classified faces of one image; a `RawPrediction`.

    Attributes:
        found: every face that the face detector reports at ``conf``, with its state.
        conf: the detector's threshold; faces below it are not classified.
    """

    found: Detections
    conf: float

    def detections(self, conf: float | None = None) -> Detections:
        """The faces at a confidence threshold, 0..1; None takes the detector's.

        Raises:
            UsageError: when it is lower than the detector's.
        """
        if conf is not None and conf < self.conf:
            raise UsageError(f"confidence {conf} is below the detector's, {self.conf}; load it with a lower conf")
        return self.found.with_confidence(self.conf if conf is None else conf)

    def above(self, conf: float) -> TwoStagePrediction:
        """Only the faces that reach the confidence ``conf``, 0..1."""
        return TwoStagePrediction(self.found.with_confidence(conf), max(self.conf, conf))


class TwoStageDetector(Detector):
    """A face detector and a classifier of faces, in turn.

    Each face is cut out with the margin on the classifier's card, and all faces of an image are classified in one
    batch. The state scores are calibrated by the card's temperature; a classifier of two states gives 0 for
    ``worn_incorrectly``.

    Args:
        face_detector: finds the faces.
        classifier: tells their states.
        conf: lowest confidence that is reported; None takes the face detector's.
        iou: boxes that overlap a better one by more are dropped; None takes the face detector's.

    Raises:
        UsageError: when an option is out of range.
    """

    def __init__(
        self,
        face_detector: FaceDetector,
        classifier: FaceClassifier,
        *,
        conf: float | None = None,
        iou: float | None = None,
    ) -> None:
        self.face_detector = face_detector
        self.classifier = classifier
        self.imgsz = face_detector.imgsz
        self.thresholds = Thresholds(
            conf=face_detector.conf if conf is None else conf, iou=face_detector.iou if iou is None else iou
        )

    @property
    def name(self) -> str:
        """The names of both networks."""
        return f"{self.face_detector.name} + {self.classifier.name}"

    @property
    def card(self) -> ModelCard:
        """The card of the classifier."""
        return self.classifier.card

    @property
    def default_conf(self) -> float:
        """The face detector's threshold."""
        return self.face_detector.conf

    def predict_raw(self, image: Image, *, color: Colour = "rgb") -> TwoStagePrediction:
        """Find and classify the faces of one image that can reach the detector's own threshold.

        Args:
            image: uint8 (H, W, 3).
            color: order of the channels; OpenCV's images are "bgr".

        Raises:
            UsageError: when ``image`` is no such array.
        """
        checked_shape(image)
        rgb = np.ascontiguousarray(image[..., ::-1]) if checked_color(color) == "bgr" else image
        found = self.face_detector.detect(rgb, self.thresholds.conf, self.thresholds.iou)
        states = self.classifier(self._cut(rgb, found))
        faces = Detections(found.xyxy, found.score, states, ambiguity_margin=self.card.ambiguity_margin)
        return TwoStagePrediction(faces, self.thresholds.conf)

    def _cut(self, image: Image, found: FaceBoxes) -> list[Image]:
        height, width = image.shape[:2]
        places = [crop_box(box, width, height, margin=self.card.margin) for box in found.xyxy]
        return [image[top:bottom, left:right] for left, top, right, bottom in places]
