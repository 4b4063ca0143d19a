"""The sender that makes one HTTP POST request per event."""

from __future__ import annotations

import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from maskwatch import __version__
from maskwatch.watch.events import Event, iso_time
from maskwatch.watch.schema import Secret
from maskwatch.watch.senders.base import BaseSender, SendError, SenderSettings, SenderType
from maskwatch.watch.senders.network import reason, tls_context
from maskwatch.watch.senders.signature import key, signed_headers

REFUSED = frozenset({400, 413, 415, 422})
"""Status codes by which a server rejects this very message for good."""
MAX_RETRY_AFTER_S = 300.0


def _is_web_address(url: str) -> str:
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good or any(letter.isspace() for letter in url):
        raise ValueError("not the address of a web server; write https://HOST/PATH")
    if parts.username or parts.password:
        raise ValueError("no password in the address; use a token instead")
    return url


class WebhookSettings(SenderSettings):
    """One HTTP POST of JSON per event, signed according to https://www.standardwebhooks.com."""

    type: Literal["webhook"] = Field(description="Selects this sender.")
    url: Annotated[str, AfterValidator(_is_web_address)] = Field(
        repr=False, description="Address of the request; redirects are not followed."
    )
    secret: Secret | None = Field(default=None, description="Key of the signature (HMAC-SHA256).")
    token: Secret | None = Field(default=None, description="Sent as 'Authorization: Bearer ...'.")
    ca_file: Path | None = Field(
        default=None, description="Trusted certificates (PEM) of a private server; by default those of the computer."
    )
    timeout_s: float = Field(default=10, gt=0, le=120, description="Longest wait for the server, seconds.")


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Refuses redirects: the POST would lose its body, and the target would not be the configured one."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


class WebhookSender(BaseSender):
    """Posts each event to an address, signed if there is a secret; a status of 200 to 299 confirms it.

    Certificates are always verified. Redirects are refused. Proxies come from the environment (``HTTPS_PROXY``).

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
        self._tls = tls_context(settings.ca_file)
        self._opener = urllib.request.build_opener(_NoRedirects, urllib.request.HTTPSHandler(context=self._tls))
        self.place = f"{urlsplit(settings.url).scheme}://{urlsplit(settings.url).hostname}"
        """The address without its path, which may contain a key."""

    def send(self, events: Sequence[Event]) -> None:
        """Make one request per event."""
        for number, event in enumerate(events):
            try:
                self._post(event)
            except SendError as error:
                error.arrived = number
                raise

    def check(self) -> str:
        """Connect without a request."""
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
            raise SendError(f"{self.place} cannot be reached ({reason(error)}); check the address") from error
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
            raise SendError(f"{self.place} cannot be reached ({reason(error)})") from error

    def _answered(self, error: urllib.error.HTTPError) -> SendError:
        if 300 <= error.code < 400:
            try:
                host = urlsplit(error.headers.get("Location", "")).hostname
            except ValueError:
                host = None
            target = "" if host is None else f" to {host}"
            return SendError(f"{self.place} redirects{target}; redirects are refused, so set the final address")
        answer = f"{self.place} answers {error.code} {http.client.responses.get(error.code, '')}".rstrip()
        hint = "; check token and secret" if error.code in (401, 403) else ""
        wait_s = _retry_after_s(error.headers.get("Retry-After"))
        return SendError(answer + hint, final=error.code in REFUSED, retry_after_s=wait_s)


def payload(event: Event) -> bytes:
    """The body of the request: type, time, and the event under ``data``."""
    message = {"type": f"maskwatch.{event.kind}", "timestamp": iso_time(event.at), "data": event.as_dict()}
    return json.dumps(message, ensure_ascii=False, allow_nan=False).encode()


def describe(settings: WebhookSettings) -> str:
    """What the sender does, for ``watch --check``."""
    parts = urlsplit(settings.url)
    signed = "signed" if settings.secret is not None else "not signed"
    encrypted = "over HTTPS" if parts.scheme == "https" else "over HTTP without encryption"
    return f"posts to {parts.hostname} {encrypted}, {signed}"


SENDER = SenderType(WebhookSettings, lambda settings, _watch: WebhookSender(settings), describe)


def _retry_after_s(text: str | None) -> float:
    """Seconds that a server asks for by ``Retry-After``, a number or a date."""
    if not text:
        return 0.0
    try:
        seconds = float(text) if text.strip().isdecimal() else parsedate_to_datetime(text).timestamp() - time.time()
    except (ValueError, OverflowError):
        return 0.0
    return min(max(0.0, seconds), MAX_RETRY_AFTER_S)
