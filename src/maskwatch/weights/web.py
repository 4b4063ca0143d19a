"""Opening an address: HTTPS only, also after a redirection."""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import urlsplit

from maskwatch.errors import DownloadError

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
