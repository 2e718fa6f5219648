"""Proving a second factor: codes of an authenticator app (RFC 6238), each of which serves once, and recovery codes."""

import base64
import hmac
from datetime import timedelta

import jwt
import pyotp

from core.clock import now, timestamp
from core.db import execute, placeholders
from core.errors import CodeInvalid, InvalidCredentials
from core.limits import count_try, forget_tries
from models import StaffUser
from services.sealing import read_signed, sign, unseal
from services.secrets import first_key, keyed_hash, keyed_hashes

STEP_S, AROUND = 30, 1  # a code of the step before or after is taken, since clocks differ
TRIES, WITHIN_S = 5, 900
TICKET_LASTS = timedelta(minutes=5)
PURPOSE = "staff-second-step"
SEALED = "s"


async def check_code(staff: StaffUser, code: str) -> None:
    """Take a code of somebody's app, or one of their recovery codes; neither serves again.

    Raises `CodeInvalid`, and `TooManyTries` after five of a person in fifteen minutes.
    """
    await count_code(staff)
    step = step_of(staff, code)
    if step is not None:
        taken = await execute(
            "UPDATE staff_user SET totp_step = $2 WHERE id = $1 AND totp_step < $2 AND totp_since IS NOT NULL",
            staff.id,
            step,
        )
    else:
        hashes = _recovery_hashes(staff, code)
        taken = await execute(
            f"DELETE FROM staff_recovery_code WHERE staff_id = $1 AND code_hash IN ({placeholders(hashes, 2)})",
            staff.id,
            *hashes,
        )
    if not taken:
        raise CodeInvalid(field="code")
    await forget_tries(f"staff-code:{staff.id}")


def ticket_for(staff: StaffUser) -> str:
    """Says that somebody typed the right password, to the form that asks for their code; good for five minutes."""
    claims = {"sub": str(staff.id), "for": PURPOSE, "epo": staff.secret_epoch, "exp": now() + TICKET_LASTS}
    return sign(claims)


async def staff_of_ticket(ticket: str) -> StaffUser:
    """Raises `InvalidCredentials` for one that ran out, was forged, or is older than a change of password."""
    try:
        claims = read_signed(ticket, "exp", "sub", "epo")
    except jwt.InvalidTokenError:
        raise InvalidCredentials("Please sign in again.") from None
    if claims.get("for") != PURPOSE or claims["exp"] <= timestamp():
        raise InvalidCredentials("That took too long. Please sign in again.")
    staff = await StaffUser.get_or_none(id=int(claims["sub"]), left_at=None, secret_epoch=claims["epo"])
    if staff is None:
        raise InvalidCredentials("Please sign in again.")
    return staff


async def count_code(staff: StaffUser) -> None:
    """Count a try. Raises `TooManyTries` after five in fifteen minutes."""
    await count_try(f"staff-code:{staff.id}", most=TRIES, within_s=WITHIN_S)


def secret_of(staff: StaffUser) -> str | None:
    """What the app knows (base32); None where it is sealed with a key that is gone.

    An app from before secrets were sealed has a derived one (`totp_nonce`).
    """
    if staff.totp_sealed:
        return unseal(staff.totp_sealed)
    digest = bytes.fromhex(keyed_hash(f"staff-totp:{staff.uid}:{staff.totp_nonce}", first_key()))
    return base64.b32encode(digest[:20]).decode()


def step_of(staff: StaffUser, code: str) -> int | None:
    """The step that this is the code of, if it is one of now."""
    plain, secret = code.replace(" ", ""), secret_of(staff)
    if secret is None or not (plain.isascii() and plain.isdigit() and len(plain) == 6):
        return None
    app, step = pyotp.TOTP(secret), timestamp() // STEP_S
    near = range(step - AROUND, step + AROUND + 1)
    return next((each for each in near if hmac.compare_digest(app.generate_otp(each), plain)), None)


def recovery_hash(secret: str, code: str) -> str:
    """How a recovery code is kept: keyed with the app's secret, which is sealed, and so outlives a key of the server.

    `s` stands before it, which no earlier one has; spaces, hyphens and case are of no account.
    """
    return f"{SEALED}{keyed_hash(_plain(code), secret.encode())[:63]}"


def _recovery_hashes(staff: StaffUser, code: str) -> list[str]:
    secret = secret_of(staff)
    return [
        *([recovery_hash(secret, code)] if secret else []),
        *keyed_hashes(f"staff-recovery:{staff.id}:{_plain(code)}"),
    ]


def _plain(code: str) -> str:
    return "".join(c for c in code.upper() if c.isalnum())
