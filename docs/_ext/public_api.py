"""Warns, and so fails the build, when a name of ``maskwatch.__all__`` has no entry in the API reference."""

from __future__ import annotations

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging

import maskwatch

LOGGER = logging.getLogger(__name__)


def _check(_app: Sphinx, environment: BuildEnvironment) -> None:
    documented = {name for name, *_ in environment.domains["py"].get_objects()}
    for name in maskwatch.__all__:
        if f"maskwatch.{name}" not in documented and name != "__version__":
            LOGGER.warning("maskwatch.%s is public and has no entry in docs/reference", name)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("env-check-consistency", _check)
    return {"parallel_read_safe": True}
