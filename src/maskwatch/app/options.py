"""Where the page is served, and what it offers."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class AppOptions:
    """Options of `maskwatch.app.server.serve`.

    Attributes:
        host: address to listen on; only this computer reaches the default.
        port: to listen on.
        browser: open the page in the browser of this computer, where there is a screen.
        max_upload_mb: largest file that is taken, in megabytes (of 1,048,576 bytes).
        models: names or paths of further single-shot models to choose from.
        classifiers: the same of classifiers, for detection in two stages.
        events: files of events of a watch, to be shown as reports.
    """

    host: str = "127.0.0.1"
    port: int = 8501
    browser: bool = True
    max_upload_mb: int = 100
    models: tuple[str, ...] = ()
    classifiers: tuple[str, ...] = ()
    events: tuple[str, ...] = ()

    @property
    def loopback(self) -> bool:
        """Whether only this computer can reach the page."""
        if self.host in LOOPBACK_NAMES:
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def address(self) -> str:
        """What to open in a browser on this computer."""
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.host, self.host)
        return f"http://{f'[{host}]' if ':' in host and not host.startswith('[') else host}:{self.port}"
