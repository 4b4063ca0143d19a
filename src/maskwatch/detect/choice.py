"""Which detector a user asked for: one record of all the options, and the detector that they name."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from maskwatch.detect import load_detector, load_two_stage
from maskwatch.detect.base import Detector
from maskwatch.errors import UsageError

SINGLE_SHOT, TWO_STAGE = "single-shot", "two-stage"
DETECTORS = (SINGLE_SHOT, TWO_STAGE)


@dataclass(frozen=True)
class DetectorChoice:
    """The options of `maskwatch.load_detector` and of `maskwatch.load_two_stage`; None takes their defaults.

    Attributes:
        detector: one of `DETECTORS`; None is single-shot, unless an option of the other is given.
        model, preset, tile: of single-shot only.
        face_detector, classifier, face_detector_model: of two-stage only.
        conf, iou, imgsz, threads: of both.

    Raises:
        UsageError: when the detector is not known, or has no such option.
    """

    detector: str | None = None
    model: str | None = None
    preset: str | None = None
    tile: bool = False
    face_detector: str | None = None
    classifier: str | None = None
    face_detector_model: Path | None = None
    conf: float | None = None
    iou: float | None = None
    imgsz: int | None = None
    threads: int | None = None

    def __post_init__(self) -> None:
        if self.detector is not None and self.detector not in DETECTORS:
            raise UsageError(f"--detector {self.detector} is not known; take one of {', '.join(DETECTORS)}")
        theirs = ("face_detector", "classifier", "face_detector_model")
        if self.two_stage:
            theirs = ("model", "preset", "tile")
        if wrong := [f"--{name.replace('_', '-')}" for name in theirs if getattr(self, name)]:
            other = SINGLE_SHOT if self.two_stage else TWO_STAGE
            raise UsageError(f"{', '.join(wrong)}: for --detector {other} only; leave it out, or choose that one")

    @property
    def two_stage(self) -> bool:
        """Whether two networks are asked for."""
        named = self.face_detector or self.classifier or self.face_detector_model
        return self.detector == TWO_STAGE or (self.detector is None and named is not None)


def open_detector(options: DetectorChoice) -> Detector:
    """Load what the options ask for; nothing is downloaded.

    Raises:
        ModelError: when a model is not there or cannot be used.
        UsageError: when an option is out of range.
    """
    common = {"conf": options.conf, "iou": options.iou, "imgsz": options.imgsz, "threads": options.threads}
    if options.two_stage:
        return load_two_stage(
            options.face_detector or "maskwatch",
            options.classifier or "classifier",
            face_detector_model=options.face_detector_model,
            **common,  # type: ignore[arg-type]
        )
    return load_detector(options.model or "default", preset=options.preset, tile=options.tile, **common)  # type: ignore[arg-type]
