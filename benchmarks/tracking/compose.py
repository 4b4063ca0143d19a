"""From a scene to pixels, with the truth about every frame."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import cos, pi, radians, sin

import cv2
import numpy as np
from benchmarks.tracking.cutouts import SIZE, Cutout, Material
from benchmarks.tracking.scenes import HEIGHT, WIDTH, Actor, Scene
from numpy.typing import NDArray

from maskwatch.detections import Detections, MaskState
from maskwatch.frames import Image

FADE_S = 0.2
"""A mask goes on or off in this time."""
LEAST_VISIBLE = 0.5
"""Faces of which less can be seen are not there."""
GRAIN = 5.0
"""Standard deviation of the camera's noise, grey levels."""


@dataclass(frozen=True)
class ComposedFrame:
    """One frame.

    Attributes:
        image: RGB uint8 (H, W, 3).
        time_s: seconds from the beginning.
        truth: the faces that can be seen; ``tracker_id`` is the actor, states are sure.
        looked_at: whether the detector is run on it.
    """

    image: Image
    time_s: float
    truth: Detections
    looked_at: bool


def compose(scene: Scene, material: Material, seed: int) -> Iterator[ComposedFrame]:
    """All frames of a scene, played by faces that the seed draws."""
    chance = np.random.default_rng(seed)
    looks = [_cast(actor, material, chance) for actor in scene.actors]
    phases = chance.uniform(0, 2 * pi, (len(scene.actors), 4))
    ground = _ground(material.grounds[int(chance.integers(len(material.grounds)))])
    for index in range(round(scene.seconds * scene.fps)):
        time = index / scene.fps
        canvas = ground.copy()
        visible: list[NDArray[np.float32]] = []
        boxes = []
        for actor, predict_raw, phase in zip(scene.actors, looks, phases, strict=True):
            cover, box = _paste(canvas, actor, predict_raw, time, phase)
            for earlier in visible:
                earlier *= 1 - cover
            visible.append(cover)
            boxes.append(box)
        for left, right in scene.pillars:
            canvas[:, round(left) : round(right)] = (70, 62, 58)
            for cover in visible:
                cover[:, round(left) : round(right)] = 0
        canvas += chance.normal(0, GRAIN, (*canvas.shape[:2], 1)) + chance.normal(0, GRAIN / 2, canvas.shape)
        image = np.clip(canvas, 0, 255).astype(np.uint8)
        yield ComposedFrame(image, time, _truth(scene, boxes, visible, time), index % scene.every == 0)


def _cast(actor: Actor, material: Material, chance: np.random.Generator) -> dict[MaskState, Cutout]:
    """A face for each state that the actor will be in."""
    states = sorted({state for _, state in actor.states})
    return {state: material.faces[state][int(chance.integers(len(material.faces[state])))] for state in states}


def _ground(image: Image) -> NDArray[np.float32]:
    blurred = cv2.GaussianBlur(cv2.resize(image, (WIDTH, HEIGHT)), (0, 0), 18)
    return blurred.astype(np.float32)


def _mixed(actor: Actor, predict_raw: dict[MaskState, Cutout], time: float) -> list[tuple[Cutout, float]]:
    """What is seen of the actor, and how much of it: two faces while a mask goes on or off."""
    now = predict_raw[actor.state(time)]
    for begin, state in actor.states[1:]:
        share = (time - begin) / FADE_S + 0.5
        if 0 < share < 1:
            before = predict_raw[actor.state(begin - FADE_S)]
            return [(before, 1 - share), (predict_raw[state], share)]
    return [(now, 1.0)]


def _paste(
    canvas: NDArray[np.float32],
    actor: Actor,
    predict_raw: dict[MaskState, Cutout],
    time: float,
    phase: NDArray[np.float64],
) -> tuple[NDArray[np.float32], tuple[float, float, float, float]]:
    """Paint the actor; gives what they cover, float32 (H, W), and the box of the face."""
    x, y = actor.path(time)
    wobble = actor.wobble
    height = actor.size * (1 + 0.06 * wobble * sin(2 * pi * time / 3.1 + phase[0]))
    y += 0.05 * wobble * height * sin(2 * pi * time / 0.9 + phase[1])
    angle = radians(7 * wobble * sin(2 * pi * time / 2.3 + phase[2]))
    light = 1 + 0.12 * sin(2 * pi * time / 4.7 + phase[3])
    shares = _mixed(actor, predict_raw, time)
    cover = np.zeros((HEIGHT, WIDTH), np.float32)
    colour = np.zeros((HEIGHT, WIDTH, 3), np.float32)
    width = 0.0
    for face, share in shares:
        image, alpha = _placed(face, (x, y), height / SIZE, angle)
        cover += share * alpha
        colour += share * alpha[..., None] * image * light
        width += share * face.face[0] * height / SIZE
    canvas *= 1 - cover[..., None]
    canvas += colour
    return cover, (x - width / 2, y - height / 2, x + width / 2, y + height / 2)


def _placed(
    face: Cutout, centre: tuple[float, float], scale: float, angle: float
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The cutout turned and scaled around ``centre``, on an empty canvas."""
    how = cv2.INTER_AREA
    size = (max(2, round(face.image.shape[1] * scale)), max(2, round(face.image.shape[0] * scale)))
    image, alpha = (cv2.resize(plane, size, interpolation=how) for plane in (face.image, face.alpha))
    c, s = cos(angle), sin(angle)
    middle = np.array([size[0] - 1, size[1] - 1]) / 2
    turn = np.array([[c, -s], [s, c]])
    matrix = np.hstack([turn, (np.array(centre) - turn @ middle)[:, None]])
    return (
        cv2.warpAffine(image, matrix, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE),
        cv2.warpAffine(alpha, matrix, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR),
    )


def _truth(
    scene: Scene, boxes: list[tuple[float, float, float, float]], visible: list[NDArray[np.float32]], time: float
) -> Detections:
    kept = [i for i, box in enumerate(boxes) if _share_visible(box, visible[i]) >= LEAST_VISIBLE]
    states = np.array([[actor.state(time) == state for state in MaskState] for actor in scene.actors], np.float32)
    xyxy = np.clip(np.array(boxes, np.float32), 0, [WIDTH, HEIGHT, WIDTH, HEIGHT]).astype(np.float32)
    return Detections(xyxy[kept], np.ones(len(kept), np.float32), states[kept], np.array(kept, np.int64))


def _share_visible(box: tuple[float, float, float, float], cover: NDArray[np.float32]) -> float:
    left, top, right, bottom = (round(value) for value in box)
    inside = cover[max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0)]
    return float(inside.sum() / max(1, (right - left) * (bottom - top)))
