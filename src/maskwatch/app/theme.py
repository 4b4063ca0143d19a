"""How the pages look, on light and on dark screens; text keeps a contrast of 4.5 and more (WCAG 2.2, AA)."""

from __future__ import annotations

from typing import Any

from maskwatch.app.cards import css
from maskwatch.styles import DARK

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
"""Streamlit's settings; it follows the light or dark preference of the visitor's system."""

_CARDS = f"""
.mw-tiles, .mw-cards {{ list-style: none; margin: 0 !important; padding: 0 !important; display: grid; gap: .6rem; }}
.mw-tiles {{ grid-template-columns: repeat(4, 1fr); }}
.mw-tiles li, .mw-cards li {{ margin: 0 !important; }}
.mw-tile {{ display: flex; align-items: center; gap: .5rem; padding: .55rem .75rem; line-height: 1.2;
  border-radius: .6rem; border: 1px solid color-mix(in srgb, currentColor 16%, transparent); }}
.mw-count {{ font-size: 1.55rem; font-weight: 600; line-height: 1.1; font-variant-numeric: tabular-nums; }}
.mw-tile .mw-sign {{ width: 1.5rem; height: 1.5rem; flex: none; }}
.mw-cards {{ grid-template-columns: repeat(auto-fill, minmax(8.2rem, 1fr)); }}
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
.mw-where {{ font-size: .78rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }}
.mw-mini {{ display: flex; gap: .7rem; flex-wrap: wrap; margin: 0 !important; font-size: .9rem; min-height: 1.4rem; }}
.mw-mini span {{ display: inline-flex; align-items: center; gap: .3rem; font-variant-numeric: tabular-nums; }}
.mw-mini .mw-sign {{ width: 1.05rem; height: 1.05rem; }}
.mw-hidden {{ position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }}
@media (max-width: 640px) {{ .mw-tiles {{ grid-template-columns: repeat(2, 1fr); }} }}
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
"""Where there are several pages: room for the button that opens their list on a phone."""
