"""Network addresses: supported schemes, and how to show an address without its password."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from maskwatch.errors import SourceError

SCHEMES = ("rtsp", "rtsps", "http", "https")

_ADDRESS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_ANY_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://\S+")
_HIDDEN = "***"
_PLAIN_KEYS = frozenset({"channel", "ch", "subtype", "stream", "real_stream", "fps", "resolution", "width", "height"})
_PLAIN_VALUE = re.compile(r"[\w.]{1,9}|\d{1,5}x\d{1,5}")
# A path can contain a token. Long parts with letters and digits count as tokens unless they contain such a word.
_TOKEN = re.compile(r"(?=.*\d)(?=.*[A-Za-z]).{12,}")
_PATH_WORD = re.compile(
    r"main|live|stream|channel|video|media|preview|profile|axis|mjpg|[.](m3u8|mp4|sdp|cgi|ts|mkv)$", re.I
)


@dataclass(frozen=True)
class Address:
    """The address of a camera or stream. ``str(address)`` and messages never contain its password.

    Attributes:
        secret: the full address, with its password.
        scheme: ``rtsp``, ``rtsps``, ``http`` or ``https``.
        host: name or IP address of the server, without brackets.
        port: None for the default port.
    """

    secret: str = field(repr=False)
    scheme: str
    host: str
    port: int | None = None

    @property
    def is_playlist(self) -> bool:
        """Whether it is an HLS playlist, by its suffix."""
        return urlsplit(self.secret).path.lower().endswith(".m3u8")

    def __str__(self) -> str:
        """The address without user, password and tokens."""
        return shown(self.secret)


def is_address(text: str) -> bool:
    """Whether this is an address (``scheme://...``) and not a path."""
    return _ADDRESS.match(text) is not None


def parse(text: str) -> Address:
    """Parse an address.

    Raises:
        SourceError: when its scheme is not supported, or it has no host.
    """
    found = _ADDRESS.match(text)
    scheme = found[1].lower() if found else ""
    if scheme not in SCHEMES:
        hint = "give the path alone" if scheme == "file" else "use rtsp://, rtsps://, http:// or https://"
        raise SourceError(f"{shown(text)}: {scheme or 'such'} addresses are not supported; {hint}")
    host, port = _server(text)
    if any(ord(letter) < 33 for letter in text) or "\x7f" in text:
        raise SourceError(f"{shown(text)}: an address cannot contain spaces; write them as %20")
    if not host:
        raise SourceError(
            f"{shown(text)}: no host in the address; write {scheme}://HOST/PATH, "
            "and in user, password and path / as %2F, ? as %3F, # as %23, @ as %40"
        )
    return Address(text, scheme, host, port)


def _server(text: str) -> tuple[str, int | None]:
    """Host and port; an empty host when they might be part of a password."""
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "", None
    return ("", None) if "@" in f"{parts.path}{parts.query}{parts.fragment}" else (host, port)


def shown(text: str) -> str:
    """An address with user, password, parameter values and long tokens replaced by ``***``.

    Only short values of harmless parameters such as ``channel`` stay. If the password cannot be located, only the
    scheme stays.
    """
    found = _ADDRESS.match(text)
    if found is None or found[1].lower() == "file":
        return text
    host, port = _server(text)
    if not host:
        return f"{found[1]}://{_HIDDEN}"
    parts = urlsplit(text)
    server = f"[{host}]" if ":" in host else host
    server += f":{port}" if port is not None else ""
    login = f"{_HIDDEN}@" if "@" in parts.netloc else ""
    path = "/".join(_hide_in_path(piece) for piece in parts.path.split("/"))
    query = f"?{_hide_in_query(parts.query)}" if parts.query else ""
    return f"{parts.scheme}://{login}{server}{path}{query}"


def redact(text: str) -> str:
    """Any text, with each address in it as `shown`."""
    return _ANY_ADDRESS.sub(lambda found: shown(found[0]), text)


def _hide_in_query(query: str) -> str:
    return "&".join(_hide_value(pair) for pair in re.split("[&;]", query))


def _hide_value(pair: str) -> str:
    key, equals, value = pair.partition("=")
    if not equals:
        return _HIDDEN
    plain = key.lower() in _PLAIN_KEYS and _PLAIN_VALUE.fullmatch(value)
    return pair if plain else f"{key}={_HIDDEN}"


def _hide_in_path(piece: str) -> str:
    # such as user=admin_password=secret_channel=1
    secret = "=" in piece or (_TOKEN.fullmatch(piece) and not _PATH_WORD.search(piece))
    return _HIDDEN if secret else piece
