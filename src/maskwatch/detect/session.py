"""Running a model file with ONNX Runtime."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

from maskwatch.detect.card import METADATA_KEY, ModelCard
from maskwatch.detect.devices import DEVICES, RuntimeOptions
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


def open_network(path: Path, runtime: RuntimeOptions | None = None) -> Any:
    """ONNX Runtime's session for an ONNX file that holds all its weights.

    Args:
        path: the file.
        runtime: device and threads; None: the CPU with all cores.

    Raises:
        ModelError: when the file is missing or damaged, or keeps weights in another file.
        UsageError: when the device is not available.
    """
    import onnxruntime

    runtime = runtime or RuntimeOptions()
    providers = runtime.providers(onnxruntime.get_available_providers())
    if not path.is_file():
        raise ModelError(f"{path}: no such model file; 'maskwatch models' lists the installed models")
    try:
        session = onnxruntime.InferenceSession(path.read_bytes(), _session_options(path, runtime), providers=providers)
    except OSError as error:
        raise ModelError(f"{path}: cannot be read ({error.strerror})") from error
    except Exception as error:  # the runtime's own exceptions share no base class
        reason = " ".join(str(error).split())[:160]
        if "external data" in reason.lower() or "external tensors" in reason.lower():
            raise ModelError(f"{path}: keeps weights in another file, which is refused; save it as one file") from error
        advice = "copy or download it again"
        raise ModelError(f"{path}: not a model that ONNX Runtime can load ({reason}); {advice}") from error
    if DEVICES[runtime.device].provider not in session.get_providers():  # it falls back to the CPU by itself
        raise UsageError(f"--device {runtime.device} cannot be used; check its driver and libraries, or use cpu")
    return session


def _session_options(path: Path, runtime: RuntimeOptions) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = runtime.threads or 0
    # Spinning threads slow each other down on a busy machine
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # Weights in other files would be read from the working folder; a path below a file names no folder
    options.add_session_config_entry("session.model_external_initializers_file_folder_path", str(path.absolute()))
    options.log_severity_level = 3
    return options


def open_model(path: Path, runtime: RuntimeOptions | None = None) -> tuple[Any, ModelCard]:
    """Load a model file: ONNX Runtime's session and the card.

    Args:
        path: an ONNX file that MaskWatch exported.
        runtime: device and threads; None: the CPU with all cores.

    Raises:
        ModelError: when the file is missing or damaged, or has no card.
        UsageError: when the device is not available.
    """
    session = open_network(path, runtime)
    metadata = session.get_modelmeta().custom_metadata_map
    if METADATA_KEY not in metadata:
        raise ModelError(f"{path}: an ONNX file without a MaskWatch card; use a model that MaskWatch exported")
    return session, ModelCard.from_json(metadata[METADATA_KEY], str(path))


def read_card(path: Path) -> ModelCard:
    """The card of a model file.

    Raises:
        ModelError: as `open_model`.
    """
    return open_model(path, RuntimeOptions(threads=1))[1]


class OnnxSession:
    """A single-shot network with its card.

    Args:
        path: an ONNX file that MaskWatch exported.
        runtime: device and threads; None: the CPU with all cores.

    Raises:
        ModelError: when the file is missing or damaged, has no card, or is not a detector.
        UsageError: when the device is not available.
    """

    def __init__(self, path: Path, runtime: RuntimeOptions | None = None) -> None:
        self._session, self.card = open_model(path, runtime)
        self._input = self._session.get_inputs()[0].name
        outputs = tuple(output.name for output in self._session.get_outputs())
        if outputs != OUTPUTS:
            raise ModelError(f"{path}: outputs {list(outputs)}, expected {list(OUTPUTS)}; give a detector's model file")

    def run(self, image: Image) -> RawOutputs:
        """Raw outputs for an input image, RGB uint8 (H, W, 3), sides multiples of ``card.multiple``."""
        return RawOutputs(*self._session.run(list(OUTPUTS), {self._input: image[None]}))
