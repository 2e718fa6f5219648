"""Secrets and signatures of webhooks that go out, after the public specification Standard Webhooks 1.0.0.

A secret is derived from the endpoint and its number, and stored nowhere: who reads the database signs nothing.
"""

import base64
import hashlib
import hmac
from datetime import datetime
from uuid import UUID

from services.secrets import keyed_hash

PREFIX = "whsec_"


def secret_of(endpoint_uid: UUID | str, number: int) -> str:
    """An endpoint's secret number so many: `whsec_` and 256 bits in base64."""
    key = bytes.fromhex(keyed_hash(f"webhook secret:{endpoint_uid}:{number}"))
    return PREFIX + base64.b64encode(key).decode()


def secrets_of(
    endpoint_uid: UUID | str, number: int, overlaps_until: datetime | None, at: datetime
) -> list[str]:
    """The secrets that sign at a time (UTC), the newest first."""
    overlaps = number > 1 and overlaps_until is not None and overlaps_until > at
    return [secret_of(endpoint_uid, each) for each in ((number, number - 1) if overlaps else (number,))]


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """`v1,` and the HMAC-SHA256 of `id.timestamp.body` in base64; `timestamp` in seconds since the epoch."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    digest = hmac.new(key, f"{message_id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def headers_for(secrets: list[str], message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The three headers of a delivery; it is signed by each secret."""
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signature(secret, message_id, timestamp, body) for secret in secrets),
    }
