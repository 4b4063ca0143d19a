"""The contract of a detector in the benchmark: its own preprocessing, inference and decoding, without our code."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maskwatch.boxes import clip, nms
from maskwatch.detections import Detections, MaskState
from maskwatch.frames import Image

LOWEST_SCORE = 0.01
FloatArray = NDArray[np.float32]


class Peer(ABC):
    """A detector on one thread, run as by its authors.

    Attributes:
        name: in tables.
        has_states: whether it distinguishes masked and unmasked faces.
        published_threshold: confidence threshold of its authors.
        trained_on: collections (``source`` of an image) whose images were used in training.
        threshold: current confidence threshold.
    """

    name: str
    has_states: bool
    published_threshold: float
    trained_on: tuple[str, ...] = ()
    threshold: float = LOWEST_SCORE

    @abstractmethod
    def prepare(self, image: Image) -> Any:
        """The input of the network for an image, RGB uint8 (H, W, 3)."""

    @abstractmethod
    def infer(self, network_input: Any) -> Any:
        """The outputs of the network."""

    @abstractmethod
    def runtime_run(self, network_input: Any) -> Any:
        """The call into the runtime alone."""

    @abstractmethod
    def __call__(self, image: Image) -> Detections:
        """The faces in an image with a score of `threshold` or more, best first."""


class SteppedPeer(Peer):
    """A peer that runs in three steps."""

    @abstractmethod
    def decode(self, outputs: Any, width: int, height: int) -> Detections:
        """Faces in pixels of the ``width`` x ``height`` image, with a score of `threshold` or more."""

    def __call__(self, image: Image) -> Detections:
        """The faces in an image with a score of `threshold` or more, best first."""
        return self.decode(self.infer(self.prepare(image)), image.shape[1], image.shape[0])


class OnnxPeer(SteppedPeer):
    """A peer whose network runs in ONNX Runtime.

    Args:
        models: the folder that contains ``file``.
    """

    file: str

    def __init__(self, models: Path) -> None:
        self._session = one_thread_session(models / self.file)
        self._input = self._session.get_inputs()[0].name

    def infer(self, network_input: Any) -> list[FloatArray]:
        """Run the network."""
        return self._session.run(None, {self._input: network_input})  # type: ignore[no-any-return]

    def runtime_run(self, network_input: Any) -> Any:
        """The call into ONNX Runtime."""
        return self._session.run(None, {self._input: network_input})


def one_thread_session(path: Path) -> Any:
    """An ONNX Runtime session on one thread that does not spin."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def faces_of(
    xyxy: FloatArray, score: FloatArray, masked: NDArray[np.bool_] | None, iou: float, size: tuple[int, int]
) -> Detections:
    """One box per face: class-agnostic non-maximum suppression, clipped to the image.

    Args:
        xyxy: (N, 4), pixels of the image.
        score: (N,).
        masked: (N,), predictions of a peer with states; None without states.
        iou: IoU threshold of the suppression.
        size: width and height of the image.
    """
    kept = nms(xyxy, score, iou)
    states = np.zeros((len(kept), len(MaskState)), np.float32)
    # A peer without states gets without_mask, which is not evaluated
    column = np.where(masked[kept], 0, 2) if masked is not None else np.zeros(len(kept), np.int64)
    states[np.arange(len(kept)), column] = 1
    return Detections(clip(xyxy[kept], *size), score[kept], states)
