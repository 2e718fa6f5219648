"""Giving a former key up: all that is kept and was made with it is made anew with the newest."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from core.db import execute, fetch, fetch_one
from models import StaffUser, WebhookEndpoint
from services.accounts.pins import KEYED, hash_pin, hashes_of_pin
from services.outgoing.signing import kept_secrets
from services.sealing import seal
from services.secrets import key_name
from services.staff.proving import secret_of

# Of PINs, each takes some hundredths of a second of processor; of what is sealed, each is quick.
AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Rekeyed:
    """How many were made anew, and how many no key fits that was given."""

    done: int = 0
    lost: int = 0


@dataclass(frozen=True, slots=True)
class Kept:
    """Something that is kept by a key: where, which rows are not yet by the newest ($1 names it), how one is made anew."""

    what: str
    rows: str
    anew: Callable[[list[int]], Awaitable[Rekeyed]] | None


async def rekey(told: Callable[[str, Rekeyed], None]) -> Rekeyed:
    """Make all anew that is not by the newest key; `told` after each batch. Can be broken off, and begun again.

    Recovery codes can't: only their owners know them.
    """
    whole = Rekeyed()
    for kept in KEPT:
        if kept.anew is None:
            continue
        done, after = Rekeyed(), 0
        while rows := await fetch(
            f"SELECT id FROM {kept.rows} AND id > $2 ORDER BY id LIMIT {AT_ONCE}", key_name(), after
        ):
            ids = [row["id"] for row in rows]
            done, after = _sum(done, await kept.anew(ids)), ids[-1]
            told(kept.what, done)
        whole = _sum(whole, done)
    return whole


async def not_by_the_newest() -> dict[str, int]:
    """How many of each are kept by another key than the newest, or by one that isn't known."""
    found = {}
    for kept in KEPT:
        row = await fetch_one(f"SELECT COUNT(*) AS n FROM {kept.rows}", key_name())
        if row and row["n"]:
            found[kept.what] = row["n"]
    return found


def _sum(one: Rekeyed, other: Rekeyed) -> Rekeyed:
    return Rekeyed(one.done + other.done, one.lost + other.lost)


async def _pins(ids: list[int]) -> Rekeyed:
    rows = await fetch(
        f"SELECT id, pin_hash FROM customer WHERE id IN ({', '.join(map(str, ids))}) AND pin_hash IS NOT NULL"
    )
    found = await asyncio.to_thread(lambda: [_pin_of(row["id"], row["pin_hash"]) for row in rows])
    done = 0
    for row, pin in zip(rows, found, strict=True):
        if pin is not None:
            # A PIN that was changed meanwhile is by the newest key already.
            done += await execute(
                "UPDATE customer SET pin_hash = $3 WHERE id = $1 AND pin_hash = $2",
                row["id"],
                row["pin_hash"],
                hash_pin(row["id"], pin),
            )
    return Rekeyed(done, found.count(None))


def _pin_of(customer_id: int, kept: str) -> str | None:
    """The PIN, found by trying all ten thousand, as only a holder of the key can; it is neither kept nor shown."""
    for number in range(10_000):
        pin = f"{number:04}"
        if kept.startswith(tuple(hashes_of_pin(customer_id, pin))):
            return pin
    return None


async def _factors(ids: list[int]) -> Rekeyed:
    done = lost = 0
    for staff in await StaffUser.filter(id__in=ids):
        secret = secret_of(staff)
        if secret is None:
            lost += 1
            continue
        done += await StaffUser.filter(
            id=staff.id, totp_nonce=staff.totp_nonce, totp_sealed=staff.totp_sealed
        ).update(totp_nonce="", totp_sealed=seal(secret))
    return Rekeyed(done, lost)


async def _endpoints(ids: list[int]) -> Rekeyed:
    done = lost = 0
    for endpoint in await WebhookEndpoint.filter(id__in=ids):
        secrets = kept_secrets(endpoint)
        if not secrets:
            lost += 1
            continue
        done += await WebhookEndpoint.filter(
            id=endpoint.id, secret_number=endpoint.secret_number, secrets_sealed=endpoint.secrets_sealed
        ).update(secrets_sealed=seal(" ".join(secrets)))
    return Rekeyed(done, lost)


KEPT = [
    Kept(
        "PINs",
        f"customer WHERE pin_hash LIKE '{KEYED}%' AND pin_hash NOT LIKE '{KEYED}%$' || $1 || '%'",
        _pins,
    ),
    Kept(
        "second factors",
        "staff_user WHERE (totp_nonce <> '' OR totp_sealed <> '') AND totp_sealed NOT LIKE $1 || '.%'",
        _factors,
    ),
    Kept(
        "secrets of webhooks",
        "webhook_endpoint WHERE deleted_at IS NULL AND secrets_sealed NOT LIKE $1 || '.%'",
        _endpoints,
    ),
    Kept("recovery codes of staff", "staff_recovery_code WHERE code_hash NOT LIKE 's%' AND $1 <> ''", None),
]
