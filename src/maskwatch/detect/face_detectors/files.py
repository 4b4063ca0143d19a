"""Where the model files of a face detector lie."""

from __future__ import annotations

from pathlib import Path

from maskwatch.errors import ModelError
from maskwatch.weights.cache import fetched_files
from maskwatch.weights.catalogue import REMOTE, RemoteFile


def model_files(name: str, given: Path | None = None) -> tuple[Path, ...]:
    """The files of a fetchable face detector, in the order of the catalogue.

    Args:
        name: as in the catalogue.
        given: its (first) file, further ones beside it; or a folder that holds them all. None takes the fetched ones.

    Raises:
        ModelError: when one is missing.
    """
    model = REMOTE[name]
    if given is None:
        files = fetched_files(model)
        if files is None:
            raise ModelError(
                f"face detector {name} is not here yet; run 'maskwatch models fetch {name}', "
                "or give its file by --face-detector-model"
            )
        return files
    if given.is_dir():
        return tuple(_in_folder(given, file) for file in model.files)
    if not given.is_file():
        raise ModelError(f"{given}: no such file; check --face-detector-model")
    return given, *(_in_folder(given.parent, file) for file in model.files[1:])


def _in_folder(folder: Path, file: RemoteFile) -> Path:
    for name in (file.name, *file.aliases):
        if (folder / name).is_file():
            return folder / name
    raise ModelError(f"{folder}: has no {file.name}; put it there, or leave --face-detector-model out")
