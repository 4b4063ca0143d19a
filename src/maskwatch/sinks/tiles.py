"""Labels rendered as small images: a sign and a text on a rounded background in the colour of the state.

Words, signs and whole labels are cached for the next frames, in a few megabytes at most.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from maskwatch.frames import Image
from maskwatch.styles import DARK, Colour, Sign, ink

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont, ImageFont

_SUPERSAMPLE = 4
_Mask = NDArray[np.uint8]
_Point = tuple[float, float]


@dataclass(frozen=True)
class Label:
    """A label ``sign text``, with letters of ``size`` pixels, on a background of ``colour``."""

    sign: Sign
    text: str
    size: int
    colour: Colour

    @cached_property
    def pixels(self) -> tuple[int, int]:
        """Width and height of the whole label."""
        pad_x, pad_y = self._padding
        words = [_word(word, self.size).shape[1] for word in self.text.split()]
        width = 2 * pad_x + self._sign_width + sum(words) + len(words) * self._space
        top, bottom = _capital_span(self.size)
        return width, bottom - top + 2 * pad_y

    def paste(self, image: Image, x: int, y: int) -> None:
        """Draw the label into ``image``, in place, with its upper left corner at (x, y); it must fit inside."""
        rgb, alpha = _render(self)
        region = image[y : y + len(rgb), x : x + rgb.shape[1]]
        region[:] = _mix(region, rgb, alpha)

    @property
    def _padding(self) -> tuple[int, int]:
        return max(2, round(0.34 * self.size)), max(2, round(0.26 * self.size))

    @property
    def _space(self) -> int:
        return max(3, round(0.3 * self.size))

    @property
    def _sign_side(self) -> int:
        return round(0.8 * self.size)

    @property
    def _sign_width(self) -> int:
        slim = self.sign in (Sign.exclamation, Sign.question) and self.text
        return round(0.5 * self._sign_side) if slim else self._sign_side

    def _marks(self) -> _Mask:
        """Mask (H, W) of sign and letters, 0..255."""
        width, height = self.pixels
        pad_x, pad_y = self._padding
        marks = np.zeros((height, width), np.uint8)
        sign = _sign(self.sign, self._sign_side)
        _add(marks, sign, pad_x - (self._sign_side - self._sign_width) // 2, (height - len(sign)) // 2)
        x = pad_x + self._sign_width
        for word in self.text.split():
            mask = _word(word, self.size)
            _add(marks, mask, x + self._space, pad_y - _capital_span(self.size)[0])
            x += self._space + mask.shape[1]
        return marks


@lru_cache(maxsize=128)
def _render(label: Label) -> tuple[Image, _Mask]:
    """Colours (H, W, 3) and alpha (H, W, 1), with a dark rim of one pixel that stands out on any image."""
    width, height = label.pixels
    radius = max(2, round(0.28 * label.size))
    background = _rounded(width, height, radius)
    inner = np.zeros_like(background)
    inner[1:-1, 1:-1] = _rounded(width - 2, height - 2, radius - 1)
    rgb = _mix(np.full((height, width, 3), DARK, np.uint8), np.array(label.colour, np.uint8), inner[..., None])
    return _mix(rgb, np.array(ink(label.colour), np.uint8), label._marks()[..., None]), background[..., None]


def _mix(below: Image, above: NDArray[np.uint8], alpha: _Mask) -> Image:
    weight = alpha.astype(np.uint16)
    return np.asarray((below * (255 - weight) + above * weight + 127) // 255, np.uint8)


def _add(marks: _Mask, mask: _Mask, x: int, y: int) -> None:
    """Add ``mask`` to ``marks`` at (x, y), cut at the border."""
    source = mask[max(0, -y) :, max(0, -x) :]
    target = marks[max(0, y) : max(0, y) + len(source), max(0, x) : max(0, x) + source.shape[1]]
    np.maximum(target, source[: len(target), : target.shape[1]], out=target)


def _rounded(width: int, height: int, radius: int) -> _Mask:
    """A filled rectangle with rounded, anti-aliased corners, (H, W), 0..255."""
    centre = np.arange(radius) + 0.5
    cover = np.clip(radius - np.hypot(radius - centre, radius - centre[:, None]) + 0.5, 0, 1)
    corner = np.round(255 * cover).astype(np.uint8)[: height // 2, : width // 2]
    rows, columns = corner.shape
    mask = np.full((height, width), 255, np.uint8)
    mask[:rows, :columns], mask[:rows, width - columns :] = corner, corner[:, ::-1]
    mask[height - rows :, :columns], mask[height - rows :, width - columns :] = corner[::-1], corner[::-1, ::-1]
    return mask


@lru_cache(maxsize=512)
def _word(word: str, size: int) -> _Mask:
    """Mask (H, W) of one word, 0..255, slightly bold: as wide as its ink, from the top of the line."""
    from PIL import Image as PilImage
    from PIL import ImageDraw

    left, _, right, bottom = (round(edge) for edge in _font(size).getbbox(word, stroke_width=size / 55))
    mask = PilImage.new("L", (right - left, bottom), 0)
    ImageDraw.Draw(mask).text((-left, 0), word, fill=255, font=_font(size), stroke_width=size / 55)
    return np.asarray(mask)


@lru_cache(maxsize=64)
def _sign(sign: Sign, side: int) -> _Mask:
    """Mask of the sign in a square of ``side`` pixels, 0..255."""
    from PIL import Image as PilImage
    from PIL import ImageDraw

    k = _SUPERSAMPLE
    mask = PilImage.new("L", (side * k, side * k), 0)
    canvas = ImageDraw.Draw(mask)
    thickness = max(1.4, 0.17 * side) * k
    for line in SIGN_LINES[sign]:
        points = [(x * side * k, y * side * k) for x, y in line]
        canvas.line(points, fill=255, width=round(thickness), joint="curve")
        for x, y in (points[0], points[-1]):
            r = thickness / 2
            canvas.ellipse((x - r, y - r, x + r, y + r), fill=255)
    return np.asarray(mask.resize((side, side), PilImage.Resampling.BOX))


SIGN_LINES: dict[Sign, tuple[tuple[_Point, ...], ...]] = {
    Sign.check: (((0.10, 0.54), (0.38, 0.82), (0.90, 0.20)),),
    Sign.exclamation: (((0.50, 0.10), (0.50, 0.60)), ((0.50, 0.885), (0.50, 0.905))),
    Sign.cross: (((0.16, 0.16), (0.84, 0.84)), ((0.84, 0.16), (0.16, 0.84))),
    Sign.question: (
        (
            (0.26, 0.30),
            (0.32, 0.16),
            (0.50, 0.10),
            (0.68, 0.16),
            (0.74, 0.32),
            (0.64, 0.46),
            (0.50, 0.54),
            (0.50, 0.64),
        ),
        ((0.50, 0.885), (0.50, 0.905)),
    ),
}
"""The lines of each sign in a square of side 1."""


@lru_cache(maxsize=64)
def _capital_span(size: int) -> tuple[int, int]:
    """Top and baseline of capital letters, pixels from the top of the line."""
    _, top, _, bottom = _font(size).getbbox("M")
    return round(top), round(bottom)


@lru_cache(maxsize=64)
def _font(size: int) -> FreeTypeFont | ImageFont:
    from PIL import ImageFont

    return ImageFont.load_default(size)
