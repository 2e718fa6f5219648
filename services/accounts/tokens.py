"""JWTs with a purpose, that die with the password they were given for."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import jwt

from core.clock import now
from core.errors import NotFound, NotSignedIn
from models import Customer
from services.accounts.standing import check_open
from services.sealing import read_signed, sign
from services.secrets import is_keyed, keyed_hash
from services.tenants import Scope, scope_by_id

Purpose = Literal["signup", "reset", "pin", "session"]

LIFETIME: dict[Purpose, timedelta] = {
    "signup": timedelta(hours=1),
    "reset": timedelta(minutes=15),
    "pin": timedelta(minutes=15),
    "session": timedelta(days=7),
}


# What a recovery's token dies with, beside the password: the address that was read, and the PIN that goes.
RESTS_ON: dict[Purpose, tuple[str, ...]] = {"reset": ("email",), "pin": ("email", "pin_hash")}
MARK = 16  # hexadecimal digits


def issue_token(customer: Customer, purpose: Purpose, session_id: int | None = None) -> str:
    """A token that says who, for what and until when; good until the customer's next change of password.

    One with a `session_id` ends with that session, too; one of a recovery with what it rests on or replaces.
    Raises `AccountLocked`.
    """
    check_open(customer)
    issued = now()
    claims = {
        "sub": str(customer.id),
        "for": purpose,
        "pla": customer.platform_id,
        "env": customer.environment,
        "epo": customer.secret_epoch,
        "iat": issued,
        "exp": issued + LIFETIME[purpose],
        "sid": session_id,
        "mrk": _mark(customer, purpose),
    }
    return sign(claims)


def expiry_of(purpose: Purpose) -> datetime:
    """When a token issued now runs out (UTC)."""
    return now() + LIFETIME[purpose]


@dataclass(frozen=True, slots=True)
class Bearer:
    """What a good token says."""

    customer: Customer
    purpose: Purpose
    session_id: int | None


async def customer_of_token(scope: Scope, token: str, *purposes: Purpose) -> Customer:
    """Whose token it is. Raises `NotSignedIn` as `read_token`, and for a token of another purpose."""
    bearer = await read_token(scope, token)
    if bearer.purpose not in purposes:
        raise NotSignedIn("That token is not valid here.")
    return bearer.customer


async def scope_of_token(token: str) -> Scope | None:
    """The platform and environment that a token says it is of, which is not known to be true before it is read."""
    try:
        claims = jwt.decode(token, options={"verify_signature": False})
        return await scope_by_id(int(claims["pla"]), "live" if claims["env"] == "live" else "test")
    except (jwt.PyJWTError, KeyError, TypeError, ValueError, NotFound):
        return None


async def read_token(scope: Scope, token: str) -> Bearer:
    """What a token says. Raises `NotSignedIn` for one that is forged, expired, of another platform or password,
    `AccountLocked`.
    """
    try:
        claims = read_signed(token, "exp", "sub", "for")
        customer_id = int(claims["sub"])
    except (jwt.PyJWTError, ValueError, UnicodeError):
        raise NotSignedIn("That token is not valid.") from None
    if claims["exp"] <= now().timestamp():
        raise NotSignedIn("That token has expired. Please sign in again.")
    if (claims.get("pla"), claims.get("env")) != (scope.platform_id, scope.environment):
        raise NotSignedIn("That token is not valid here.")
    customer = await Customer.get_or_none(
        id=customer_id, platform_id=scope.platform_id, environment=scope.environment
    )
    if customer is not None:
        check_open(customer)
    if customer is None or customer.secret_epoch != claims.get("epo"):
        raise NotSignedIn("That token is no longer valid. Please sign in again.")
    if not _mark_fits(customer, claims["for"], claims.get("mrk")):
        raise NotSignedIn("That token was used already.")
    return Bearer(customer, claims["for"], claims.get("sid"))


def _mark(customer: Customer, purpose: Purpose) -> str | None:
    return keyed_hash(_rests(customer, purpose))[:MARK] if purpose in RESTS_ON else None


def _mark_fits(customer: Customer, purpose: Purpose, mark: str | None) -> bool:
    return mark is None if purpose not in RESTS_ON else is_keyed(_rests(customer, purpose), mark or "", MARK)


def _rests(customer: Customer, purpose: Purpose) -> str:
    return f"{purpose} mark:{[getattr(customer, each) for each in RESTS_ON[purpose]]}"
