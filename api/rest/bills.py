"""Bills Payment (arkifi-rest-api.txt): who can be paid, what they sell, and whose a meter or smart card is."""

from typing import Annotated, Any

from pydantic import Field

from api.rest.calls import Call
from api.rest.endpoints import Section
from api.rest.fields import BillerNumber, Guid, Money, Shape, Text, money
from models import Biller, BillPlan
from providers.bills import BillAccount, BillKind
from services.bills import PERIODS, biller_named, billers_of, plans_of, validate_account

section = Section("Bills payment", "/api/billspayment")
Named = Annotated[Text, Field(min_length=1, max_length=50)]
Slug = Annotated[Text, Field(min_length=1, max_length=100)]
Account = Annotated[Text, Field(min_length=1, max_length=50)]
KNOWN, NOT_KNOWN = "Customer validated successfully", "This number is not known"


class Service(Shape):
    """`billerId` is the number that its plans are bought under."""

    id: Guid
    name: str
    slug: str
    is_active: bool
    biller_id: int
    minimum_amount: Money
    maximum_amount: Money


class Period(Shape):
    id: int
    name: str


class Plan(Shape):
    """`amount` is null where the customer chooses it."""

    id: int
    slug: str
    name: str
    amount: Money | None
    biller_id: int
    biller_slug: str
    slug_name: str


class DataPlans(Shape):
    service_name: Named
    period: Named


class DiscoPlans(Shape):
    disco_name: Named


class CablePlans(Shape):
    cable_tv_name: Named


class Meter(Shape):
    meter_number: Account
    biller_slug: Slug
    biller_id: BillerNumber


class SmartCard(Shape):
    smart_card_number: Account
    biller_slug: Slug
    biller_id: BillerNumber


class Validated(Shape):
    is_valid: bool
    message: str
    customer_name: str
    min_amount: Money
    customer_message: str


class ValidatedMeter(Validated):
    meter_number: str
    customer_address: str


class ValidatedSmartCard(Validated):
    smart_card_number: str


@section.get("/services/airtime", "Airtime services retrieved successfully")
async def airtime_services(call: Call) -> list[Service]:
    """The networks whose lines can be filled."""
    return await _services(call, "airtime")


@section.get("/services/data", "Data services retrieved successfully")
async def data_services(call: Call) -> list[Service]:
    """The networks whose data bundles can be bought."""
    return await _services(call, "data")


@section.get("/services/cable", "Cable services retrieved successfully")
async def cable_services(call: Call) -> list[Service]:
    """The TV companies."""
    return await _services(call, "cable")


@section.get("/services/electricity", "Electricity services retrieved successfully")
async def electricity_services(call: Call) -> list[Service]:
    """The electricity distribution companies."""
    return await _services(call, "electricity")


@section.get("/periods", "Billing periods retrieved successfully")
async def periods(call: Call) -> list[Period]:
    """How long data bundles last."""
    return [Period(id=number, name=name) for number, name in enumerate(PERIODS, 1)]


@section.post("/dataplans", "Data plans retrieved successfully")
async def data_plans(call: Call, body: DataPlans) -> list[Plan]:
    """A network's data bundles of a period."""
    biller = await biller_named(call.scope, "data", body.service_name, field="serviceName")
    return await _plans(call, biller, body.period)


@section.post("/discoplans", "DISCO plans retrieved successfully")
async def disco_plans(call: Call, body: DiscoPlans) -> list[Plan]:
    """The types of meters that a disco sells power for."""
    return await _plans(
        call, await biller_named(call.scope, "electricity", body.disco_name, field="discoName")
    )


@section.post("/cableplans", "Cable plans retrieved successfully")
async def cable_plans(call: Call, body: CablePlans) -> list[Plan]:
    """A TV company's packages."""
    return await _plans(
        call, await biller_named(call.scope, "cable", body.cable_tv_name, field="cableTvName")
    )


@section.post("/electricity/validate", "Electricity customer validated successfully")
async def validate_meter(call: Call, body: Meter) -> ValidatedMeter:
    """Whose meter it is. A number that nobody knows is not valid, which is an answer too."""
    found = await validate_account(
        call.scope,
        call.signed_in.id,
        "electricity",
        number=body.meter_number,
        biller_number=body.biller_id,
        biller_slug=body.biller_slug,
    )
    said = _validated(call, found)
    return ValidatedMeter(**said, meter_number=body.meter_number, customer_address=found.address)


@section.post("/cable/validate", "Cable customer validated successfully")
async def validate_smart_card(call: Call, body: SmartCard) -> ValidatedSmartCard:
    """Whose smart card it is. A number that nobody knows is not valid, which is an answer too."""
    found = await validate_account(
        call.scope,
        call.signed_in.id,
        "cable",
        number=body.smart_card_number,
        biller_number=body.biller_id,
        biller_slug=body.biller_slug,
    )
    return ValidatedSmartCard(**_validated(call, found), smart_card_number=body.smart_card_number)


async def _services(call: Call, kind: BillKind) -> list[Service]:
    currency = call.scope.currency
    return [
        Service(
            id=biller.uid,
            name=biller.name,
            slug=biller.slug,
            is_active=biller.active,
            biller_id=biller.number,
            minimum_amount=money(biller.least_minor, currency),
            maximum_amount=money(biller.most_minor, currency),
        )
        for biller in await billers_of(call.scope, kind)
    ]


async def _plans(call: Call, biller: Biller | None, period: str | None = None) -> list[Plan]:
    if biller is None:
        return []
    return [_plan(call, biller, plan) for plan in await plans_of(biller, period)]


def _plan(call: Call, biller: Biller, plan: BillPlan) -> Plan:
    return Plan(
        id=plan.id,
        slug=plan.slug,
        name=plan.name,
        amount=None if plan.amount_minor is None else money(plan.amount_minor, call.scope.currency),
        biller_id=biller.number,
        biller_slug=biller.slug,
        slug_name=plan.slug,
    )


def _validated(call: Call, found: BillAccount) -> dict[str, Any]:
    message = KNOWN if found.valid else found.message or NOT_KNOWN
    if not found.valid:
        call.message = message
    return {
        "is_valid": found.valid,
        "message": message,
        "customer_name": found.customer_name,
        "min_amount": money(found.least_minor or 0, call.scope.currency),
        "customer_message": message,
    }
