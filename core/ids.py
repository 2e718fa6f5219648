"""Public identifiers, secrets and readable codes."""

import secrets
from uuid import UUID

import uuid_utils

# No 0/O, 1/I/L: a code is read out over the telephone.
READABLE = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def new_uid() -> UUID:
    """A UUIDv7: unique, and sorting by the time it was made."""
    return UUID(bytes=uuid_utils.uuid7().bytes)


def new_token() -> str:
    """An opaque secret of 256 bits for a session or a link."""
    return secrets.token_urlsafe(32)


def readable_code(length: int) -> str:
    """A random code that can be read out, e.g. an order's `7KQ2M9XA`."""
    return "".join(secrets.choice(READABLE) for _ in range(length))


def digits(length: int) -> str:
    """Random decimal digits, leading zeros kept."""
    return "".join(secrets.choice("0123456789") for _ in range(length))
