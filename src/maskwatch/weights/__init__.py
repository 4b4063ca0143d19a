"""Model files that come with the package, and how a name or a path leads to one."""

from __future__ import annotations

from pathlib import Path

from maskwatch.errors import ModelError

FOLDER = Path(__file__).parent
"""Where the shipped model files lie."""


_CLASSIFIER = "classifier"
"""How the names of shipped classifiers begin; all others are detectors."""
DEFAULT = "small"
_ALIASES = {"default": DEFAULT}
"""Further names of shipped detectors."""
_DATED = (".h5", ".hdf5", ".pkl", ".pickle", ".joblib", ".model")


def shipped_models() -> dict[str, Path]:
    """The shipped detectors by name, `DEFAULT` first, then in alphabetical order."""
    paths = sorted(FOLDER.glob("*.onnx"), key=lambda path: (path.stem != DEFAULT, path.stem))
    return {path.stem: path for path in paths if not path.stem.startswith(_CLASSIFIER)}


def is_shipped(name: str) -> bool:
    """Whether a shipped detector is called so."""
    return _ALIASES.get(name, name) in shipped_models()


def shipped_classifiers() -> dict[str, Path]:
    """The shipped classifiers of faces by name, in alphabetical order."""
    return {path.stem: path for path in sorted(FOLDER.glob(f"{_CLASSIFIER}*.onnx"))}


def find_classifier(classifier: str | Path = _CLASSIFIER) -> Path:
    """The file of a shipped classifier by its name, or of any other by its path.

    Raises:
        ModelError: when there is none, or it is of a kind that is not run: files that may hold code, and Keras files.
    """
    if str(classifier) in shipped_classifiers():
        return shipped_classifiers()[str(classifier)]
    path = Path(classifier)
    if path.suffix.lower() in _DATED:
        raise ModelError(
            f"{path}: {path.suffix} files may run code when they are read, and are refused; "
            "train it anew by 'maskwatch train classifier' and give its model.onnx"
        )
    if path.suffix.lower() == ".keras":
        raise ModelError(f"{path}: a Keras file; give the model.onnx that training put beside it")
    if path.is_file():
        return path
    names = ", ".join(shipped_classifiers()) or "none"
    raise ModelError(f"{classifier}: no such classifier; shipped: {names}; or give the path of an .onnx file")


def find_model(model: str | Path, suffix: str = ".onnx") -> Path:
    """The file of a shipped model by its name, or of any other by its path.

    Args:
        model: the name of a shipped model, or a path.
        suffix: ".onnx" to run it, ".keras" to train it further.

    Raises:
        ModelError: when there is none; the message lists the names that exist.
    """
    named = FOLDER / f"{_ALIASES.get(str(model), model)}{suffix}"
    if is_shipped(str(model)):
        if named.is_file():
            return named
        raise ModelError(
            f"{model}: comes without its {suffix} file, to keep the package small; take '{DEFAULT}', "
            f"or the path of a {suffix} file"
        )
    path = Path(model)
    if path.is_file():
        return path
    names = ", ".join([*shipped_models(), *_ALIASES]) or "none"
    raise ModelError(f"{model}: no such model; shipped models: {names}; or give the path of a {suffix} file")
