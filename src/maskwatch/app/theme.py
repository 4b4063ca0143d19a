"""How the pages look, on light and on dark screens; text keeps a contrast of 4.5 and more (WCAG 2.2, AA)."""

from __future__ import annotations

from typing import Any

from maskwatch.app.cards import STYLE

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

PAGE_STYLE = f"""<style>
{STYLE}
.stMainBlockContainer {{ max-width: 84rem; padding-top: 2.2rem; padding-bottom: 3rem; }}
.mw-brand {{ display: flex; align-items: center; gap: .5rem; font-weight: 600; margin-bottom: -.6rem; }}
.mw-brand img {{ width: 1.6rem; height: 1.6rem; }}
h1 {{ font-size: clamp(1.7rem, 4.5vw, 2.4rem) !important; padding-top: 0 !important; }}
.st-key-thumbs img:not(.mw-sign) {{ height: 7.5rem; object-fit: contain; width: 100%;
  background: color-mix(in srgb, currentColor 7%, transparent); }}
.st-key-picture img {{ max-height: 74vh; width: auto; max-width: 100%; border-radius: .5rem; }}
@media (max-width: 640px) {{ .stMainBlockContainer {{ padding: 1.2rem 1rem 2rem; }} }}
@media (prefers-reduced-motion: reduce) {{ * {{ transition: none !important; animation: none !important; }} }}
</style>"""

NAVIGATION_STYLE = """<style>
@media (max-width: 640px) { .stMainBlockContainer { padding-top: 4.2rem !important; } }
</style>"""
"""Where there are several pages: room for the button that opens their list on a phone."""
