"""Model files that come with the package, and how a name or a path leads to one."""

from __future__ import annotations

from pathlib import Path

from maskwatch.errors import ModelError

FOLDER = Path(__file__).parent
"""Where the shipped model files lie."""


def shipped_models() -> dict[str, Path]:
    """The shipped models by name, in alphabetical order."""
    return {path.stem: path for path in sorted(FOLDER.glob("*.onnx"))}


def find_model(model: str | Path, suffix: str = ".onnx") -> Path:
    """The file of a shipped model by its name, or of any other by its path.

    Args:
        model: "default", another shipped name, or a path.
        suffix: ".onnx" to run it, ".keras" to train it further.

    Raises:
        ModelError: when there is none; the message lists the names that exist.
    """
    named = FOLDER / f"{model}{suffix}"
    if str(model) in shipped_models() and named.is_file():
        return named
    path = Path(model)
    if path.is_file():
        return path
    names = ", ".join(shipped_models()) or "none"
    raise ModelError(f"{model}: no such model; shipped models: {names}; or give the path of a {suffix} file")
