"""File names for results: after their source, one of its own for each, never one that is taken."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

_LONGEST = 150


def stem_of(source: str) -> str:
    """The name of a source without its folder and suffix, fit for any file system; an address loses its password."""
    if "://" in source:
        parts = urlsplit(source)
        path = Path(parts.path)
        stem = "_".join([parts.hostname or "stream", *path.parts[1:-1], *filter(None, [path.stem])])
    else:
        stem = Path(source).stem if Path(source).name else source
    clean = re.sub(r'[\x00-\x1f<>:"/\\|?*\ud800-\udfff]', "_", stem).strip(" .")
    return clean.encode()[:_LONGEST].decode(errors="ignore") or "unnamed"


class FreeNames:
    """Gives names in ``folder`` that no file there has and that were not given before: ``a.jpg``, ``a-2.jpg``, ...

    Without a folder, only the names given before count.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._given: set[str] = set()
        self._next: dict[tuple[str, str], int] = {}

    def take(self, stem: str, ending: str, *others: str) -> Path:
        """The first free path ``stem`` + ``ending``; a name counts as taken, too, when it is with one of ``others``."""
        number = self._next.get((stem, ending), 1)
        while True:
            name = stem if number == 1 else f"{stem}-{number}"
            number += 1
            if self._free(name + ending) and all(self._free(name + other) for other in others):
                self._next[stem, ending] = number
                self._given.add((name + ending).casefold())
                return (self._folder or Path()) / (name + ending)

    def _free(self, name: str) -> bool:
        return name.casefold() not in self._given and not (self._folder and (self._folder / name).exists())
