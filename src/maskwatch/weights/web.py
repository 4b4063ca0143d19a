"""Asking a server for a file: HTTPS only, also after a redirection, and what goes wrong as one line."""

from __future__ import annotations

import http
import http.client
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from maskwatch.errors import DownloadError
from maskwatch.weights.catalogue import RemoteFile

_CHUNK = 1 << 16
_THIS_COMPUTER = frozenset({"127.0.0.1", "::1", "localhost"})


def host_of(url: str) -> str:
    """The host in an address."""
    return urlsplit(url).hostname or url


def open_address(request: urllib.request.Request, timeout_s: float) -> http.client.HTTPResponse:
    """The answer to a request; proxies are taken from the environment.

    Raises:
        DownloadError: when the address, or one to which it is redirected, is not HTTPS. This computer itself may speak
            HTTP.
        urllib.error.URLError: when the server cannot be reached, or refuses.
    """
    _demand_https(request.full_url)
    answer: http.client.HTTPResponse = urllib.request.build_opener(_HttpsRedirects).open(request, timeout=timeout_s)
    return answer


class BrokenOffError(Exception):
    """The connection failed on the way; what has come is kept, and another attempt makes sense."""


def ask(file: RemoteFile, part: Path, have: int, timeout_s: float) -> http.client.HTTPResponse:
    """What the server says when asked for all that follows the first ``have`` bytes.

    Raises:
        DownloadError: when it cannot be reached, or does not have the file.
        BrokenOffError: when another attempt makes sense. A ``part`` that the server cannot go on with is gone then.
    """
    request = urllib.request.Request(file.url, headers={"User-Agent": "maskwatch", "Accept-Encoding": "identity"})
    if have:
        request.add_header("Range", f"bytes={have}-")
    host = host_of(file.url)
    try:
        return open_address(request, timeout_s)
    except urllib.error.HTTPError as error:
        error.close()
        if error.code == http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            part.unlink(missing_ok=True)
            raise BrokenOffError("the server has less than is here already") from error
        if error.code >= http.HTTPStatus.INTERNAL_SERVER_ERROR:
            raise BrokenOffError(f"{host} answers {error.code} ({error.reason})") from error
        raise DownloadError(
            f"{file.name}: {host} answers {error.code} ({error.reason}); update MaskWatch, which may know another "
            f"address, or put the file into {part.parent} yourself"
        ) from error
    except urllib.error.URLError as error:
        why = getattr(error.reason, "strerror", None) or str(error.reason)
        raise DownloadError(
            f"{file.name}: {host} cannot be reached ({why}); check the network, or get {file.url} elsewhere and put it "
            f"into {part.parent}"
        ) from error
    except (http.client.HTTPException, OSError) as error:
        raise BrokenOffError(f"{host} hung up ({error or type(error).__name__})") from error


def next_block(response: http.client.HTTPResponse) -> bytes:
    """What has come next; empty at the end.

    Raises:
        BrokenOffError: when the connection fails.
    """
    try:
        return response.read1(_CHUNK)
    except (http.client.HTTPException, OSError) as error:
        raise BrokenOffError(f"the connection broke off ({error or type(error).__name__})") from error


def wrong_file(file: RemoteFile, how: str) -> DownloadError:
    """The error for content that is not what was published."""
    return DownloadError(
        f"{file.name}: what {host_of(file.url)} gives is not the published file ({how}); nothing was kept; "
        "try again later, or update MaskWatch"
    )


class _HttpsRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self, req: urllib.request.Request, fp: Any, code: int, msg: str, headers: http.client.HTTPMessage, newurl: str
    ) -> urllib.request.Request | None:
        _demand_https(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _demand_https(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _THIS_COMPUTER):
        raise DownloadError(f"{url}: not a secure address (https); nothing was fetched")
