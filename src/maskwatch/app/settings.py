"""The options of the running server, for its pages."""

from __future__ import annotations

from maskwatch.app.options import AppOptions

_current = AppOptions()


def use(options: AppOptions) -> None:
    """Set them for this process."""
    # one server runs in a process, and Streamlit passes no objects to its pages
    global _current
    _current = options


def current() -> AppOptions:
    """Those in use."""
    return _current
