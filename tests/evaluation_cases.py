"""Labelled images and found faces, made on the spot."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from maskwatch.data import Dataset, LabelledImage
from maskwatch.detections import Detections, MaskState

WITH, INCORRECT, WITHOUT = MaskState
Box = tuple[float, float, float, float]


def square(x: float, y: float = 0, side: float = 40) -> Box:
    return (x, y, x + side, y + side)


def boxes(xyxy: Sequence[Box]) -> np.ndarray:
    return np.array(xyxy, np.float32).reshape(-1, 4)


def labelled(faces: Sequence[tuple[Box, MaskState]], ignore: Sequence[Box] = (), **fields: Any) -> LabelledImage:
    return LabelledImage(
        path=Path("image.jpg"),
        width=640,
        height=480,
        xyxy=boxes([box for box, _ in faces]),
        class_id=np.array([state for _, state in faces], np.int64),
        ignore=boxes(ignore),
        **fields,
    )


def found(faces: Sequence[tuple[Box, MaskState, float]]) -> Detections:
    """Faces whose state is certain."""
    states = np.zeros((len(faces), 3), np.float32)
    for row, (_, state, _) in enumerate(faces):
        states[row, state] = 1
    return Detections(boxes([box for box, _, _ in faces]), np.array([s for _, _, s in faces], np.float32), states)


def dataset(*images: LabelledImage) -> Dataset:
    return Dataset(images, "made")


def random_case(
    seed: int, images: int = 30, ignored: bool = True, crowded: bool = False
) -> tuple[Dataset, list[Detections]]:
    """Faces of all sizes, most of them found a little beside their place, and false alarms."""
    rng = np.random.default_rng(seed)
    truth, predictions = [], []
    for _ in range(images):
        count = int(rng.integers(0, 9))
        side = np.exp(rng.uniform(np.log(8), np.log(160), count))
        corner = rng.uniform(0, 1, (count, 2)) * [640, 480]
        face = np.concatenate([corner, corner + side[:, None] * rng.uniform(0.8, 1.3, (count, 2))], axis=1)
        state = rng.integers(0, 3, count)
        ignore = rng.uniform(0, 400, (int(rng.integers(0, 3)) if ignored else 0, 2))
        truth.append(
            labelled(
                [(tuple(b), MaskState(int(s))) for b, s in zip(face.round(2), state, strict=True)],
                [square(float(x), float(y), 50) for x, y in ignore.round(2)],
            )
        )
        predictions.append(_predict(rng, face, state, ignore, 400 if crowded else 12))
    return dataset(*truth), predictions


def _predict(
    rng: np.random.Generator, face: np.ndarray, state: np.ndarray, ignore: np.ndarray, noise: int
) -> Detections:
    seen = np.repeat(np.arange(len(face)), rng.integers(0, 3, len(face)))
    size = np.tile(face[seen, 2:] - face[seen, :2], 2)
    nearby = face[seen] + rng.normal(0, 0.08, (len(seen), 4)) * size
    corner = np.concatenate([rng.uniform(0, 600, (noise, 2)), ignore + rng.normal(0, 4, ignore.shape)])
    wide = np.concatenate([corner, corner + rng.uniform(8, 70, corner.shape)], axis=1)
    xyxy = np.concatenate([nearby, wide]).astype(np.float32)
    scores = np.concatenate([rng.beta(4, 2, len(nearby)), rng.beta(1, 4, len(wide))]).astype(np.float32)
    states = rng.dirichlet([0.3] * 3, len(xyxy))
    states[: len(seen)] = states[: len(seen)] * 0.4 + np.eye(3)[state[seen]] * 0.6
    return Detections(xyxy, scores, states.astype(np.float32))
