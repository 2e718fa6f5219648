"""Secrets and signatures of webhooks that go out, after the public specification Standard Webhooks 1.0.0.

Secrets are sealed with the server's key: who reads the database signs nothing. Those of endpoints from before that are
derived from the endpoint and a number.
"""

import base64
import hashlib
import hmac
from datetime import datetime
from secrets import token_bytes
from uuid import UUID

from models import WebhookEndpoint
from services.sealing import unseal
from services.secrets import first_key, keyed_hash

PREFIX = "whsec_"


def new_secret() -> str:
    """`whsec_` and 256 random bits in base64."""
    return PREFIX + base64.b64encode(token_bytes(32)).decode()


def derived_secret(endpoint_uid: UUID | str, number: int) -> str:
    """An endpoint's secret number so many, where none is sealed."""
    key = bytes.fromhex(keyed_hash(f"webhook secret:{endpoint_uid}:{number}", first_key()))
    return PREFIX + base64.b64encode(key).decode()


def kept_secrets(endpoint: WebhookEndpoint) -> list[str]:
    """An endpoint's newest secret and the one before it; none where they are sealed with a key that is gone."""
    if endpoint.secrets_sealed:
        return (unseal(endpoint.secrets_sealed) or "").split()
    number = endpoint.secret_number
    return [derived_secret(endpoint.uid, each) for each in (number, number - 1) if each]


def secrets_of(endpoint: WebhookEndpoint, at: datetime) -> list[str]:
    """The secrets that sign at a time (UTC), the newest first."""
    overlaps = endpoint.overlaps_until is not None and endpoint.overlaps_until > at
    return kept_secrets(endpoint)[: 2 if overlaps else 1]


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
