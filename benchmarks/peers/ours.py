# ruff: noqa: D102 - the contract says what each step does
"""A MaskWatch model under the same contract."""

from __future__ import annotations

from typing import Any

from benchmarks.peers.contract import LOWEST_SCORE, Peer, one_thread_session

from maskwatch import load_detector
from maskwatch.boxes import Letterbox
from maskwatch.detect.card import scales_text
from maskwatch.detect.devices import RuntimeOptions
from maskwatch.detect.raw_prediction import RawOutputs
from maskwatch.detect.session import OnnxSession
from maskwatch.detect.single_shot import network_input
from maskwatch.detections import Detections
from maskwatch.frames import Image
from maskwatch.weights import find_model


class Ours(Peer):
    """Detection uses `load_detector`, as users do; the steps are for timing the network.

    Args:
        model: name or path.
        imgsz: longer side of the input in pixels; None for the size on the model card.
    """

    has_states = True
    trained_on = ("andrewmvd", "jolignier", "rf_jk4nr", "aizoo_a")

    def __init__(self, model: str, imgsz: int | None = None) -> None:
        path = find_model(model)
        self._session = OnnxSession(path, RuntimeOptions(threads=1))
        self._runtime = one_thread_session(path)
        self._input = self._runtime.get_inputs()[0].name
        card = self._session.card
        self.published_threshold = card.conf
        self._detectors = {
            conf: load_detector(model, conf=conf, imgsz=imgsz, threads=1) for conf in (LOWEST_SCORE, card.conf)
        }
        self._scales = self._detectors[card.conf].scales
        self.name = f"MaskWatch {card.name} {scales_text(self._scales)}"

    def prepare(self, image: Image) -> list[Image]:
        """The inputs of all scales."""
        height, width = image.shape[:2]
        boxes = [Letterbox.fit(width, height, side, self._session.card.multiple) for side in self._scales]
        return [network_input(image, box) for box in boxes]

    def infer(self, network_input: list[Image]) -> list[RawOutputs]:
        return [self._session.run(scaled) for scaled in network_input]

    def runtime_run(self, network_input: list[Image]) -> Any:
        return [self._runtime.run(None, {self._input: scaled[None]}) for scaled in network_input]

    def __call__(self, image: Image) -> Detections:
        return self._detectors[self.threshold](image)
