"""Detectors: a picture in, the faces with their mask states out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from maskwatch.detect.single_shot import SingleShotDetector

__all__ = ["load_detector"]


def load_detector(
    model: str | Path = "default",
    *,
    conf: float | None = None,
    iou: float | None = None,
    imgsz: int | None = None,
    threads: int | None = None,
) -> SingleShotDetector:
    """Load a detector; nothing is downloaded.

    Args:
        model: name of a shipped model, or path of an ``.onnx`` file that MaskWatch exported.
        conf: lowest confidence that is reported, 0..1; None takes the value on the model's card.
        iou: overlap over which the weaker of two boxes is dropped, 0..1; None takes the card's.
        imgsz: length in pixels to which a picture's longer side is scaled; None takes the card's.
        threads: threads for one picture; None takes all cores.

    Returns:
        A callable: ``detector(image) -> Detections``.

    Raises:
        ModelError: when the model is not found or cannot be used.
        UsageError: when an option is out of range.
    """
    from maskwatch.detect.session import OnnxSession
    from maskwatch.detect.single_shot import SingleShotDetector
    from maskwatch.weights import find_model

    return SingleShotDetector(OnnxSession(find_model(model), threads), conf=conf, iou=iou, imgsz=imgsz)
