"""Running a model file with ONNX Runtime."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

from maskwatch.detect.card import METADATA_KEY, ModelCard
from maskwatch.detect.raw_prediction import RawOutputs
from maskwatch.errors import ModelError, UsageError
from maskwatch.frames import Image

OUTPUTS = ("boxes", "face_scores", "state_scores")


class Session(Protocol):
    """A network with its card."""

    @property
    def card(self) -> ModelCard:
        """How to feed the network."""

    def run(self, image: Image) -> RawOutputs:
        """Raw outputs for an input image, RGB uint8 (H, W, 3), sides multiples of ``card.multiple``."""


def open_network(path: Path, threads: int | None = None) -> Any:
    """ONNX Runtime's session for any ONNX file that holds all its weights.

    Args:
        path: the file.
        threads: threads for one image; None lets the runtime take all cores.

    Raises:
        ModelError: when the file is missing, damaged, or wants weights from another file.
        UsageError: when ``threads`` is less than 1.
    """
    import onnxruntime

    if threads is not None and threads < 1:
        raise UsageError(f"--threads {threads} is out of range; take at least 1, or leave it out for all cores")
    if not path.is_file():
        raise ModelError(f"{path}: no such model file; 'maskwatch models' lists those that are installed")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads or 0
    # Spinning threads slow each other down on a busy machine
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # Weights in other files would be looked for in the working folder; below a file there is none
    options.add_session_config_entry("session.model_external_initializers_file_folder_path", str(path.absolute()))
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(path.read_bytes(), options, providers=["CPUExecutionProvider"])
    except OSError as error:
        raise ModelError(f"{path}: cannot be read ({error.strerror})") from error
    except Exception as error:  # the runtime's own exceptions share no base class
        reason = " ".join(str(error).split())[:160]
        if "external data" in reason.lower() or "external tensors" in reason.lower():
            raise ModelError(f"{path}: keeps weights in another file, which is refused; save it as one file") from error
        advice = "copy or download it again"
        raise ModelError(f"{path}: not a model that ONNX Runtime can load ({reason}); {advice}") from error


def open_model(path: Path, threads: int | None = None) -> tuple[Any, ModelCard]:
    """Load a model file: ONNX Runtime's session and the card.

    Args:
        path: an ONNX file that MaskWatch exported.
        threads: threads for one image; None lets the runtime take all cores.

    Raises:
        ModelError: when the file is missing, damaged, or carries no card.
        UsageError: when ``threads`` is less than 1.
    """
    session = open_network(path, threads)
    metadata = session.get_modelmeta().custom_metadata_map
    if METADATA_KEY not in metadata:
        raise ModelError(f"{path}: an ONNX file without a MaskWatch card; use a model that MaskWatch exported")
    return session, ModelCard.from_json(metadata[METADATA_KEY], str(path))


class OnnxSession:
    """One loaded detector and its card.

    Args:
        path: an ONNX file that MaskWatch exported.
        threads: threads for one image; None lets the runtime take all cores.

    Raises:
        ModelError: when the file is missing, damaged, carries no card, or is no detector.
        UsageError: when ``threads`` is less than 1.
    """

    def __init__(self, path: Path, threads: int | None = None) -> None:
        self._session, self.card = open_model(path, threads)
        self._input = self._session.get_inputs()[0].name
        found = tuple(output.name for output in self._session.get_outputs())
        if found != OUTPUTS:
            raise ModelError(f"{path}: outputs {list(found)}, expected {list(OUTPUTS)}; give a detector's model file")

    def run(self, image: Image) -> RawOutputs:
        """Raw outputs for an input image, RGB uint8 (H, W, 3), sides multiples of ``card.multiple``."""
        return RawOutputs(*self._session.run(list(OUTPUTS), {self._input: image[None]}))
