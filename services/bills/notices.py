"""Billers' notices: stored once, and never believed. They say where to look, and the provider is asked."""

from collections.abc import Iterable
from datetime import timedelta
from urllib.parse import parse_qsl

import orjson
from tortoise.exceptions import IntegrityError

from core.clock import now
from core.db import Row, fetch, fetch_one, lock_name, transaction
from providers.bills import BillNotice
from providers.registry import Environment, registry
from services.bills.catalogue import stale_plans
from services.webhooks import store_event

# A notice that names no purchase of ours can only mean one that is not much older.
RECENT = timedelta(hours=24)


async def take_bill_notice(provider: str, body: bytes, environments: Iterable[Environment]) -> bool:
    """Store a notice, have what it speaks of looked at; delivered again, nothing happens. False where it is none."""
    notice = _read(provider, body, environments)
    if notice is None:
        return False
    if notice.kind == "offers":
        await stale_plans(provider, notice.service)
        return True
    reference = notice.reference or await _reference_of(provider, notice)
    await store_event(
        provider, event_id=notice.event_id, kind="bill", reference=reference, body=_as_json(body)
    )
    return True


def _read(provider: str, body: bytes, environments: Iterable[Environment]) -> BillNotice | None:
    for environment in environments:
        try:
            return registry().bills(provider, environment).read_callback(body)
        except LookupError:
            continue
    return None


async def _reference_of(provider: str, notice: BillNotice) -> str:
    """Our reference of a purchase that the provider names by its own id; empty where it is none of ours.

    Where the id came with an answer that was lost, it belongs to the oldest open purchase without one for the
    same line and amount. The provider is asked by that id then, and its answer must fit.
    """
    try:
        async with transaction():
            # One at a time, so that an id sent twice isn't given to two purchases.
            await lock_name(f"bill notices:{provider}")
            known = await _known(provider, notice) or await _adopted(provider, notice)
    except IntegrityError:
        # A worker has just written the id down, for the purchase whose answer it came with.
        known = await _known(provider, notice)
    return str(known["reference"]) if known else ""


async def _known(provider: str, notice: BillNotice) -> Row | None:
    return await fetch_one(
        "SELECT p.reference FROM bill_purchase p JOIN biller b ON b.id = p.biller_id "
        "WHERE p.provider_id = $2 AND b.provider = $1",
        provider,
        notice.provider_id,
    )


async def _adopted(provider: str, notice: BillNotice) -> Row | None:
    if not notice.phone or notice.amount_minor is None:
        return None
    adopted = await fetch(
        "UPDATE bill_purchase SET provider_id = $2 WHERE provider_id = '' AND id = ("
        "SELECT p.id FROM bill_purchase p JOIN biller b ON b.id = p.biller_id "
        "WHERE b.provider = $1 AND p.provider_id = '' AND p.phone = $3 AND p.amount_minor = $4 "
        "AND p.state IN ('Stored', 'Pending', 'Unknown') AND p.created_at > $5 ORDER BY p.id LIMIT 1) "
        "RETURNING reference",
        provider,
        notice.provider_id,
        notice.phone,
        notice.amount_minor,
        now() - RECENT,
    )
    return adopted[0] if adopted else None


def _as_json(body: bytes) -> bytes:
    """A notice as it is kept; some come as forms."""
    if body.lstrip().startswith(b"{"):
        return body
    return orjson.dumps(dict(parse_qsl(body.decode("utf-8", "replace"))))
