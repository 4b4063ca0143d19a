"""The sign of MaskWatch: a face with a mask."""

from __future__ import annotations

import base64
import io
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image as PilImage

_SIDE, _SUPERSAMPLE = 64, 8
_GROUND, _SKIN, _HAIR, _CLOTH, _FOLD = "#00705c", "#f3d3bd", "#3b2b24", "#e3f1f8", "#9cc3d8"


@cache
def icon() -> PilImage:
    """An image of 64 x 64 pixels with rounded corners."""
    from PIL import Image as pil
    from PIL import ImageDraw

    side = _SIDE * _SUPERSAMPLE
    image = pil.new("RGBA", (side, side), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)

    def at(*points: tuple[float, float]) -> list[tuple[float, float]]:
        return [(x * side, y * side) for x, y in points]

    pen.rounded_rectangle(at((0, 0), (1, 1)), radius=0.22 * side, fill=_GROUND)
    pen.ellipse(at((0.20, 0.10), (0.80, 0.80)), fill=_HAIR)
    pen.ellipse(at((0.235, 0.19), (0.765, 0.91)), fill=_SKIN)
    for x in (0.375, 0.625):
        pen.ellipse(at((x - 0.045, 0.395), (x + 0.045, 0.485)), fill=_HAIR)
    for y in (0.55, 0.72):
        pen.line(at((0.225, y - 0.05), (0.775, y - 0.05)), fill=_CLOTH, width=round(0.025 * side))
    mask = (
        (0.26, 0.54),
        (0.42, 0.55),
        (0.50, 0.52),
        (0.58, 0.55),
        (0.74, 0.54),
        (0.70, 0.77),
        (0.5, 0.90),
        (0.30, 0.77),
    )
    pen.polygon(at(*mask), fill=_CLOTH)
    for y in (0.65, 0.75):
        pen.line(at((0.34, y), (0.66, y)), fill=_FOLD, width=round(0.02 * side))
    return image.resize((_SIDE, _SIDE), pil.Resampling.LANCZOS)


@cache
def brand() -> str:
    """The sign and the name, as HTML."""
    content = io.BytesIO()
    icon().save(content, "PNG")
    source = base64.b64encode(content.getvalue()).decode()
    return f'<div class="mw-brand"><img alt="" src="data:image/png;base64,{source}">MaskWatch</div>'
