"""What happened in a session: written down in the transaction of what it tells, and told to the merchant's own systems."""

from typing import Any

import orjson

from core.clock import now
from core.db import Row, fetch
from services.outgoing import announce
from services.tenants import Scope

# What is only written down.
UNTOLD = ("changed", "informed", "accepting", "delivery_expected")


async def record(scope: Scope, session: Row, kind: str, **data: Any) -> None:
    """Add an event of a session (its row, with `id` and `uid`), and announce it as `financing.<kind>`.

    `data` is small JSON and holds no secret; amounts are minor units of the platform's currency.
    """
    rows = await fetch(
        "INSERT INTO financing_event (application_id, kind, data, at) VALUES ($1, $2, $3, $4) RETURNING id",
        session["id"],
        kind,
        orjson.dumps(data, default=str).decode(),
        now(),
    )
    if kind not in UNTOLD:
        told = {"order_id": str(session["uid"]), "currency": scope.currency, **data}
        await announce(scope, f"financing.{kind}", rows[0]["id"], data={"financing": told})
