"""All options of a detector in one record, and the detector that they describe."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from maskwatch.detect.devices import RuntimeOptions
from maskwatch.errors import UsageError

if TYPE_CHECKING:
    from maskwatch.detect.base import Detector
    from maskwatch.detect.single_shot import SingleShotDetector
    from maskwatch.detect.two_stage import TwoStageDetector

SINGLE_SHOT, TWO_STAGE = "single-shot", "two-stage"
DETECTORS = (SINGLE_SHOT, TWO_STAGE)


@dataclass(frozen=True)
class InferenceOptions:
    """The options of a detector, as `maskwatch.load_detector` and `maskwatch.load_two_stage` describe them.

    None stands for the default of the model.

    Attributes:
        detector: one of `DETECTORS`; None: two-stage when an option of it is given, else single-shot.
        model, preset, tile: of single-shot only.
        face_detector, classifier, face_detector_model: of two-stage only.
        conf, iou, imgsz, threads, device: of both.

    Raises:
        UsageError: when an option is not known or belongs to the other detector.
    """

    detector: str | None = None
    model: str | Path | None = None
    preset: str | None = None
    tile: bool = False
    face_detector: str | None = None
    classifier: str | Path | None = None
    face_detector_model: str | Path | None = None
    conf: float | None = None
    iou: float | None = None
    imgsz: int | None = None
    threads: int | None = None
    device: str = "cpu"

    def __post_init__(self) -> None:
        if self.detector is not None and self.detector not in DETECTORS:
            raise UsageError(f"--detector {self.detector} is not known; take one of {', '.join(DETECTORS)}")
        misplaced = ("face_detector", "classifier", "face_detector_model")
        if self.two_stage:
            misplaced = ("model", "preset", "tile")
        if wrong := [f"--{name.replace('_', '-')}" for name in misplaced if getattr(self, name)]:
            other = SINGLE_SHOT if self.two_stage else TWO_STAGE
            raise UsageError(f"{', '.join(wrong)}: for --detector {other} only; omit it, or choose that detector")

    @property
    def two_stage(self) -> bool:
        """Whether the detector is a face detector and a classifier instead of one network."""
        given = self.face_detector or self.classifier or self.face_detector_model
        return self.detector == TWO_STAGE or (self.detector is None and given is not None)

    @property
    def runtime(self) -> RuntimeOptions:
        """The options of ONNX Runtime."""
        return RuntimeOptions(self.threads, self.device)


def open_detector(options: InferenceOptions) -> Detector:
    """Load a detector; nothing is downloaded.

    Raises:
        ModelError: when a model is not found or cannot be used.
        UsageError: when an option is out of range.
    """
    return open_two_stage(options) if options.two_stage else open_single_shot(options)


def open_single_shot(options: InferenceOptions) -> SingleShotDetector:
    """Load a single-shot detector; errors are those of `open_detector`."""
    from maskwatch.detect.session import OnnxSession
    from maskwatch.detect.single_shot import SingleShotDetector
    from maskwatch.detect.tiled import TiledDetector
    from maskwatch.weights import find_model

    session = OnnxSession(find_model(options.model or "small"), options.runtime)
    conf = options.conf
    if options.preset is not None and conf is None:
        conf = session.card.preset_conf(options.preset)
    kind = TiledDetector if options.tile else SingleShotDetector
    return kind(session, conf=conf, iou=options.iou, imgsz=options.imgsz)


def open_two_stage(options: InferenceOptions) -> TwoStageDetector:
    """Load a face detector and a classifier; errors are those of `open_detector`."""
    from maskwatch.detect.classifier import FaceClassifier
    from maskwatch.detect.face_detectors import load_face_detector
    from maskwatch.detect.two_stage import TwoStageDetector
    from maskwatch.weights import find_classifier

    model = None if options.face_detector_model is None else Path(options.face_detector_model)
    faces = load_face_detector(
        options.face_detector or "maskwatch", model, imgsz=options.imgsz, runtime=options.runtime
    )
    classifier = FaceClassifier(find_classifier(options.classifier or "classifier"), options.runtime)
    return TwoStageDetector(faces, classifier, conf=options.conf, iou=options.iou)
