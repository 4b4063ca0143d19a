"""CPU milliseconds per frame on one thread: the whole detector, its network, and the runtime alone."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from benchmarks.peers.contract import LOWEST_SCORE, Peer

from maskwatch.data import Dataset
from maskwatch.data.pixels import labelled_pixels
from maskwatch.frames import Image

FRAME = (640, 480)
FACES_IN_FRAME = 5


@dataclass(frozen=True)
class CpuTimes:
    """Medians of process CPU time, in milliseconds.

    Attributes:
        total: from image to faces, at the published threshold.
        network: `Peer.infer` in between preprocessing and decoding.
        runtime: the call into the runtime, repeated on one input.
    """

    total: float
    network: float
    runtime: float


def frame_of(dataset: Dataset) -> Image:
    """The first image whose number of labelled faces is closest to five, as a 640x480 frame."""
    chosen = min(dataset, key=lambda image: abs(len(image.xyxy) - FACES_IN_FRAME))
    return np.asarray(cv2.resize(labelled_pixels(chosen), FRAME), np.uint8)


def measure(peers: Sequence[Peer], frame: Image, rounds: int, runs: int) -> list[CpuTimes]:
    """Time all peers in turn over several rounds, so that a slow minute of the machine affects all of them."""
    times: list[dict[str, list[float]]] = [{"total": [], "network": [], "runtime": []} for _ in peers]
    for number in range(rounds + 1):
        for peer, collected in zip(peers, times, strict=True):
            samples = _one_round(peer, frame, runs)
            # The first round warms up
            for name, values in samples.items() if number else ():
                collected[name] += values
    return [CpuTimes(**{name: statistics.median(values) for name, values in one.items()}) for one in times]


def _one_round(peer: Peer, frame: Image, runs: int) -> dict[str, list[float]]:
    peer.threshold = peer.published_threshold
    try:
        network_input = peer.prepare(frame)
        return {
            "total": [cpu_ms(lambda: peer(frame)) for _ in range(runs)],
            "network": [_network_ms(peer, frame) for _ in range(runs)],
            "runtime": [cpu_ms(lambda: peer.runtime_run(network_input)) for _ in range(runs)],
        }
    finally:
        peer.threshold = LOWEST_SCORE


def _network_ms(peer: Peer, frame: Image) -> float:
    network_input = peer.prepare(frame)
    return cpu_ms(lambda: peer.infer(network_input))


def cpu_ms(act: Callable[[], Any]) -> float:
    """CPU milliseconds of this process during ``act``."""
    start = time.process_time_ns()
    act()
    return (time.process_time_ns() - start) / 1e6
