"""Notices that are signed with HMAC-SHA512 over their raw bytes: read where the signature is right, else not at all."""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

import orjson


def read_signed(headers: Mapping[str, str], header: str, secret: bytes, body: bytes) -> Any | None:
    """The JSON in `body`; None where it is none, or where the hex digest in `header` (lower case) isn't its own.

    Compared in constant time.
    """
    given = next((value for name, value in headers.items() if name.lower() == header), "")
    expected = hmac.new(secret, body, hashlib.sha512).hexdigest()
    if not hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode()):
        return None
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
