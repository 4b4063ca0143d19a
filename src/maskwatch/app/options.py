"""Options of the app: where it listens and what it offers."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class AppOptions:
    """Options of `maskwatch.app.server.serve`.

    Attributes:
        host: address to listen on; the default admits only this computer.
        port: port to listen on.
        browser: open the page in the browser of this computer, if it has a screen.
        max_upload_mb: maximum file size in megabytes of 1,048,576 bytes.
        models: names or paths of additional single-shot models.
        classifiers: names or paths of additional classifiers for two-stage detection.
        events: event databases of watches, shown as reports.
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
        """The address to open in a browser on this computer."""
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.host, self.host)
        return f"http://{f'[{host}]' if ':' in host and not host.startswith('[') else host}:{self.port}"


_current = AppOptions()


def use(options: AppOptions) -> None:
    """Set the options of this process, for its pages."""
    # a process runs one server, and Streamlit passes no objects to its pages
    global _current
    _current = options


def current() -> AppOptions:
    """The options of this process."""
    return _current
