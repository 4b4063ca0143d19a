"""From what a user writes (path, folder, pattern, camera number, address) to what has to be opened."""

from __future__ import annotations

import glob
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from maskwatch import images
from maskwatch.errors import SourceError
from maskwatch.sources.container import SUFFIXES as VIDEO_SUFFIXES
from maskwatch.sources.streams.address import is_address, parse

Spec = str | int | os.PathLike[str]

_DEVICE = re.compile(r"/dev/video(\d+)")
_MAGIC = re.compile(
    rb"\xff\xd8\xff|\x89PNG\r\n|GIF8[79]a|RIFF....WEBP|BM....\0\0\0\0|II\*\0|MM\0\*|....ftypavi[fs]", re.DOTALL
)
_HEIC_SUFFIXES = frozenset({".heic", ".heif", ".hif"})


@dataclass(frozen=True)
class Input:
    """One thing to open: an image file, a video file, a camera or the address of a stream."""

    kind: Literal["image", "video", "camera", "stream"]
    value: str | int


def is_many(spec: Spec) -> bool:
    """Whether one spec can stand for several inputs: a folder, or a pattern that is not itself a file."""
    if isinstance(spec, int) or camera_number(spec) is not None:
        return False
    text = os.fspath(spec)
    if not text or is_address(text):
        return False
    return Path(text).is_dir() or (glob.has_magic(text) and not os.path.lexists(text))


def inputs(spec: Spec, *, recursive: bool = False) -> list[Input | SourceError]:
    """All that ``spec`` stands for, folders and patterns in natural order; errors stand in for what cannot be opened.

    Of a folder or a pattern only what looks like an image or a video by its name counts, and no hidden file.
    A file that is named itself is taken whatever it is called.

    Raises:
        SourceError: when nothing is named, there is no such path, the folder holds nothing to read, the pattern matches
            nothing, or addresses of that kind are not read.
    """
    number = camera_number(spec)
    if number is not None:
        return [Input("camera", number)]
    text = os.fspath(cast("str | os.PathLike[str]", spec))
    if not text:  # as a path it would be the current folder
        raise SourceError("a source is missing; name an image, a folder, a video, a webcam (0) or an address")
    if is_address(text):
        parse(text)
        return [Input("stream", text)]
    if not is_many(text):
        return [_file(text)]
    return _in_folder(Path(text), recursive) if Path(text).is_dir() else _matching(text)


def camera_number(spec: Spec) -> int | None:
    """The number of the camera that is meant: 0, "0" or "/dev/video0"; None when it is no camera.

    A file whose name is a number is written with its folder: ``./0``.
    """
    if isinstance(spec, int):
        return spec
    text = os.fspath(spec)
    found = _DEVICE.fullmatch(text) or re.fullmatch(r"(\d+)", text, re.ASCII)
    return int(found[1]) if found else None


def _in_folder(folder: Path, recursive: bool) -> list[Input | SourceError]:
    refused: list[Input | SourceError] = []

    def refuse(error: OSError) -> None:
        reason = str(error.strerror).lower()
        refused.append(SourceError(f"{error.filename}: cannot be opened ({reason}); check the permissions"))

    paths = []
    for where, subfolders, names in os.walk(folder, onerror=refuse):
        subfolders[:] = [name for name in subfolders if recursive and not name.startswith(".")]
        paths += [str(Path(where, name)) for name in names if _looks_readable(name)]
    if not paths and not refused:
        hint = (
            "give another folder" if recursive else "give another folder, or say that its subfolders count (recursive)"
        )
        raise SourceError(f"{folder}: no image or video in this folder; {hint}")
    return _files(paths) + refused


def _matching(pattern: str) -> list[Input | SourceError]:
    paths = [path for path in glob.glob(pattern, recursive=True) if _looks_readable(path) and not Path(path).is_dir()]  # noqa: PTH207
    if not paths:
        raise SourceError(f"{pattern}: no image or video matches this pattern; check the folder and the ending")
    return _files(paths)


def _files(paths: list[str]) -> list[Input | SourceError]:
    found: list[Input | SourceError] = []
    for path in sorted(paths, key=natural_order):
        try:
            found.append(_file(path))
        except SourceError as error:
            found.append(error)
    return found


def _file(path: str) -> Input:
    suffix = Path(path).suffix.lower()
    if suffix in _HEIC_SUFFIXES:
        raise SourceError(f"{path}: HEIC images are not read; convert it to JPEG")
    if suffix not in images.SUFFIXES and (suffix in VIDEO_SUFFIXES or not _starts_like_a_image(path)):
        return Input("video", path)
    return Input("image", path)


def _starts_like_a_image(path: str) -> bool:
    try:
        if not Path(path).is_file():
            return False
        with Path(path).open("rb") as file:
            return _MAGIC.match(file.read(16)) is not None
    except (OSError, ValueError):  # said properly when it is opened
        return False


def _looks_readable(name: str) -> bool:
    path = Path(name)
    known = images.SUFFIXES | VIDEO_SUFFIXES | _HEIC_SUFFIXES
    return path.suffix.lower() in known and not path.name.startswith(".")


def natural_order(path: str) -> list[tuple[int, str, int]]:
    """Sort key that puts ``shot2.jpg`` before ``shot10.jpg``, whatever the case of the letters."""
    parts = re.split(r"([0-9]+)", path.lower())
    return [(1, "", int(part)) if part.isdecimal() and part.isascii() else (0, part, 0) for part in parts]
