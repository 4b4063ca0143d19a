"""The registry of face detectors, the first stage of two-stage detection.

To add a face detector, write a module with a record of its own (see ``yunet.py``) and add a line to `FACE_DETECTORS`.
"""

from __future__ import annotations

from pathlib import Path
from pkgutil import resolve_name
from typing import TYPE_CHECKING

from maskwatch.detect.devices import RuntimeOptions
from maskwatch.errors import ModelError, UsageError

if TYPE_CHECKING:
    from maskwatch.detect.face_detectors.contract import FaceDetector, FaceDetectorType
    from maskwatch.weights.download import RemoteFile

FACE_DETECTORS: dict[str, str] = {
    "maskwatch": "maskwatch.detect.face_detectors.own:FACE_DETECTOR",
    "haar": "maskwatch.detect.face_detectors.haar:FACE_DETECTOR",
    "res10": "maskwatch.detect.face_detectors.res10:FACE_DETECTOR",
    "yunet": "maskwatch.detect.face_detectors.yunet:FACE_DETECTOR",
    "retinaface": "maskwatch.detect.face_detectors.retinaface:FACE_DETECTOR",
}
"""The `FaceDetectorType` records by name. A module is imported when its record is used."""


def face_detector_type(name: str) -> FaceDetectorType:
    """The record of a face detector.

    Raises:
        UsageError: when the name is not known.
    """
    if name not in FACE_DETECTORS:
        raise UsageError(f"--face-detector {name} is not known; take one of {', '.join(FACE_DETECTORS)}")
    record: FaceDetectorType = resolve_name(FACE_DETECTORS[name])
    return record


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
        model: its model file, or a folder that contains it; None: the included or downloaded one.
        imgsz: input size: longer side of the image in pixels; None: the detector's.
        runtime: device and threads; None: the CPU with all cores.

    Raises:
        ModelError: when the model is not found or cannot be used.
        UsageError: when the name is not known or an option is out of range.
    """
    record = face_detector_type(name)
    return record.load(_model_files(name, record.files, model), imgsz, runtime or RuntimeOptions())


def _model_files(name: str, files: tuple[RemoteFile, ...], given: Path | None) -> tuple[Path, ...]:
    """The paths of the files of a face detector, in the order of its record."""
    from maskwatch.weights.download import cached

    if not files:
        return () if given is None else (given,)
    if given is None:
        paths = cached(files)
        if paths is None:
            raise ModelError(
                f"face detector {name} is not downloaded; run 'maskwatch models fetch {name}', "
                "or give its file with --face-detector-model"
            )
        return paths
    if given.is_dir():
        return tuple(_in_folder(given, file) for file in files)
    if not given.is_file():
        raise ModelError(f"{given}: no such file; check --face-detector-model")
    return given, *(_in_folder(given.parent, file) for file in files[1:])


def _in_folder(folder: Path, file: RemoteFile) -> Path:
    for name in (file.name, *file.aliases):
        if (folder / name).is_file():
            return folder / name
    raise ModelError(f"{folder}: contains no {file.name}; put it there, or omit --face-detector-model")
