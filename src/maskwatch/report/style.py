"""The look of the report, in light and dark; states have the colours that they have everywhere."""

from __future__ import annotations

from maskwatch.detections import MaskState
from maskwatch.styles import STYLES

_COLOURS = {state.name: f"rgb{STYLES[state].colour}" for state in MaskState}

STYLE = (
    """
:root { color-scheme: light dark; --faint: #8885; --text: #1b1e23; --back: #fff; --soft: #8881; --bar: #6b7a90; }
@media (prefers-color-scheme: dark) { :root { --text: #e4e6ea; --back: #15171b; --bar: #93a3ba; } }
body { font: 15px/1.5 system-ui, sans-serif; margin: 0; color: var(--text); background: var(--back); }
main { max-width: 62rem; margin: 0 auto; padding: 1.2rem; }
h1 { margin-bottom: 0; } h2 { margin: 2.2rem 0 .3rem; } h3 { margin: 1.1rem 0 .2rem; font-size: 1rem; }
small, .period, .none { opacity: .75; font-weight: normal; }
.tiles { display: flex; flex-wrap: wrap; gap: .7rem; margin-top: 1.2rem; }
.tile { border: 1px solid var(--faint); border-radius: .5rem; padding: .6rem .9rem; min-width: 8rem; flex: 1; }
.tile b { display: block; font-size: 1.7rem; line-height: 1.2; } .tile span { font-size: .85rem; opacity: .8; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: left; padding: .25rem .5rem; border-bottom: 1px solid var(--faint); vertical-align: top; }
th { opacity: .75; font-weight: 600; } .n { text-align: right; font-variant-numeric: tabular-nums; }
td { overflow-wrap: anywhere; }
svg { width: 100%; height: auto; display: block; }
.axis { font: 11px system-ui, sans-serif; fill: var(--text); opacity: .8; }
.grid { stroke: var(--faint); } .tick { stroke: var(--text); opacity: .5; }
.gap { fill: url(#hatch); } .people, .heat { fill: var(--bar); }
.key { display: inline-block; width: .9em; height: .9em; margin: 0 .35em 0 .8em; vertical-align: -.1em; }
.hatched { background: repeating-linear-gradient(45deg, #8883 0 3px, #888a 3px 4px); }
@media print { h2, h3 { break-after: avoid; } svg, table { break-inside: avoid; } }
"""
    + "\n".join(
        f"rect.{name} {{ fill: {colour}; }} .key.{name} {{ background: {colour}; }}"
        for name, colour in _COLOURS.items()
    )
    + "\n"
)

HATCH = (
    "<svg width='0' height='0' style='position:absolute' aria-hidden='true'><defs>"
    "<pattern id='hatch' width='6' height='6' patternUnits='userSpaceOnUse' patternTransform='rotate(45)'>"
    "<rect width='6' height='6' fill='#8882'/><rect width='1.5' height='6' fill='#888a'/></pattern></defs></svg>"
)
