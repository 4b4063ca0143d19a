"""The boxes of a fragmented MP4 file (ISO/IEC 14496-12), as far as is needed to cut off a broken end."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

_HEADER, _LONG_HEADER = 8, 16


def drop_broken_fragment(path: Path) -> bool:
    """Cut ``path`` behind its last whole fragment (a ``moof`` box and its ``mdat``).

    Returns:
        Whether there is one whole fragment at least; if not, the file is left as it is.
    """
    good = 0
    size = path.stat().st_size
    with path.open("rb") as file:
        for kind, end in _boxes(file, size):
            if kind == b"mdat":
                good = end
    if good:
        os.truncate(path, good)
    return good > 0


def _boxes(file: BinaryIO, size: int) -> Iterator[tuple[bytes, int]]:
    """Type and end of each whole box at the top level."""
    start = 0
    while start + _HEADER <= size:
        file.seek(start)
        header = file.read(_LONG_HEADER)
        length, kind = int.from_bytes(header[:4]), header[4:8]
        if length == 1:
            length = int.from_bytes(header[8:16])
        if length < _HEADER or start + length > size:
            return
        start += length
        yield kind, start
