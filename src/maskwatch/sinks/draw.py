"""Annotated images: a box, a sign, the state and its confidence for each face."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from maskwatch.boxes import Boxes, area, clip
from maskwatch.detections import Detections
from maskwatch.frames import Image
from maskwatch.sinks.layout import place_labels
from maskwatch.sinks.strokes import stroke_box
from maskwatch.sinks.tiles import Label
from maskwatch.styles import StateStyle, styles_of


@dataclass(frozen=True)
class DrawStyle:
    """Options of `draw`.

    Attributes:
        scale: factor for the size of text and lines; 1 suits images that are shown whole.
        labels: write the state and its confidence beside each box.
        tracker_ids: write the track ID of a person, if there is one.
    """

    scale: float = 1.0
    labels: bool = True
    tracker_ids: bool = True


DEFAULT_STYLE = DrawStyle()


def draw(image: Image, faces: Detections, style: DrawStyle = DEFAULT_STYLE) -> Image:
    """A copy of ``image``, RGB uint8 (H, W, 3), with boxes and labels of all faces.

    Line width and text size depend on the size of the image and of each face. Labels are never cut at the border. If
    there is room, they overlap neither each other nor other faces; if there is little, they become shorter.
    """
    canvas = np.array(image, np.uint8, order="C")
    if not len(faces) or not canvas.size:
        return canvas
    height, width = canvas.shape[:2]
    xyxy = clip(faces.xyxy, width, height)
    unit = sqrt(width * height) * style.scale
    state_styles = styles_of(faces)
    for i in np.argsort(-_sides(xyxy), kind="stable"):
        state = state_styles[i]
        stroke_box(canvas, xyxy[i], _line_width(unit, float(_sides(xyxy)[i])), state.colour, state.line)
    if style.labels:
        _draw_labels(canvas, faces, xyxy, state_styles, unit, style)
    return canvas


def _draw_labels(
    canvas: Image, faces: Detections, xyxy: Boxes, state_styles: list[StateStyle], unit: float, style: DrawStyle
) -> None:
    labels = [
        _versions(state_styles[i], float(faces.confidence[i]), _track(faces, i, style), unit, float(side))
        for i, side in enumerate(_sides(xyxy))
    ]
    height, width = canvas.shape[:2]
    sizes = [[label.pixels for label in versions] for versions in labels]
    positions = place_labels(xyxy, sizes, (width, height), gap=max(1, round(unit / 450)) + 1)
    for versions, position in zip(labels, positions, strict=True):
        if position is not None:
            versions[position.version].paste(canvas, position.x, position.y)


def _versions(style: StateStyle, confidence: float, track: str, unit: float, side: float) -> list[Label]:
    """The label from its longest version to the sign alone."""
    percent = f"{100 * confidence:.0f}%"
    size = _text_size(unit, side)
    sign_size = min(size, max(9, round(0.35 * side)))
    versions = ((f"{track}{style.label} {percent}", size), (f"{track}{percent}", size), ("", sign_size))
    return [Label(style.sign, text, height, style.colour) for text, height in versions]


def _track(faces: Detections, index: int, style: DrawStyle) -> str:
    if faces.tracker_id is None or not style.tracker_ids:
        return ""
    return f"#{int(faces.tracker_id[index])} "


def _sides(xyxy: Boxes) -> NDArray[np.float32]:
    """Geometric mean of width and height of each box, pixels."""
    return np.sqrt(area(xyxy))


def _line_width(unit: float, side: float) -> int:
    usual = max(1.0, unit / 340)
    return max(1, round(min(max(side / 40, 0.5 * usual), 1.5 * usual)))


def _text_size(unit: float, side: float) -> int:
    """Height of letters in pixels, in steps of about 8 % so that cached labels serve the next frames."""
    usual = max(11.0, unit / 52)
    size = min(max(0.18 * side, 10.0, 0.55 * usual), 1.5 * usual)
    step = max(1, round(0.08 * size))
    return max(10, step * round(size / step))
