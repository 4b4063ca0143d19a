"""Run recipes as a user does."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

import pytest

RECIPES = Path(__file__).parents[1] / "recipes"
in_repository = pytest.mark.skipif(not RECIPES.is_dir(), reason="recipes are in the repository only")


def run(name: str, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> None:
    """Run a recipe with arguments, in this process and folder."""
    monkeypatch.setattr(sys, "argv", [name, *arguments])
    runpy.run_path(str(RECIPES / name), run_name="__main__")
