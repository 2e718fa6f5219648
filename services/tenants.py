"""Who a request belongs to: the platform and environment that scope every query."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from core.cache import Remembered
from core.clock import now
from core.db import fetch_one
from core.errors import NotFound, NotSignedIn
from services.values import as_uid

Environment = Literal["test", "live"]
# Who a key was made for: the apps of the shop, a merchant's back office, or a dealer who sells on credit.
Audience = Literal["shop", "downpay", "financing"]
KEY_HEADERS: dict[Audience, str] = {
    "shop": "x-api-key",
    "downpay": "Authorization",
    "financing": "private-api-key",
}

# A platform's settings change rarely and its key is asked for with every request.
_scopes: Remembered["Scope | None"] = Remembered(seconds=10)

_COLUMNS = (
    "p.id AS platform_id, p.uid, p.code, p.name, p.country, p.currency, p.tax_basis_points, p.order_prefix, "
    "p.default_gateway, p.deposit_policy, p.deposit_kept_ppm, p.guest_checkout, "
    "p.account_days"
)


@dataclass(frozen=True, slots=True)
class Scope:
    """A platform in one of its environments. `tax_basis_points` is contained in every price."""

    platform_id: int
    environment: Environment
    code: str
    name: str
    country: str
    currency: str
    tax_basis_points: int
    order_prefix: str
    default_gateway: str
    uid: UUID  # the platform's
    # What becomes of what was paid of an order that is called off: refund, keep, part (of which millionths are kept).
    deposit_policy: str = "refund"
    deposit_kept_ppm: int = 0
    guest_checkout: bool = True  # whether somebody may buy without an account
    account_days: int = 14  # until an order that was placed on account falls due


async def scope_by_code(code: str, environment: Environment) -> Scope:
    """The platform with that code. Raises `NotFound`."""
    if not code.isascii() or len(code) > 40:
        raise NotFound("There is no such platform.")
    found = await _remember(
        "code",
        f"{code}/{environment}",
        f"SELECT {_COLUMNS}, $2 AS environment FROM platform p WHERE p.code = $1",
        code,
        environment,
    )
    if found is None:
        raise NotFound("There is no such platform.")
    return found


async def scope_by_key(key: str, audience: Audience = "shop") -> Scope:
    """The platform and environment that an API key names.

    Raises `NotSignedIn` for a key that is unknown, revoked, over, or meant for the doors of another audience.
    """
    found = await _remember(
        audience,
        hash_key(key),
        f"SELECT {_COLUMNS}, k.environment FROM api_key k JOIN platform p ON p.id = k.platform_id "
        "WHERE k.key_hash = $1 AND k.audience = $2 AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > $3)",
        hash_key(key),
        audience,
        now(),
    )
    if found is None:
        raise NotSignedIn("That API key is not valid.", field=KEY_HEADERS[audience])
    return found


async def scope_by_dealer(dealer_id: str, key: str) -> Scope:
    """The platform and environment of a dealer, by their public id and their private key, which are one secret together.

    Raises `NotSignedIn` where they don't belong together.
    """
    return await scope_by_key(dealer_key(dealer_id, key), "financing")


def dealer_key(dealer_id: str, key: str) -> str:
    """What is kept (hashed) of a dealer's public id and private key."""
    return f"{dealer_id}:{key}"


async def scope_by_id(platform_id: int, environment: Environment) -> Scope:
    """The platform with that id. Raises `NotFound`."""
    found = await _remember(
        "id",
        f"{platform_id}/{environment}",
        f"SELECT {_COLUMNS}, $2 AS environment FROM platform p WHERE p.id = $1",
        platform_id,
        environment,
    )
    if found is None:
        raise NotFound("There is no such platform.")
    return found


async def scope_by_dial_code(service_code: str, environment: Environment) -> Scope | None:
    """The platform that a USSD service code was given to, if any."""
    return await _remember(
        "dial",
        f"{service_code}/{environment}",
        f"SELECT {_COLUMNS}, $2 AS environment FROM platform p WHERE p.dial_code = $1",
        service_code,
        environment,
    )


async def scope_by_country(country: str, environment: Environment) -> Scope | None:
    """The oldest platform of a country (ISO-2): where a dialled code that nobody was given leads."""
    return await _remember(
        "country",
        f"{country}/{environment}",
        f"SELECT {_COLUMNS}, $2 AS environment FROM platform p WHERE p.country = $1 ORDER BY p.id LIMIT 1",
        country,
        environment,
    )


def hash_key(key: str) -> str:
    """How API keys and session tokens are kept. They are long and random, so one round is enough."""
    return hashlib.sha256(key.encode(errors="surrogateescape")).hexdigest()


def forget_scopes() -> None:
    """A platform or a key was changed: ask again. Other processes do within ten seconds."""
    _scopes.clear()


async def _remember(kind: str, key: str, sql: str, *values: str | int | datetime) -> Scope | None:
    async def load() -> Scope | None:
        row = await fetch_one(sql, *values)
        return (
            Scope(**{**row, "uid": as_uid(row["uid"]), "guest_checkout": bool(row["guest_checkout"])})
            if row
            else None
        )

    return await _scopes.get((kind, key), load)
