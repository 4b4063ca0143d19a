"""What the benchmark needs from a detector: its own three steps, and nothing of ours in between."""

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
Floats = NDArray[np.float32]


class Peer(ABC):
    """One detector on one thread, run as its authors run it.

    Attributes:
        name: in tables.
        tells_states: whether it tells masked faces from unmasked ones.
        published_threshold: the score from which its authors report a face.
        trained_on: collections (``source`` of an image) of which it saw images in training.
        threshold: the score from which it reports now.
    """

    name: str
    tells_states: bool
    published_threshold: float
    trained_on: tuple[str, ...] = ()
    threshold: float = LOWEST_SCORE

    @abstractmethod
    def prepare(self, image: Image) -> Any:
        """The network's input for an image, RGB uint8 (H, W, 3)."""

    @abstractmethod
    def infer(self, network_input: Any) -> Any:
        """The network's outputs."""

    @abstractmethod
    def runtime_run(self, network_input: Any) -> Any:
        """The runtime's own call, and nothing else."""

    @abstractmethod
    def __call__(self, image: Image) -> Detections:
        """The faces of an image, best first, from `threshold` up."""


class SteppedPeer(Peer):
    """A peer whose call is its three steps."""

    @abstractmethod
    def decode(self, outputs: Any, width: int, height: int) -> Detections:
        """Faces in pixels of the ``width`` x ``height`` image, from `threshold` up."""

    def __call__(self, image: Image) -> Detections:
        """The faces of an image, best first, from `threshold` up."""
        return self.decode(self.infer(self.prepare(image)), image.shape[1], image.shape[0])


class OnnxPeer(SteppedPeer):
    """A peer whose network runs in ONNX Runtime.

    Args:
        models: the folder that holds ``file``.
    """

    file: str

    def __init__(self, models: Path) -> None:
        self._session = one_thread_session(models / self.file)
        self._input = self._session.get_inputs()[0].name

    def infer(self, network_input: Any) -> list[Floats]:
        """Run the network."""
        return self._session.run(None, {self._input: network_input})  # type: ignore[no-any-return]

    def runtime_run(self, network_input: Any) -> Any:
        """The same call, without the method around it that `infer` is."""
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
    xyxy: Floats, score: Floats, masked: NDArray[np.bool_] | None, iou: float, size: tuple[int, int]
) -> Detections:
    """One box for each face: class-agnostic non-maximum suppression, cut to the image.

    Args:
        xyxy: (N, 4), pixels of the image.
        score: (N,).
        masked: (N,), the verdict of a peer that tells states; None for one that does not.
        iou: the peer's own threshold of suppression.
        size: width and height of the image.
    """
    kept = nms(xyxy, score, iou)
    states = np.zeros((len(kept), len(MaskState)), np.float32)
    # A peer without states gets one that nobody looks at: confidence and face score stay the same.
    column = np.where(masked[kept], 0, 2) if masked is not None else np.zeros(len(kept), np.int64)
    states[np.arange(len(kept)), column] = 1
    return Detections(clip(xyxy[kept], *size), score[kept], states)
