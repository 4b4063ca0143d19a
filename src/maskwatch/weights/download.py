"""One file over HTTPS: resumed where it broke off, checked, and under its name only when it is whole."""

from __future__ import annotations

import http
import http.client
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from maskwatch.errors import DownloadError, SinkError
from maskwatch.weights.cache import VARIABLE, is_whole
from maskwatch.weights.catalogue import RemoteFile
from maskwatch.weights.web import BrokenOffError, ask, host_of, next_block, wrong_file

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class DownloadOptions:
    """How patient a download is.

    Attributes:
        timeout_s: of one step on the network: to connect, or to get the next bytes.
        deadline_s: of a whole file, all attempts together.
        attempts: how often a broken connection is taken up again.
        pause_s: before each further attempt.
    """

    timeout_s: float = 30.0
    deadline_s: float = 1800.0
    attempts: int = 3
    pause_s: float = 1.0


def download(
    file: RemoteFile, folder: Path, options: DownloadOptions | None = None, on_progress: Progress | None = None
) -> Path:
    """Fetch a file into ``folder``, unless it is there already.

    What has come of it lies beside its place under another name until all is there and the check sum is right. When
    the download is interrupted, the next call goes on from there if the server can (HTTP Range).

    Args:
        file: what to fetch.
        folder: is made when it is missing.
        options: time-outs and attempts.
        on_progress: called with the number of bytes that are here, and of all.

    Returns:
        The path of the whole file.

    Raises:
        DownloadError: when the server cannot be reached, has no such file, breaks off, or gives other content.
        SinkError: when the file cannot be written.
    """
    target = folder / file.name
    if is_whole(target, file):
        return target
    part = folder / f".{file.name}.{file.sha256[:12]}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(folder, error) from error
    try:
        _complete_and_check(file, part, options or DownloadOptions(), on_progress)
        part.replace(target)
    except OSError as error:
        if is_whole(target, file):  # another process was faster
            return target
        if isinstance(error, FileNotFoundError) and folder.is_dir():
            raise DownloadError(f"{file.name}: another process is fetching it too; run the same again") from error
        raise _unwritable(folder, error) from error
    return target


def _complete_and_check(file: RemoteFile, part: Path, options: DownloadOptions, on_progress: Progress | None) -> None:
    begun = _size(part) > 0
    _complete(file, part, options, on_progress)
    if begun and not _has_right_sum(part, file):  # the earlier piece may have been the bad one
        part.unlink()
        _complete(file, part, options, on_progress)
    if not _has_right_sum(part, file):
        part.unlink()
        raise wrong_file(file, "other SHA-256")


def _complete(file: RemoteFile, part: Path, options: DownloadOptions, on_progress: Progress | None) -> None:
    """Bring ``part`` to its full size, in several attempts if need be."""
    deadline = time.monotonic() + options.deadline_s
    for attempt in range(1, options.attempts + 1):
        try:
            if _size(part) > file.size:
                part.unlink()
            if _size(part) < file.size:
                _append(file, part, options.timeout_s, deadline, on_progress)
            return
        except BrokenOffError as error:
            if attempt == options.attempts or time.monotonic() > deadline:
                raise DownloadError(
                    f"{file.name}: {error}; {_size(part)} of {file.size} bytes are here; run the same again to go on"
                ) from error
            time.sleep(options.pause_s)


def _append(file: RemoteFile, part: Path, timeout_s: float, deadline: float, on_progress: Progress | None) -> None:
    have = _size(part)
    with ask(file, part, have, timeout_s) as response:
        if response.status != http.HTTPStatus.PARTIAL_CONTENT:
            have = 0
        elif not response.headers.get("Content-Range", "").startswith(f"bytes {have}-"):
            raise DownloadError(f"{file.name}: {host_of(file.url)} gave another piece than asked for; try again later")
        length = response.headers.get("Content-Length")
        if length is not None and have + int(length) != file.size:
            raise wrong_file(file, f"{have + int(length)} instead of {file.size} bytes")
        try:
            with part.open("ab" if have else "wb") as kept:
                have = _copy(response, kept, have, file.size, deadline, on_progress)
                kept.flush()
                os.fsync(kept.fileno())
        except OSError as error:
            raise _unwritable(part.parent, error) from error
    if have > file.size:
        part.unlink()
        raise wrong_file(file, f"more than {file.size} bytes")
    if have < file.size:
        raise BrokenOffError("the connection broke off")


def _copy(
    response: http.client.HTTPResponse,
    kept: BinaryIO,
    have: int,
    whole: int,
    deadline: float,
    on_progress: Progress | None,
) -> int:
    """Write what comes until it ends, or is too much; the number of bytes that are there then."""
    while have <= whole and (block := next_block(response)):
        kept.write(block)
        have += len(block)
        if on_progress is not None:
            on_progress(have, whole)
        if time.monotonic() > deadline:
            raise BrokenOffError("too slow")
    return have


def _has_right_sum(part: Path, file: RemoteFile) -> bool:
    return sha256(part.read_bytes()).hexdigest() == file.sha256


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _unwritable(folder: Path, error: OSError) -> SinkError:
    return SinkError(
        f"{folder}: cannot be written ({error.strerror or error}); make room, or name another folder in {VARIABLE}"
    )
