"""TLS and error texts of senders that use the network."""

from __future__ import annotations

import ssl
import urllib.error
from pathlib import Path

from maskwatch.errors import UsageError


def tls_context(ca_file: Path | None) -> ssl.SSLContext:
    """Trust in the certificates of ``ca_file`` (PEM), or in those of the computer for None.

    Raises:
        UsageError: when the file cannot be read.
    """
    try:
        return ssl.create_default_context(cafile=ca_file)
    except (OSError, ssl.SSLError) as error:
        raise UsageError(f"{ca_file}: no certificates can be read there; give a PEM file") from error


def reason(error: Exception) -> str:
    """Why a connection failed, in a few words: "connection refused"."""
    cause = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted: {cause.verify_message}"
    if isinstance(cause, TimeoutError):
        return "no answer in time"
    return str(getattr(cause, "strerror", None) or cause or type(cause).__name__).lower()
