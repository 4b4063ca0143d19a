"""Signing what a webhook sends, so that its receiver knows who sent it.

The scheme is that of https://www.standardwebhooks.com, for which libraries exist in most languages.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac

from maskwatch.errors import UsageError

_PREFIX = "whsec_"


def key(secret: str) -> bytes:
    """The key that a secret stands for: after ``whsec_`` in base64, otherwise its text in UTF-8.

    Raises:
        UsageError: when what follows ``whsec_`` is no base64.
    """
    if not secret.startswith(_PREFIX):
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except binascii.Error as error:
        raise UsageError(
            "the webhook's secret begins with whsec_, but what follows is no base64; copy it anew"
        ) from error


def signed_headers(secret: bytes, event_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The three headers of a signed message.

    Args:
        secret: the key.
        event_id: the same whenever the same event is sent.
        timestamp: Unix time of the attempt, whole seconds.
        body: as it is sent.
    """
    signed = f"{event_id}.{timestamp}.".encode() + body
    mark = base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()
    return {"webhook-id": event_id, "webhook-timestamp": str(timestamp), "webhook-signature": f"v1,{mark}"}
