"""JWTs with a purpose, that die with the password they were given for."""

from datetime import timedelta
from typing import Literal

import jwt

from core.clock import now
from core.errors import NotSignedIn
from models import Customer
from services.secrets import signing_key
from services.tenants import Scope

Purpose = Literal["signup", "reset", "session"]

LIFETIME: dict[Purpose, timedelta] = {
    "signup": timedelta(hours=1),
    "reset": timedelta(minutes=15),
    "session": timedelta(days=7),
}


def issue_token(customer: Customer, purpose: Purpose) -> str:
    """A token that says who, for what and until when; good until the customer's next change of password."""
    issued = now()
    claims = {
        "sub": str(customer.id),
        "for": purpose,
        "pla": customer.platform_id,
        "env": customer.environment,
        "epo": customer.secret_epoch,
        "iat": issued,
        "exp": issued + LIFETIME[purpose],
    }
    return jwt.encode(claims, signing_key(), algorithm="HS256")


async def customer_of_token(scope: Scope, token: str, *purposes: Purpose) -> Customer:
    """Whose token it is. Raises `NotSignedIn` for one that is forged, expired, of another purpose or platform."""
    try:
        claims = jwt.decode(
            token,
            signing_key(),
            algorithms=["HS256"],
            options={"require": ["exp", "sub"], "verify_exp": False, "verify_iat": False},
        )
        customer_id = int(claims["sub"])
    except (jwt.PyJWTError, ValueError, UnicodeError):
        raise NotSignedIn("That token is not valid.") from None
    # The clock of the house, which a test may move, and not PyJWT's.
    if claims["exp"] <= now().timestamp():
        raise NotSignedIn("That token has expired. Please sign in again.")
    if claims.get("for") not in purposes or (claims.get("pla"), claims.get("env")) != (
        scope.platform_id,
        scope.environment,
    ):
        raise NotSignedIn("That token is not valid here.")
    customer = await Customer.get_or_none(
        id=customer_id, platform_id=scope.platform_id, environment=scope.environment
    )
    if customer is None or customer.secret_epoch != claims.get("epo"):
        raise NotSignedIn("That token is no longer valid. Please sign in again.")
    return customer
