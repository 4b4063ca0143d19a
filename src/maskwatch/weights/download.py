"""Downloading model files that third parties publish into the cache: over HTTPS, and only the published content."""

from __future__ import annotations

import http.client
import os
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from maskwatch.errors import DownloadError, SinkError
from maskwatch.files import replacing

CACHE_VARIABLE = "MASKWATCH_CACHE"
OnProgress = Callable[[str, int, int], None]
"""Called with the name of a file, the number of its bytes that have arrived, and its size."""
_BLOCK = 1 << 16
_LOCALHOST = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True)
class RemoteFile:
    """A file on the publisher's server.

    Attributes:
        name: in the cache.
        url: its address.
        sha256: of its content, in hexadecimal digits.
        size: in bytes.
        aliases: names of equivalent files in a folder that the user names.
    """

    name: str
    url: str
    sha256: str
    size: int
    aliases: tuple[str, ...] = ()

    def is_at(self, path: Path) -> bool:
        """Whether ``path`` has exactly the published content."""
        try:
            return path.stat().st_size == self.size and sha256(path.read_bytes()).hexdigest() == self.sha256
        except OSError:
            return False


def cache_folder() -> Path:
    """The folder in the environment variable ``MASKWATCH_CACHE``, or else the platform's cache folder."""
    if chosen := os.environ.get(CACHE_VARIABLE):
        return Path(chosen).expanduser()
    from platformdirs import user_cache_path

    return user_cache_path("maskwatch", appauthor=False)


def cached(files: Sequence[RemoteFile]) -> tuple[Path, ...] | None:
    """The paths of files in the cache; None when one is missing or has other content."""
    paths = tuple(cache_folder() / file.name for file in files)
    return paths if all(file.is_at(path) for file, path in zip(files, paths, strict=True)) else None


def download(
    file: RemoteFile, on_progress: OnProgress | None = None, *, timeout_s: float = 30.0, deadline_s: float = 600.0
) -> Path:
    """Download a file of a few megabytes into the cache, unless it is there.

    Args:
        file: the file.
        on_progress: called after each block.
        timeout_s: limit for connecting and for each block.
        deadline_s: limit for the whole file.

    Returns:
        The path of the file.

    Raises:
        DownloadError: when the server cannot be reached, does not have the file, or sends other content.
        SinkError: when the file cannot be written.
    """
    path = cache_folder() / file.name
    if file.is_at(path):
        return path
    content = bytearray()
    try:
        _receive(file, content, on_progress, timeout_s, time.monotonic() + deadline_s)
    except urllib.error.HTTPError as error:
        error.close()
        raise DownloadError(
            f"{file.name}: {_host(file)} answers {error.code} ({error.reason}); update MaskWatch, which may know "
            f"another address, or put the file into {path.parent} yourself"
        ) from error
    except urllib.error.URLError as error:
        reason = getattr(error.reason, "strerror", None) or str(error.reason)
        raise DownloadError(
            f"{file.name}: {_host(file)} cannot be reached ({reason}); check the network, or download {file.url} "
            f"elsewhere and put it into {path.parent}"
        ) from error
    except (http.client.HTTPException, OSError) as error:
        reason = str(error) or type(error).__name__
        raise DownloadError(
            f"{file.name}: stopped after {len(content)} of {file.size} bytes ({reason}); run the same command again"
        ) from error
    try:
        with replacing(path, f"free space there, or set {CACHE_VARIABLE} to another folder") as part:
            part.write_bytes(content)
    except SinkError:
        if not file.is_at(path):  # another process may have been faster
            raise
    return path


def _receive(
    file: RemoteFile, content: bytearray, on_progress: OnProgress | None, timeout_s: float, deadline: float
) -> None:
    """Append the body of the response to ``content``, and check it."""
    _require_https(file.url)
    request = urllib.request.Request(file.url, headers={"User-Agent": "maskwatch", "Accept-Encoding": "identity"})
    with urllib.request.build_opener(_HttpsRedirects).open(request, timeout=timeout_s) as response:
        announced = response.headers.get("Content-Length", str(file.size))
        if announced != str(file.size):
            raise _wrong_content(file, f"{announced} instead of {file.size} bytes")
        while block := response.read1(_BLOCK):
            content += block
            if len(content) > file.size:
                raise _wrong_content(file, f"more than {file.size} bytes")
            if on_progress is not None:
                on_progress(file.name, len(content), file.size)
            if time.monotonic() > deadline:
                raise TimeoutError("too slow")
    if len(content) < file.size:
        raise ConnectionError("the server closed the connection")
    if sha256(content).hexdigest() != file.sha256:
        raise _wrong_content(file, "other SHA-256")


def _wrong_content(file: RemoteFile, difference: str) -> DownloadError:
    return DownloadError(
        f"{file.name}: {_host(file)} does not send the published file ({difference}); nothing was saved; "
        "try again later, or update MaskWatch"
    )


def _host(file: RemoteFile) -> str:
    return urlsplit(file.url).hostname or file.url


class _HttpsRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self, req: urllib.request.Request, fp: Any, code: int, msg: str, headers: http.client.HTTPMessage, newurl: str
    ) -> urllib.request.Request | None:
        _require_https(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _require_https(url: str) -> None:
    """Only this computer itself may use HTTP."""
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOCALHOST):
        raise DownloadError(f"{url}: not an HTTPS address; nothing was downloaded")
