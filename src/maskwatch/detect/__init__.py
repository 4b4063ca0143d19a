"""Detectors: an image in, the faces with their mask states out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from maskwatch.detect.single_shot import SingleShotDetector
    from maskwatch.detect.two_stage import TwoStageDetector

__all__ = ["load_detector", "load_two_stage"]


def load_detector(
    model: str | Path = "default",
    *,
    conf: float | None = None,
    iou: float | None = None,
    imgsz: int | None = None,
    threads: int | None = None,
    preset: str | None = None,
    tile: bool = False,
) -> SingleShotDetector:
    """Load a detector; nothing is downloaded.

    Args:
        model: name of a shipped model, or path of an ``.onnx`` file that MaskWatch exported.
        conf: lowest confidence that is reported, 0..1; None takes the value on the model's card.
        iou: overlap over which the weaker of two boxes is dropped, 0..1; None takes the card's.
        imgsz: length in pixels to which an image's longer side is scaled; None takes the card's.
        threads: threads for one image; None takes all cores.
        preset: takes ``conf`` from the card by a stated aim, "balanced" or "strict"; an own ``conf`` wins.
        tile: also look piece by piece at images larger than ``imgsz``, for small faces in very large images.

    Returns:
        A callable: ``detector(image) -> Detections``.

    Raises:
        ModelError: when the model is not found or cannot be used.
        UsageError: when an option is out of range, or the model has no such preset.
    """
    from maskwatch.detect.session import OnnxSession
    from maskwatch.detect.single_shot import SingleShotDetector
    from maskwatch.weights import find_model

    session = OnnxSession(find_model(model), threads)
    if preset is not None and conf is None:
        conf = session.card.preset_conf(preset)
    if not tile:
        return SingleShotDetector(session, conf=conf, iou=iou, imgsz=imgsz)
    from maskwatch.detect.tiled import TiledDetector

    return TiledDetector(session, conf=conf, iou=iou, imgsz=imgsz)


def load_two_stage(
    face_detector: str = "maskwatch",
    classifier: str | Path = "classifier",
    *,
    face_detector_model: str | Path | None = None,
    conf: float | None = None,
    iou: float | None = None,
    imgsz: int | None = None,
    threads: int | None = None,
) -> TwoStageDetector:
    """Load a detector in two stages: a face detector, and a classifier of the faces; nothing is downloaded.

    Args:
        face_detector: "maskwatch" (our own network) or "haar", which are there at once, or "res10", "yunet" or
            "retinaface", which ``maskwatch models fetch NAME`` gets.
        classifier: name of a shipped classifier, or path of the ``model.onnx`` of a trained one.
        face_detector_model: the face detector's model file, or a folder that holds it; None takes the shipped or
            fetched one.
        conf: lowest confidence that is reported, 0..1; None takes the face detector's.
        iou: overlap over which the weaker of two boxes is dropped, 0..1; None takes the face detector's.
        imgsz: length in pixels to which an image's longer side is scaled; None takes the face detector's.
        threads: threads for one image; None takes all cores. For "haar" and "res10" OpenCV knows one number only,
            which then holds for the whole process.

    Returns:
        A callable: ``detector(image) -> Detections``.

    Raises:
        ModelError: when a model is not there or cannot be used.
        UsageError: when an option is out of range.
    """
    from maskwatch.detect.classifier import FaceClassifier
    from maskwatch.detect.face_detectors import load_face_detector
    from maskwatch.detect.two_stage import TwoStageDetector
    from maskwatch.weights import find_classifier

    model = None if face_detector_model is None else Path(face_detector_model)
    faces = load_face_detector(face_detector, model, imgsz=imgsz, threads=threads)
    return TwoStageDetector(faces, FaceClassifier(find_classifier(classifier), threads), conf=conf, iou=iou)
