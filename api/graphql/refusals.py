"""Requests that can't be executed, and JSON as it is read from one."""

from typing import Any

import orjson

from api.graphql.errors import refusal_body

MAX_BODY = 200_000  # bytes


class Refused(Exception):
    """The request is not one that can be executed."""

    def __init__(self, message: str, status: int = 400, code: str = "BAD_REQUEST") -> None:
        self.status, self.body = status, refusal_body(message, code)
        super().__init__(message)


def read_json(raw: bytes) -> Any:
    """Raises `Refused`."""
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise Refused("The request is not valid JSON.") from None
    # PostgreSQL stores no NUL, and nobody means one.
    if b"\\u0000" in raw:
        raise Refused("The request holds a NUL character.")
    return value
