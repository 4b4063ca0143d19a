"""The scenarios: who moves where, who hides whom, and who puts a mask on or takes it off."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import cos, pi, sin

import numpy as np

from maskwatch.detections import MaskState

WIDTH, HEIGHT = 640, 360
Path = Callable[[float], tuple[float, float]]
ON, ASKEW, OFF = MaskState


@dataclass(frozen=True)
class Actor:
    """One person.

    Attributes:
        path: centre of the face at a time, pixels; outside the image when they are not there.
        size: height of the face, pixels.
        states: from when on which state, seconds; the first begins at 0.
        wobble: amount of nodding, leaning and coming nearer, 1 is usual.
    """

    path: Path
    size: float
    states: tuple[tuple[float, MaskState], ...]
    wobble: float = 1.0

    def state(self, time: float) -> MaskState:
        """The true state at a time."""
        return [state for begin, state in self.states if begin <= time][-1]


@dataclass(frozen=True)
class Scene:
    """A clip to be made; later actors are nearer to the camera.

    Attributes:
        pillars: left and right edge of things that hide whoever passes behind, pixels.
        every: the detector looks at every n-th frame.
    """

    name: str
    actors: tuple[Actor, ...]
    seconds: float = 8.0
    fps: float = 15.0
    pillars: tuple[tuple[float, float], ...] = ()
    every: int = 1
    seed: int = field(default=0)


def line(start: tuple[float, float], end: tuple[float, float], begin: float, seconds: float) -> Path:
    """Stand, walk from start to end, stand."""

    def at(time: float) -> tuple[float, float]:
        share = min(max((time - begin) / seconds, 0.0), 1.0)
        return start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])

    return at


def sway(x: float, y: float, reach: float, period: float, phase: float = 0.0, rise: float = 0.2) -> Path:
    """To and fro."""
    return lambda time: (
        x + reach * sin(2 * pi * time / period + phase),
        y + rise * reach * cos(2 * pi * time / period * 1.3 + phase),
    )


def scenes(seed: int) -> list[Scene]:
    """One clip of each scenario, varied by the seed."""
    chance = np.random.default_rng(seed)

    def some() -> MaskState:
        return ON if chance.uniform() < 0.5 else OFF

    def around(value: float, spread: float) -> float:
        return float(value + chance.uniform(-spread, spread))

    def still(path: Path, size: float, wobble: float = 1.0) -> Actor:
        return Actor(path, size, ((0.0, some()),), wobble)

    crossing = (
        still(sway(320, around(150, 10), 230, around(6, 0.5), 0.0), 62),
        still(sway(320, around(185, 10), 230, around(5.2, 0.4), pi), 80),
    )
    hidden = (
        still(line((60, around(100, 15)), (580, 110), 0.5, around(6, 0.5)), 56),
        still(line((590, around(240, 15)), (50, 230), 0.5, around(6.5, 0.5)), 64),
    )
    fast = tuple(still(sway(320, y, 270, around(4.4, 0.4), around(0, pi), 0.05), 36, 0.5) for y in (70, 180, 290))
    crowd = tuple(
        still(sway(around(320, 180), 55 + 35 * row, around(170, 60), around(7, 2), around(0, pi)), 44 + 3 * row)
        for row in range(8)
    )
    first = float(chance.uniform(2.0, 2.6))
    changes = ((OFF, ON, OFF), (ON, OFF, ON), (OFF, ON, OFF))
    masks = tuple(
        Actor(
            sway(110 + 205 * i, around(130, 15), 25, around(3.5, 0.5), around(0, pi)),
            84,
            ((0.0, states[0]), (first + 0.3 * i, states[1]), (first + 4.0 + 0.3 * i, states[2])),
        )
        for i, states in enumerate(changes)
    )
    passer = still(line((-60, 215), (700, 205), around(4.2, 0.3), 2.6), 92)
    enter = tuple(
        still(line((-60, around(180, 40)), (700, around(180, 40)), 0.2 + 2.6 * i, 3.2), around(66, 8)) for i in range(4)
    )
    return [
        Scene("crossing", crossing),
        Scene("hidden", hidden, pillars=((190, 270), (380, 470))),
        Scene("fast", fast),
        Scene("crowd", crowd),
        Scene("masks", (*masks, passer), seconds=10.0),
        Scene("masks 10 fps", (*masks, passer), seconds=10.0, fps=10.0),
        Scene("masks 30 fps", (*masks, passer), seconds=10.0, fps=30.0),
        Scene("entering", enter, seconds=12.0),
        Scene("every third", crossing, fps=30.0, every=3),
    ]
