"""Face detectors behind one contract: `FaceDetector`."""

from __future__ import annotations

from pathlib import Path

from maskwatch.detect.devices import RuntimeOptions
from maskwatch.detect.face_detectors.contract import FaceBoxes, FaceDetector
from maskwatch.errors import UsageError

__all__ = ["FACE_DETECTORS", "FaceDetector", "FaceBoxes", "load_face_detector"]

FACE_DETECTORS = ("maskwatch", "haar", "res10", "yunet", "retinaface")
"""Their names. The first two are there at once; the others are fetched by ``maskwatch models fetch NAME``."""


def load_face_detector(
    name: str = "maskwatch",
    model: Path | None = None,
    *,
    imgsz: int | None = None,
    runtime: RuntimeOptions | None = None,
) -> FaceDetector:
    """Load a face detector; nothing is downloaded.

    Args:
        name: one of `FACE_DETECTORS`.
        model: its model file, or a folder that holds it; None takes the shipped or the fetched one.
        imgsz: length in pixels to which an image's longer side is scaled; None takes the detector's own.
        runtime: device and threads; None: the CPU with all cores. haar and res10 run on the CPU with any device, and
            set the threads of OpenCV for the whole process.

    Raises:
        ModelError: when the model is not there or cannot be used.
        UsageError: when the name is not known or an option is out of range.
    """
    if name not in FACE_DETECTORS:
        raise UsageError(f"--face-detector {name} is not known; take one of {', '.join(FACE_DETECTORS)}")
    runtime = runtime or RuntimeOptions()
    if name == "haar":
        from maskwatch.detect.face_detectors.haar import HaarFaces

        return HaarFaces(model, imgsz, runtime)
    if name == "maskwatch":
        from maskwatch.detect.face_detectors.own import MaskWatchFaces
        from maskwatch.weights import find_model

        return MaskWatchFaces(find_model(model or "small"), imgsz, runtime)
    from maskwatch.detect.face_detectors.files import model_files

    files = model_files(name, model)
    if name == "res10":
        from maskwatch.detect.face_detectors.res10 import Res10Faces

        return Res10Faces(files[0], files[1], imgsz, runtime)
    if name == "yunet":
        from maskwatch.detect.face_detectors.yunet import YuNetFaces

        return YuNetFaces(files[0], imgsz, runtime)
    from maskwatch.detect.face_detectors.retinaface import RetinaFaces

    return RetinaFaces(files[0], imgsz, runtime)
