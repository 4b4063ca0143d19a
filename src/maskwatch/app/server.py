"""Serving the pages: Streamlit with settings under which nothing leaves this computer and nothing stays on it."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

from maskwatch.app import settings
from maskwatch.app.options import LOOPBACK_NAMES, AppOptions
from maskwatch.app.theme import THEME
from maskwatch.errors import MissingExtraError, UsageError

MAIN = Path(__file__).parent / "pages" / "main.py"
_DISCONNECTED_S = 120
"""Seconds after which the images of a closed page are forgotten; a phone may lose the connection for as long."""
_FORM_OVERHEAD = 1_048_576


def serve(options: AppOptions, on_message: Callable[[str], None]) -> None:
    """Serve the pages until interrupted.

    Args:
        options: where, and what is offered.
        on_message: is given each line that a person at the terminal should read.

    Raises:
        UsageError: when the address cannot be listened on.
        MissingExtraError: when Streamlit is not installed.
    """
    try:
        from starlette.formparsers import MultiPartParser
        from streamlit.web import bootstrap
    except ImportError as error:
        raise MissingExtraError("app", "The page") from error
    check_address(options)
    settings.use(options)
    # Starlette would put files of over 1 MB into a temporary file on their way in
    MultiPartParser.spool_max_size = options.max_upload_mb * 1_048_576 + _FORM_OVERHEAD
    flags = {name.replace(".", "_"): value for name, value in streamlit_settings(options).items()}
    bootstrap.load_config_options(flags)
    on_message(f"MaskWatch is at {options.address} (Ctrl-C stops it)")
    if not options.loopback:
        on_message("everybody who reaches this computer over the network can use the page; there is no password")
    bootstrap.run(str(MAIN), False, [], flags)


def streamlit_settings(options: AppOptions) -> dict[str, Any]:
    """Streamlit's own settings by name; they win over those in files and in the environment."""
    values: dict[str, Any] = {
        "server.address": options.host,
        "server.port": options.port,
        "server.maxUploadSize": options.max_upload_mb,
        "server.disconnectedSessionTTL": _DISCONNECTED_S,
        "server.fileWatcherType": "none",
        "server.showEmailPrompt": False,
        "server.enableStaticServing": False,
        "browser.gatherUsageStats": False,
        "client.toolbarMode": "minimal",
        "client.showErrorDetails": "none",
        "client.showErrorLinks": False,
        "runner.magicEnabled": False,
        "logger.hideWelcomeMessage": True,
        "logger.level": "error",
        **THEME,
    }
    if options.loopback:
        # another name would be a web site that had itself resolved to this computer
        values["server.allowedHosts"] = sorted({*LOOPBACK_NAMES, options.host})
    if not options.browser or not _has_screen():
        values["server.headless"] = True
    return values


def _has_screen() -> bool:
    return os.name == "nt" or os.uname().sysname == "Darwin" or bool(os.environ.get("DISPLAY"))


def check_address(options: AppOptions) -> None:
    """See that the address can be listened on.

    Raises:
        UsageError: when not; the text says what to do.
    """
    if not 1 <= options.port <= 65_535:
        raise UsageError(f"--port {options.port} is out of range; take 1 to 65535")
    try:
        family, kind, number, _, address = socket.getaddrinfo(options.host, options.port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, number) as probe:
            if os.name != "nt":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except socket.gaierror as error:
        raise UsageError(f"--host {options.host}: no such address; take 127.0.0.1, or 0.0.0.0 for all") from error
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise UsageError(f"--port {options.port} is in use; stop the other program or take another") from error
        reason = error.strerror or str(error)
        raise UsageError(f"--host {options.host} --port {options.port}: cannot listen ({reason})") from error
