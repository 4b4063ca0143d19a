"""The folder for what was fetched, and what lies in it."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

from maskwatch.weights.catalogue import RemoteFile, RemoteModel

VARIABLE = "MASKWATCH_CACHE"


def cache_folder() -> Path:
    """The folder in the environment variable ``MASKWATCH_CACHE``, or else the platform's place for caches."""
    if chosen := os.environ.get(VARIABLE):
        return Path(chosen).expanduser()
    from platformdirs import user_cache_path

    return user_cache_path("maskwatch", appauthor=False)


def fetched_files(model: RemoteModel) -> tuple[Path, ...] | None:
    """The files of a fetched model; None when one is missing, or is not what its publisher put out."""
    paths = tuple(cache_folder() / file.name for file in model.files)
    return paths if all(is_whole(path, file) for path, file in zip(paths, model.files, strict=True)) else None


def is_whole(path: Path, file: RemoteFile) -> bool:
    """Whether ``path`` holds exactly the content of ``file``."""
    try:
        return path.stat().st_size == file.size and sha256(path.read_bytes()).hexdigest() == file.sha256
    except OSError:
        return False
