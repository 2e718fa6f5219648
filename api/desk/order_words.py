"""What happened to an order, in words for whoever works on it."""

from collections.abc import Callable
from typing import Any

from api.desk.rendering import spaced
from api.desk.visits import Visit
from services.orders.story import Happened

# The title, who or where, and what was said.
Told = tuple[str, str, str]
Words = Callable[[Visit, dict[str, Any]], Told]


def told(visit: Visit, happened: Happened) -> Told:
    """An event in words; one that has none of its own is told by what it holds."""
    words = _WORDS.get(happened.kind)
    if words is not None:
        return words(visit, happened.data)
    held = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in happened.data.items())
    return spaced(happened.kind), "", held


def _money(visit: Visit, data: dict[str, Any]) -> str:
    amount = data.get("amount")
    return visit.money(amount) if isinstance(amount, int) else ""


def _state(_: Visit, data: dict[str, Any]) -> Told:
    return spaced(str(data.get("to", ""))), f"was {spaced(str(data.get('of', ''))).lower()}", ""


def _parcel(_: Visit, data: dict[str, Any]) -> Told:
    return f"Parcel {data.get('id')}: {spaced(str(data.get('to'))).lower()}", "", ""


def _refund(visit: Visit, data: dict[str, Any]) -> Told:
    return f"Refund of {_money(visit, data)}", "", str(data.get("reason", ""))


def _note(whose: str) -> Words:
    return lambda _, data: (whose, str(data.get("by", "")), str(data.get("note", "")))


def _message(_: Visit, data: dict[str, Any]) -> Told:
    state = "" if data["state"] in ("Sent", "Delivered") else f" ({spaced(data['state']).lower()})"
    return (
        f"Message by {data['channel']}{state}",
        data["to"],
        data["text"] + (f"\n{data['reason']}" if data["reason"] else ""),
    )


def _balance(what: str) -> Words:
    def say(visit: Visit, data: dict[str, Any]) -> Told:
        by = f"by {data['by']}" if data.get("by") else ""
        return f"{_money(visit, data)} {what}".strip().capitalize(), by, str(data.get("reason", ""))

    return say


_WORDS: dict[str, Words] = {
    "state": _state,
    "fulfillment": _parcel,
    "refund": _refund,
    "note": _note("Note to the customer"),
    "private_note": _note("Staff note"),
    "message": _message,
    "called_off": lambda _, data: ("Cancelled", "", str(data.get("reason", ""))),
    "balance_paid": _balance("of the balance paid"),
    "balance_declined": _balance("balance declined"),
    "authorized": _balance("authorized"),
    "authorization_released": _balance("released"),
    "method_removed": lambda _, data: ("Stored payment method removed", "", str(data.get("method", ""))),
    "due_date_moved": lambda _, data: ("Due date changed", "", f"to {str(data.get('to', ''))[:10]}"),
    "coupon_applied": lambda _, data: ("Coupon applied", "", str(data.get("code", ""))),
    "coupon_removed": lambda _, data: ("Coupon removed", "", str(data.get("code", ""))),
    "shipment": lambda _, data: (
        f"Carrier: {spaced(str(data.get('to', data.get('state', '')))).lower()}",
        "",
        "",
    ),
    "carrier_chosen": lambda visit, data: (
        f"Carrier chosen: {data.get('carrier', '')}",
        f"by {data.get('by', '')}",
        visit.money(data["price_minor"], data["currency"]),
    ),
    "carried_by_hand": lambda _, data: (
        f"Carried by {data.get('carrier', '')}, without the delivery service",
        f"by {data.get('by', '')}",
        "",
    ),
    "shipment_refused": lambda _, data: ("Rejected by the carrier", "", str(data.get("reason", ""))),
}
