"""Detectors: an image in, the faces with their mask states out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from maskwatch.detect.single_shot import SingleShotDetector
    from maskwatch.detect.two_stage import TwoStageDetector

__all__ = ["load_detector", "load_two_stage"]


def load_detector(
    model: str | Path = "small",
    *,
    conf: float | None = None,
    iou: float | None = None,
    imgsz: int | None = None,
    threads: int | None = None,
    device: str = "cpu",
    preset: str | None = None,
    tile: bool = False,
) -> SingleShotDetector:
    """Load a detector; nothing is downloaded.

    Args:
        model: name of a shipped model, or path of an ``.onnx`` file that MaskWatch exported.
        conf: confidence threshold, 0..1; None: the model's.
        iou: IoU threshold of non-maximum suppression, 0..1; None: the model's.
        imgsz: input size: longer side of the image in pixels; None: the model's.
        threads: threads per image; None: all cores.
        device: "cpu", or "cuda", "openvino", "coreml" or "directml" where the installed ONNX Runtime supports it.
        preset: threshold of the model for an aim, "balanced" or "strict"; an explicit ``conf`` takes precedence.
        tile: also detect in overlapping tiles of images larger than ``imgsz``, for small faces in very large images.

    Returns:
        A callable: ``detector(image) -> Detections``.

    Raises:
        ModelError: when the model is not found or cannot be used.
        UsageError: when an option is out of range, the device is not available, or the model has no such preset.
    """
    from maskwatch.detect.options import SINGLE_SHOT, InferenceOptions, open_single_shot

    return open_single_shot(
        InferenceOptions(
            SINGLE_SHOT,
            model=model,
            conf=conf,
            iou=iou,
            imgsz=imgsz,
            threads=threads,
            device=device,
            preset=preset,
            tile=tile,
        )
    )


def load_two_stage(
    face_detector: str = "maskwatch",
    classifier: str | Path = "classifier",
    *,
    face_detector_model: str | Path | None = None,
    conf: float | None = None,
    iou: float | None = None,
    imgsz: int | None = None,
    threads: int | None = None,
    device: str = "cpu",
) -> TwoStageDetector:
    """Load a two-stage detector: a face detector, then a classifier of the faces; nothing is downloaded.

    Args:
        face_detector: "maskwatch" or "haar", which are included, or "res10", "yunet" or "retinaface", which
            ``maskwatch models fetch NAME`` downloads.
        classifier: name of a shipped classifier, or path of the ``model.onnx`` of a trained one.
        face_detector_model: the face detector's model file, or a folder that contains it; None: the included or
            downloaded one.
        conf: confidence threshold, 0..1; None: the face detector's.
        iou: IoU threshold of non-maximum suppression, 0..1; None: the face detector's.
        imgsz: input size: longer side of the image in pixels; None: the face detector's.
        threads: threads per image; None: all cores. "haar" and "res10" set it for OpenCV in the whole process.
        device: as for `load_detector`; "haar" and "res10" run on the CPU with any device.

    Returns:
        A callable: ``detector(image) -> Detections``.

    Raises:
        ModelError: when a model is not found or cannot be used.
        UsageError: when an option is out of range, or the device is not available.
    """
    from maskwatch.detect.options import TWO_STAGE, InferenceOptions, open_two_stage

    return open_two_stage(
        InferenceOptions(
            TWO_STAGE,
            face_detector=face_detector,
            classifier=classifier,
            face_detector_model=face_detector_model,
            conf=conf,
            iou=iou,
            imgsz=imgsz,
            threads=threads,
            device=device,
        )
    )
