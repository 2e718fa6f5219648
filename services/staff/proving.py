"""Proving a second factor: codes of an authenticator app (RFC 6238), each of which serves once, and recovery codes."""

import base64
import hmac
from datetime import timedelta

import jwt
import pyotp

from core.clock import now, timestamp
from core.db import execute
from core.errors import CodeInvalid, InvalidCredentials
from core.limits import count_try, forget_tries
from models import StaffUser
from services.secrets import keyed_hash, signing_key

STEP_S, AROUND = 30, 1  # a code of the step before or after is taken, since clocks differ
TRIES, WITHIN_S = 5, 900
TICKET_LASTS = timedelta(minutes=5)
PURPOSE = "staff-second-step"


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
        taken = await execute(
            "DELETE FROM staff_recovery_code WHERE staff_id = $1 AND code_hash = $2",
            staff.id,
            recovery_hash(staff.id, code),
        )
    if not taken:
        raise CodeInvalid(field="code")
    await forget_tries(f"staff-code:{staff.id}")


def ticket_for(staff: StaffUser) -> str:
    """Says that somebody typed the right password, to the form that asks for their code; good for five minutes."""
    claims = {"sub": str(staff.id), "for": PURPOSE, "epo": staff.secret_epoch, "exp": now() + TICKET_LASTS}
    return jwt.encode(claims, signing_key(), algorithm="HS256")


async def staff_of_ticket(ticket: str) -> StaffUser:
    """Raises `InvalidCredentials` for one that ran out, was forged, or is older than a change of password."""
    try:
        claims = jwt.decode(ticket, signing_key(), algorithms=["HS256"], options={"verify_exp": False})
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


def secret_of(staff: StaffUser) -> str:
    """What the app knows (base32). It is derived and not stored."""
    digest = bytes.fromhex(keyed_hash(f"staff-totp:{staff.uid}:{staff.totp_nonce}"))
    return base64.b32encode(digest[:20]).decode()


def step_of(staff: StaffUser, code: str) -> int | None:
    """The step that this is the code of, if it is one of now."""
    plain = code.replace(" ", "")
    if not (plain.isascii() and plain.isdigit() and len(plain) == 6):
        return None
    app, step = pyotp.TOTP(secret_of(staff)), timestamp() // STEP_S
    near = range(step - AROUND, step + AROUND + 1)
    return next((each for each in near if hmac.compare_digest(app.generate_otp(each), plain)), None)


def recovery_hash(staff_id: int, code: str) -> str:
    """How a recovery code is kept; spaces, hyphens and case are of no account."""
    plain = "".join(c for c in code.upper() if c.isalnum())
    return keyed_hash(f"staff-recovery:{staff_id}:{plain}")
