"""Signatures of webhook requests, by which the target verifies their origin.

The scheme is that of https://www.standardwebhooks.com; most languages have a library for it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac

from maskwatch.errors import UsageError

_PREFIX = "whsec_"


def key(secret: str) -> bytes:
    """The key of a secret: base64 after the prefix ``whsec_``, otherwise the text itself in UTF-8.

    Raises:
        UsageError: when the text after ``whsec_`` is not base64.
    """
    if not secret.startswith(_PREFIX):
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except binascii.Error as error:
        raise UsageError(
            "the webhook's secret starts with whsec_, but the rest is not base64; copy it again"
        ) from error


def signed_headers(secret: bytes, event_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The three headers of a signed request.

    Args:
        secret: the key.
        event_id: ID of the event, the same on every attempt.
        timestamp: Unix time of the attempt, whole seconds.
        body: of the request.
    """
    signed = f"{event_id}.{timestamp}.".encode() + body
    signature = base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()
    return {"webhook-id": event_id, "webhook-timestamp": str(timestamp), "webhook-signature": f"v1,{signature}"}
