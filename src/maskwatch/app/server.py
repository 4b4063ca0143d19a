"""The server: Streamlit with settings that keep images in memory and send nothing elsewhere."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

from maskwatch.app.options import LOOPBACK_NAMES, AppOptions, use
from maskwatch.app.theme import THEME
from maskwatch.errors import MissingExtraError, UsageError

MAIN = Path(__file__).parent / "pages" / "main.py"
_DISCONNECTED_S = 120
"""Seconds after which the images of a closed page are deleted; a phone may lose its connection for that long."""
_FORM_OVERHEAD_BYTES = 1_048_576


def serve(options: AppOptions, on_message: Callable[[str], None]) -> None:
    """Serve the pages until interrupted.

    Args:
        options: address, port and models.
        on_message: callback for each line that the terminal should show.

    Raises:
        UsageError: when it cannot listen on the address.
        MissingExtraError: when Streamlit is not installed.
    """
    try:
        from starlette.formparsers import MultiPartParser
        from streamlit.web import bootstrap
    except ImportError as error:
        raise MissingExtraError("app", "The page") from error
    check_address(options)
    use(options)
    # Starlette would write uploads of over 1 MB to a temporary file
    MultiPartParser.spool_max_size = options.max_upload_mb * 1_048_576 + _FORM_OVERHEAD_BYTES
    flags = {name.replace(".", "_"): value for name, value in streamlit_settings(options).items()}
    bootstrap.load_config_options(flags)
    on_message(f"MaskWatch is at {options.address} (Ctrl-C stops it)")
    if not options.loopback:
        on_message("the page has no password: everyone who can reach this computer over the network can use it")
    bootstrap.run(str(MAIN), False, [], flags)


def streamlit_settings(options: AppOptions) -> dict[str, Any]:
    """Streamlit's settings by name; they take precedence over files and environment variables."""
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
        # defeats DNS rebinding: a web site whose name resolves to this computer is refused
        values["server.allowedHosts"] = sorted({*LOOPBACK_NAMES, options.host})
    if not options.browser or not _has_screen():
        values["server.headless"] = True
    return values


def _has_screen() -> bool:
    return os.name == "nt" or os.uname().sysname == "Darwin" or bool(os.environ.get("DISPLAY"))


def check_address(options: AppOptions) -> None:
    """Check that the server can listen on the address.

    Raises:
        UsageError: when it cannot.
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
