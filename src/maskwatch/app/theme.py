"""Appearance of the pages in light and dark mode: colours, style sheets and the icon.

Text has a contrast of at least 4.5 (WCAG 2.2, AA).
"""

from __future__ import annotations

import base64
import io
from functools import cache
from typing import TYPE_CHECKING, Any

from maskwatch.app.cards import css
from maskwatch.styles import DARK

if TYPE_CHECKING:
    from PIL.Image import Image as PilImage

_LIGHT = {
    "primaryColor": "#00705c",
    "backgroundColor": "#ffffff",
    "secondaryBackgroundColor": "#f3f5f6",
    "textColor": "#16191d",
    "linkColor": "#00705c",
    "codeTextColor": "#16191d",
    "borderColor": "#d5dadd",
}
_DARK = {
    "primaryColor": "#2fb99f",
    "backgroundColor": "#14171a",
    "secondaryBackgroundColor": "#1e2327",
    "textColor": "#eceff1",
    "linkColor": "#5fd3bd",
    "codeTextColor": "#eceff1",
    "borderColor": "#3a4147",
}
THEME: dict[str, Any] = {
    **{f"theme.light.{name}": value for name, value in _LIGHT.items()},
    **{f"theme.dark.{name}": value for name, value in _DARK.items()},
    "theme.baseRadius": "0.5rem",
    "theme.showWidgetBorder": True,
}
"""Streamlit's theme settings; it follows the light or dark mode of the visitor's system."""

_CARDS = f"""
.mw-tiles, .mw-cards {{ list-style: none; margin: 0 !important; padding: 0 !important; gap: .6rem; }}
.mw-tiles {{ display: flex; flex-wrap: wrap; gap: .45rem; font-size: .84rem; }}
.mw-tiles li, .mw-cards li {{ margin: 0 !important; }}
.mw-tile {{ flex: 1 1 auto; display: flex; align-items: center; gap: .4rem; padding: .55rem .6rem; line-height: 1.2;
  border-radius: .6rem; border: 1px solid color-mix(in srgb, currentColor 16%, transparent); }}
.mw-count {{ font-size: 1.5rem; font-weight: 600; line-height: 1.1; font-variant-numeric: tabular-nums; }}
.mw-tile .mw-sign {{ width: 1.4rem; height: 1.4rem; flex: none; }}
.mw-cards {{ display: grid; grid-template-columns: repeat(auto-fill, minmax(8.2rem, 1fr)); }}
.mw-card {{ display: flex; flex-direction: column; gap: .4rem; padding: .5rem; border-radius: .6rem;
  border: 1px solid color-mix(in srgb, currentColor 16%, transparent); }}
.mw-card > img {{ width: 100%; aspect-ratio: 1; object-fit: cover; border-radius: .4rem; display: block;
  background: color-mix(in srgb, currentColor 8%, transparent); }}
.mw-badge {{ display: flex; align-items: center; gap: .35rem; padding: .15rem .5rem; border-radius: .35rem;
  font-weight: 600; font-size: .84rem; border: 1px solid {css(DARK)}33; }}
.mw-badge .mw-sign {{ width: .8rem; height: .8rem; flex: none; }}
.mw-sure {{ display: flex; align-items: center; gap: .5rem; font-size: .84rem; font-variant-numeric: tabular-nums; }}
.mw-bar {{ flex: 1; height: .4rem; border-radius: .2rem; overflow: hidden;
  background: color-mix(in srgb, currentColor 14%, transparent); }}
.mw-bar span {{ display: block; height: 100%; background: currentColor; opacity: .62; }}
.mw-doubt {{ font-size: .78rem; }}
.mw-image-name {{ font-size: .78rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }}
.mw-mini {{ display: flex; gap: .7rem; flex-wrap: wrap; margin: 0 !important; font-size: .9rem; min-height: 1.4rem; }}
.mw-mini span {{ display: inline-flex; align-items: center; gap: .3rem; font-variant-numeric: tabular-nums; }}
.mw-mini .mw-sign {{ width: 1.05rem; height: 1.05rem; }}
.mw-hidden {{ position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }}
"""
PAGE_STYLE = f"""<style>
{_CARDS}
.stMainBlockContainer {{ max-width: 84rem; padding-top: 2.2rem; padding-bottom: 3rem; }}
.mw-brand {{ display: flex; align-items: center; gap: .5rem; font-weight: 600; margin-bottom: -.6rem; }}
.mw-brand img {{ width: 1.6rem; height: 1.6rem; }}
h1 {{ font-size: clamp(1.7rem, 4.5vw, 2.4rem) !important; padding-top: 0 !important; }}
.st-key-thumbs img:not(.mw-sign) {{ height: 7.5rem; object-fit: contain; width: 100%;
  background: color-mix(in srgb, currentColor 7%, transparent); }}
.st-key-image img {{ max-height: 74vh; object-fit: contain; border-radius: .5rem;
  background: color-mix(in srgb, currentColor 7%, transparent); }}
@media (max-width: 640px) {{ .stMainBlockContainer {{ padding: 1.2rem 1rem 2rem; }} }}
@media (prefers-reduced-motion: reduce) {{ * {{ transition: none !important; animation: none !important; }} }}
</style>"""

NAVIGATION_STYLE = """<style>
@media (max-width: 640px) { .stMainBlockContainer { padding-top: 4.2rem !important; } }
</style>"""
"""With several pages: space for the button that opens the navigation on a phone."""
_SIDE, _SUPERSAMPLE = 64, 8
_BACKGROUND, _SKIN, _HAIR, _CLOTH, _FOLD = "#00705c", "#f3d3bd", "#3b2b24", "#e3f1f8", "#9cc3d8"


@cache
def icon() -> PilImage:
    """The icon of MaskWatch, a face with a mask: 64 x 64 pixels with rounded corners."""
    from PIL import Image as pil
    from PIL import ImageDraw

    side = _SIDE * _SUPERSAMPLE
    image = pil.new("RGBA", (side, side), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)

    def at(*points: tuple[float, float]) -> list[tuple[float, float]]:
        return [(x * side, y * side) for x, y in points]

    pen.rounded_rectangle(at((0, 0), (1, 1)), radius=0.22 * side, fill=_BACKGROUND)
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
    """Icon and name, as HTML."""
    content = io.BytesIO()
    icon().save(content, "PNG")
    source = base64.b64encode(content.getvalue()).decode()
    return f'<div class="mw-brand"><img alt="" src="data:image/png;base64,{source}">MaskWatch</div>'
