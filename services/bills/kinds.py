"""The four kinds of bills, and what callers call their parts."""

from dataclasses import dataclass

from providers.bills import BillKind


@dataclass(frozen=True, slots=True)
class KindOfBill:
    """`to_phone`: a line is filled; else a meter or smart card. The fields are what a refusal names."""

    title: str
    service_field: str
    number_field: str
    to_phone: bool
    has_plans: bool


KINDS: dict[BillKind, KindOfBill] = {
    "airtime": KindOfBill("Airtime", "airtimeServiceId", "phoneNumber", to_phone=True, has_plans=False),
    "data": KindOfBill("Data", "dataServiceId", "phoneNumber", to_phone=True, has_plans=True),
    "electricity": KindOfBill(
        "Electricity", "electricityServiceId", "meterNumber", to_phone=False, has_plans=True
    ),
    "cable": KindOfBill("Cable TV", "cableServiceId", "smartCardNumber", to_phone=False, has_plans=True),
}
