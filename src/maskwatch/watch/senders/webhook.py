"""One HTTP POST for each event."""

from __future__ import annotations

import http.client
import json
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from maskwatch import __version__
from maskwatch.errors import UsageError
from maskwatch.watch.events import Event, iso_time
from maskwatch.watch.senders.base import ChosenEvents, SendError
from maskwatch.watch.senders.signature import key, signed_headers
from maskwatch.watch.settings.senders import WebhookSettings

REFUSED = frozenset({400, 413, 415, 422})
"""Answers by which a receiver says that it will never take this very message."""
LONGEST_WISH_S = 300.0


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirected POST would lose its body, and the address that was checked is not the one that is called."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


class WebhookSender(ChosenEvents):
    """Calls an address for each event, signed when there is a secret; the answer has to be 200 to 299.

    Certificates are always checked. Redirects are not followed. Proxies are those of the environment (``HTTPS_PROXY``).

    Args:
        settings: of the sender.

    Raises:
        UsageError: when a secret is missing, or the certificates cannot be read.
    """

    batch = 20

    def __init__(self, settings: WebhookSettings) -> None:
        super().__init__(settings)
        self._settings = settings
        self._key = None if settings.secret is None else key(settings.secret.read())
        self._token = None if settings.token is None else settings.token.read()
        self._tls = _trust(settings)
        self._opener = urllib.request.build_opener(_NoRedirects, urllib.request.HTTPSHandler(context=self._tls))
        self.place = f"{urlsplit(settings.url).scheme}://{urlsplit(settings.url).hostname}"
        """The address without its path, which may hold a key."""

    def send(self, events: Sequence[Event]) -> None:
        """Call the address once for each event."""
        for number, event in enumerate(events):
            try:
                self._post(event)
            except SendError as error:
                error.arrived = number
                raise

    def check(self) -> str:
        """Connect without calling."""
        parts = urlsplit(self._settings.url)
        connection: http.client.HTTPConnection
        if parts.scheme == "https":
            connection = http.client.HTTPSConnection(
                parts.hostname or "", parts.port, timeout=self._settings.timeout_s, context=self._tls
            )
        else:
            connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=self._settings.timeout_s)
        try:
            connection.connect()
        except OSError as error:
            raise SendError(f"{self.place} cannot be reached ({_reason(error)}); check the address") from error
        finally:
            connection.close()
        return f"{self.place} answers; nothing was sent"

    def _post(self, event: Event) -> None:
        body = payload(event)
        headers = {
            "Content-Type": "application/json",
            "User-Agent": f"maskwatch/{__version__}",
            "webhook-id": event.id,
        }
        if self._key is not None:
            headers |= signed_headers(self._key, event.id, int(time.time()), body)
        if self._token is not None:
            headers["Authorization"] = f"Bearer {self._token}"
        request = urllib.request.Request(self._settings.url, body, headers, method="POST")
        try:
            with self._opener.open(request, timeout=self._settings.timeout_s):
                return
        except urllib.error.HTTPError as error:
            with error:
                raise self._answered(error) from error
        except (OSError, http.client.HTTPException) as error:
            raise SendError(f"{self.place} cannot be reached ({_reason(error)})") from error

    def _answered(self, error: urllib.error.HTTPError) -> SendError:
        if 300 <= error.code < 400:
            try:
                there = urlsplit(error.headers.get("Location", "")).hostname
            except ValueError:
                there = None
            aim = "" if there is None else f" to {there}"
            return SendError(f"{self.place} redirects{aim}, which is not followed; give the final address")
        what = f"{self.place} answers {error.code} {http.client.responses.get(error.code, '')}".rstrip()
        hint = "; check token and secret" if error.code in (401, 403) else ""
        return SendError(
            what + hint, final=error.code in REFUSED, retry_after_s=_wish(error.headers.get("Retry-After"))
        )


def payload(event: Event) -> bytes:
    """What is sent: type, time, and the event under ``data``."""
    message = {"type": f"maskwatch.{event.kind}", "timestamp": iso_time(event.at), "data": event.as_dict()}
    return json.dumps(message, ensure_ascii=False, allow_nan=False).encode()


def _trust(settings: WebhookSettings) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=settings.ca_file)
    except (OSError, ssl.SSLError) as error:
        raise UsageError(f"{settings.ca_file}: no certificates can be read there; give a PEM file") from error


def _wish(text: str | None) -> float:
    """Seconds that a receiver asks for by ``Retry-After``, as a number or a date."""
    if not text:
        return 0.0
    try:
        seconds = float(text) if text.strip().isdecimal() else parsedate_to_datetime(text).timestamp() - time.time()
    except (ValueError, OverflowError):
        return 0.0
    return min(max(0.0, seconds), LONGEST_WISH_S)


def _reason(error: Exception) -> str:
    cause = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted: {cause.verify_message}"
    if isinstance(cause, TimeoutError):
        return "no answer in time"
    return str(getattr(cause, "strerror", None) or cause or type(cause).__name__).lower()
