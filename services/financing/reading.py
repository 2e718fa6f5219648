"""Sessions as they are stored, read within their platform and environment."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from core.db import Row, fetch, fetch_one, for_update, placeholders
from core.errors import NotFound
from services.financing.details import Applicant, Cart, Item, read_applicant
from services.financing.views import OfferView, RequestView, SessionView
from services.tenants import Scope
from services.values import as_json, as_time, as_uid

_COLUMNS = "f.id, f.uid, f.state, f.currency, f.applicant, f.phone, f.items, f.shipping_minor, f.tax_minor, f.expires_at, f.order_id"
NO_SESSION = "There is no order with that id."


async def session_by_uid(scope: Scope, uid: UUID) -> SessionView:
    """A session with what the lender says of it, in three statements. Raises `NotFound` also for another platform's."""
    return (await show(await _rows(scope, "f.uid = $3", uid)))[0]


async def session_by_id(scope: Scope, session_id: int) -> SessionView:
    """The same by its row."""
    return (await show(await _rows(scope, "f.id = $3", session_id)))[0]


async def lock_session(scope: Scope, uid: UUID) -> Row:
    """A session's row, held until the transaction ends. Raises `NotFound`."""
    row = await fetch_one(
        f"SELECT {_COLUMNS} FROM financing_application f WHERE f.platform_id = $1 AND f.environment = $2 AND f.uid = $3"
        f"{for_update()}",
        scope.platform_id,
        scope.environment,
        uid,
    )
    if row is None:
        raise NotFound(NO_SESSION, field="orderId")
    return row


async def lock_session_row(session_id: int) -> Row:
    """The same by its row, for workers."""
    row = await fetch_one(
        f"SELECT {_COLUMNS} FROM financing_application f WHERE f.id = $1{for_update()}", session_id
    )
    assert row is not None
    return row


def applicant_of(row: Row) -> Applicant:
    """Who applies, as far as a session's row says."""
    return read_applicant(as_json(row["applicant"]))


def cart_of(row: Row) -> Cart | None:
    """What a session's row says is to be bought; None where it wasn't said."""
    items = as_json(row["items"])
    if items is None:
        return None
    return Cart(tuple(Item(**each) for each in items), row["shipping_minor"], row["tax_minor"])


async def show(rows: Sequence[Row]) -> list[SessionView]:
    """Rows of sessions as they are shown; two statements, however many they are."""
    ids = [row["id"] for row in rows]
    if not ids:
        return []
    requests = await fetch(
        f"SELECT * FROM financing_request WHERE application_id IN ({placeholders(ids)}) ORDER BY id", *ids
    )
    offers = await fetch(
        f"SELECT * FROM financing_offer WHERE application_id IN ({placeholders(ids)}) ORDER BY months, id",
        *ids,
    )
    of_request: dict[int, list[OfferView]] = defaultdict(list)
    for offer in offers:
        of_request[offer["request_id"]].append(_offer(offer))
    # Of two requests of one kind the later one counts.
    newest = {(row["application_id"], row["kind"]): row for row in requests}
    of_session: dict[int, list[RequestView]] = defaultdict(list)
    for request in newest.values():
        of_session[request["application_id"]].append(_request(request, of_request[request["id"]]))
    return [_session(row, of_session[row["id"]]) for row in rows]


async def _rows(scope: Scope, which: str, value: Any) -> list[Row]:
    rows = await fetch(
        f"SELECT {_COLUMNS}, o.code AS order_code FROM financing_application f "
        "LEFT JOIN customer_order o ON o.id = f.order_id "
        f"WHERE f.platform_id = $1 AND f.environment = $2 AND {which}",
        scope.platform_id,
        scope.environment,
        value,
    )
    if not rows:
        raise NotFound(NO_SESSION, field="orderId")
    return rows


def _session(row: Row, requests: list[RequestView]) -> SessionView:
    return SessionView(
        id=row["id"],
        uid=as_uid(row["uid"]),
        state=row["state"],
        currency=row["currency"],
        applicant=applicant_of(row),
        phone=row["phone"],
        cart=cart_of(row),
        expires_at=as_time(row["expires_at"]),
        order_code=row.get("order_code"),
        requests=requests,
    )


def _request(row: Row, offers: list[OfferView]) -> RequestView:
    return RequestView(
        id=row["id"],
        uid=as_uid(row["uid"]),
        kind=row["kind"],
        state=row["state"],
        display_id=row["display_id"],
        amount_minor=row["amount_minor"],
        approved_minor=row["approved_minor"],
        approved_until=as_time(row["approved_until"]) if row["approved_until"] else None,
        reason_code=row["reason_code"],
        reason=row["reason"],
        offers=tuple(offers),
    )


def _offer(row: Row) -> OfferView:
    return OfferView(
        id=row["id"],
        uid=as_uid(row["uid"]),
        product=row["product"],
        approved_minor=row["approved_minor"],
        minimum_minor=row["minimum_minor"],
        months=row["months"],
        accepted=bool(row["accepted"]),
    )
