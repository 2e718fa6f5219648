"""Bills Payment (arkifi-rest-api.txt): buying from the shopping card."""

from decimal import Decimal
from typing import Any, Literal

from api.rest.bills import Account, Slug
from api.rest.calls import Call
from api.rest.endpoints import Section
from api.rest.fields import Amount, AnyPin, BillerNumber, Guid, Money, Phone, Shape, When, money
from core.money import from_decimal
from services.bills import KINDS, PurchaseView, Wanted, buy_bill

section = Section("Bills payment: purchases", "/api/billspayment")
Kind = Literal["airtime", "data", "electricity", "cable"]
UNDERWAY = "{kind} purchase is being processed. Nothing is charged twice."


class BuyAirtime(Shape):
    airtime_service_id: Guid
    amount: Amount
    phone_number: Phone
    transaction_pin: AnyPin


class BuyData(Shape):
    data_service_id: Guid
    amount: Amount
    phone_number: Phone
    package_slug: Slug
    biller_id: BillerNumber
    transaction_pin: AnyPin


class BuyPower(Shape):
    electricity_service_id: Guid
    amount: Amount
    meter_number: Account
    package_slug: Slug
    biller_slug: Slug
    biller_id: BillerNumber
    transaction_pin: AnyPin


class BuyCable(Shape):
    cable_service_id: Guid
    amount: Amount
    smart_card_number: Account
    package_slug: Slug
    biller_slug: Slug
    biller_id: BillerNumber
    transaction_pin: AnyPin


class Purchase(Shape):
    """`status` is success, pending or failed. `token` is what a prepaid meter takes; what takes none has the biller's
    own confirmation there.
    """

    success: bool
    message: str
    transaction_reference: str
    payment_reference: str
    token: str | None
    status: str
    amount: Money
    processed_at: When
    kind: Kind
    biller_name: str
    package_name: str | None
    units: str | None


class PhonePurchase(Purchase):
    phone_number: str


class AirtimePurchase(PhonePurchase):
    telco_name: str


class PowerPurchase(Purchase):
    meter_number: str


class CablePurchase(Purchase):
    smart_card_number: str


@section.post("/airtime/purchase", "Airtime purchased successfully", money=True)
async def buy_airtime(call: Call, body: BuyAirtime) -> AirtimePurchase:
    """Fill a line from the shopping card."""
    wanted = Wanted(
        kind="airtime",
        service=body.airtime_service_id,
        amount_minor=_minor(call, body.amount),
        number=body.phone_number,
    )
    bought = await _buy(call, wanted, body.transaction_pin)
    return AirtimePurchase(**shown(bought), phone_number=bought.number, telco_name=bought.biller)


@section.post("/data/purchase", "Data purchased successfully", money=True)
async def buy_data(call: Call, body: BuyData) -> PhonePurchase:
    """Buy a data bundle for a line from the shopping card."""
    wanted = Wanted(
        kind="data",
        service=body.data_service_id,
        amount_minor=_minor(call, body.amount),
        number=body.phone_number,
        plan=body.package_slug,
        biller_number=body.biller_id,
    )
    bought = await _buy(call, wanted, body.transaction_pin)
    return PhonePurchase(**shown(bought), phone_number=bought.number)


@section.post("/electricity/purchase", "Electricity purchased successfully", money=True)
async def buy_power(call: Call, body: BuyPower) -> PowerPurchase:
    """Buy power for a meter from the shopping card; the token is also sent by text message."""
    wanted = Wanted(
        kind="electricity",
        service=body.electricity_service_id,
        amount_minor=_minor(call, body.amount),
        number=body.meter_number,
        plan=body.package_slug,
        biller_number=body.biller_id,
        biller_slug=body.biller_slug,
    )
    bought = await _buy(call, wanted, body.transaction_pin)
    return PowerPurchase(**shown(bought), meter_number=bought.number)


@section.post("/cable/purchase", "Cable TV purchased successfully", money=True)
async def buy_cable(call: Call, body: BuyCable) -> CablePurchase:
    """Pay for a TV package from the shopping card."""
    wanted = Wanted(
        kind="cable",
        service=body.cable_service_id,
        amount_minor=_minor(call, body.amount),
        number=body.smart_card_number,
        plan=body.package_slug,
        biller_number=body.biller_id,
        biller_slug=body.biller_slug,
    )
    bought = await _buy(call, wanted, body.transaction_pin)
    return CablePurchase(**shown(bought), smart_card_number=bought.number)


async def _buy(call: Call, wanted: Wanted, pin: str) -> PurchaseView:
    bought = await buy_bill(call.scope, call.signed_in.id, wanted, pin=pin, key=call.idempotency_key)
    say(call, bought)
    return bought


def say(call: Call, bought: PurchaseView) -> None:
    """Have the answer's own message tell of a purchase that isn't through yet."""
    if bought.outcome == "pending":
        call.message = _message(bought)


def _minor(call: Call, amount: Decimal) -> int:
    return from_decimal(amount, call.scope.currency)


def _message(view: PurchaseView) -> str:
    title = KINDS[view.kind].title
    if view.outcome == "pending":
        return UNDERWAY.format(kind=title)
    return f"{title} purchase completed" if view.outcome == "success" else view.reason


def _token(view: PurchaseView) -> str | None:
    return view.token or (view.confirmation if view.kind != "electricity" else "") or None


def shown(view: PurchaseView) -> dict[str, Any]:
    """The fields of `Purchase`."""
    return {
        "success": view.outcome != "failed",
        "message": _message(view),
        "transaction_reference": view.reference,
        "payment_reference": str(view.uid),
        "token": _token(view),
        "status": view.outcome,
        "amount": money(view.amount_minor, view.currency),
        "processed_at": view.done_at or view.created_at,
        "kind": view.kind,
        "biller_name": view.biller,
        "package_name": view.plan,
        "units": view.units or None,
    }
