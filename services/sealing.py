"""What is signed for a while (JWT), and what is kept but must be readable: with the newest key, and opened with any."""

import base64
import hashlib
from typing import Any

import jwt
from cryptography.fernet import Fernet

from services.secrets import key_name, keys, signing_key

ALGORITHM = "HS256"


def sign(claims: dict[str, Any]) -> str:
    """A JWT that says `claims`."""
    return jwt.encode(claims, signing_key(), algorithm=ALGORITHM)


def read_signed(token: str, *required: str) -> dict[str, Any]:
    """What a JWT of ours says. Whoever asks looks at `exp` by the clock of the house, which a test may move.

    Raises `jwt.InvalidTokenError` for one that is forged or lacks a required claim.
    """
    options: Any = {"require": list(required), "verify_exp": False, "verify_iat": False}
    trouble: jwt.InvalidTokenError = jwt.InvalidSignatureError("no key")
    for key in keys().values():
        try:
            return jwt.decode(token, key, algorithms=[ALGORITHM], options=options)
        except jwt.InvalidSignatureError as error:
            trouble = error
    raise trouble


def seal(text: str) -> str:
    """The text as it may be kept: whoever reads the database alone reads nothing. Begins with the key's name."""
    return f"{key_name()}.{_box(signing_key()).encrypt(text.encode()).decode()}"


def unseal(sealed: str) -> str | None:
    """The text again; None where its key is not among ours any more."""
    name, _, token = sealed.partition(".")
    key = keys().get(name)
    return None if key is None else _box(key).decrypt(token.encode()).decode()


def _box(key: bytes) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"seal:" + key).digest()))
