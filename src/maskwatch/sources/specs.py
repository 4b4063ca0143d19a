"""From what a user writes (path, folder, pattern, camera number, address) to the inputs to open."""

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
    """One input: an image file, a video file, a camera or the address of a stream.

    Attributes:
        kind: a key of `maskwatch.sources.opening.SOURCES`.
        value: path, camera number or address.
    """

    kind: Literal["image", "video", "camera", "stream"]
    value: str


def is_many(spec: Spec) -> bool:
    """Whether one spec can mean several inputs: a folder, or a pattern that is not the name of a file."""
    if isinstance(spec, int) or camera_number(spec) is not None:
        return False
    text = os.fspath(spec)
    if not text or is_address(text):
        return False
    return Path(text).is_dir() or (glob.has_magic(text) and not os.path.lexists(text))


def inputs(spec: Spec, *, recursive: bool = False) -> list[Input | SourceError]:
    """All inputs of ``spec``, in natural order; an error takes the place of an input that cannot be opened.

    Files in a folder and matches of a pattern need the suffix of an image or a video, and must not be hidden. A file
    that is named directly needs no suffix.

    Raises:
        SourceError: when ``spec`` is empty, the folder holds no image or video, the pattern matches none, or the
            address has an unsupported scheme.
    """
    number = camera_number(spec)
    if number is not None:
        return [Input("camera", str(number))]
    text = os.fspath(cast("str | os.PathLike[str]", spec))
    if not text:  # as a path it would mean the current folder
        raise SourceError("a source is missing; name an image, a folder, a video, a webcam (0) or an address")
    if is_address(text):
        parse(text)
        return [Input("stream", text)]
    if not is_many(text):
        return [_file(text)]
    return _in_folder(Path(text), recursive) if Path(text).is_dir() else _matching(text)


def camera_number(spec: Spec) -> int | None:
    """The number of a camera that is written as 0, "0" or "/dev/video0"; None when ``spec`` is no camera.

    A file with a number for a name needs its folder: ``./0``.
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
        paths += [str(Path(where, name)) for name in names if _is_supported(name)]
    if not paths and not refused:
        hint = "give another folder" if recursive else "give another folder, or add --recursive for its subfolders"
        raise SourceError(f"{folder}: no image or video in this folder; {hint}")
    return _files(paths) + refused


def _matching(pattern: str) -> list[Input | SourceError]:
    paths = [path for path in glob.glob(pattern, recursive=True) if _is_supported(path) and not Path(path).is_dir()]  # noqa: PTH207
    if not paths:
        raise SourceError(f"{pattern}: no image or video matches this pattern; check the folder and the suffix")
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
        raise SourceError(f"{path}: HEIC images are not supported; convert it to JPEG")
    if suffix not in images.SUFFIXES and (suffix in VIDEO_SUFFIXES or not _starts_like_an_image(path)):
        return Input("video", path)
    return Input("image", path)


def _starts_like_an_image(path: str) -> bool:
    try:
        if not Path(path).is_file():
            return False
        with Path(path).open("rb") as file:
            return _MAGIC.match(file.read(16)) is not None
    except (OSError, ValueError):  # reported when it is opened
        return False


def _is_supported(name: str) -> bool:
    path = Path(name)
    known = images.SUFFIXES | VIDEO_SUFFIXES | _HEIC_SUFFIXES
    return path.suffix.lower() in known and not path.name.startswith(".")


def natural_order(path: str) -> list[tuple[int, str, int]]:
    """Sort key that puts ``photo2.jpg`` before ``photo10.jpg``; case is ignored."""
    parts = re.split(r"([0-9]+)", path.lower())
    return [(1, "", int(part)) if part.isdecimal() and part.isascii() else (0, part, 0) for part in parts]
