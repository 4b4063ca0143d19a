"""Fetching a model of the catalogue into the cache."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from maskwatch.errors import UsageError
from maskwatch.weights.cache import cache_folder
from maskwatch.weights.catalogue import REMOTE, RemoteModel
from maskwatch.weights.download import DownloadOptions, download

OnProgress = Callable[[str, int, int], None]
"""Is called with the name of a file, the number of its bytes that are here, and of all."""


def find_remote(name: str) -> RemoteModel:
    """The catalogue's entry of that name.

    Raises:
        UsageError: when there is none; the message lists those that there are.
    """
    if name not in REMOTE:
        raise UsageError(f"{name}: no model that can be fetched; there are {', '.join(REMOTE)}")
    return REMOTE[name]


def fetch_model(
    model: RemoteModel, options: DownloadOptions | None = None, on_progress: OnProgress | None = None
) -> tuple[Path, ...]:
    """Fetch all files of a model that are not in the cache yet.

    Raises:
        DownloadError: when one cannot be fetched, or is not what was published.
        SinkError: when it cannot be written.
    """

    def fetched(file_name: str) -> Callable[[int, int], None]:
        return lambda have, whole: on_progress(file_name, have, whole) if on_progress else None

    return tuple(download(file, cache_folder(), options, fetched(file.name)) for file in model.files)
