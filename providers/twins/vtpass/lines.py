"""The numbers that the VTpass twin knows: who fails and how, who is served, and whose a meter or smart card is.

Unlike VTpass's own sandbox, where any number but the scripted ones fails, every well-formed Nigerian line, meter and
smart card is served here, as in live use.
"""

import re
from typing import NamedTuple

from core import clock
from providers.twins.store import Document
from providers.twins.vtpass.plans import SERVICES, variations
from providers.twins.vtpass.wire import Refusal


class Scripted(NamedTuple):
    """VTpass's own number, the same as a Nigerian line, and what they do, as `phone` or as `billersCode`."""

    number: str
    line: str
    mode: str
    does: str


SCRIPTED = (
    Scripted(
        "201000000000", "08012000001", "pending", "waits: delivered after some seconds or three questions"
    ),
    Scripted("500000000000", "08012000005", "unexpected", "is answered with nonsense, and fails later"),
    Scripted("400000000000", "08012000004", "no_response", "is answered with nothing, and was never bought"),
    Scripted("300000000000", "08012000003", "time_out", "is bought, but the answer never comes"),
    Scripted("100000000000", "08012000002", "fails", "fails"),
)
BY_NUMBER = {number: each.mode for each in SCRIPTED for number in (each.number, each.line)}
LINE = re.compile(r"0[789]\d{9}|234[789]\d{9}")
# Neither a meter nor a card begins with three zeros, so that there is a number to fail with.
ACCOUNT = re.compile(r"(?!000)\d{8,13}")
METERS = {"1111111111111": "prepaid", "1010101010101": "postpaid"}
PEOPLE = ("ADA OKAFOR", "BOLA ADEYEMI", "CHIDI NWOSU", "FATIMA SANI", "IBRAHIM MUSA", "NGOZI EZE")


def verify(number: str, service: str, meter: str) -> Document:
    """Whose meter or smart card it is. Raises `Refusal` where the service verifies nothing."""
    category = SERVICES.get(service, ("",))[0]
    if category not in ("tv-subscription", "electricity-bill") or service == "showmax":
        raise Refusal("012")
    if category == "electricity-bill" and meter not in ("prepaid", "postpaid"):
        raise Refusal("011")
    if not ACCOUNT.fullmatch(number) or (meter and METERS.get(number, meter) != meter):
        return {
            "error": "This number is not correct. Please check and try again",
            "WrongBillersCode": True,
        }
    name = PEOPLE[int(number) % len(PEOPLE)]
    if category == "tv-subscription":
        return {
            "Customer_Name": name,
            "Status": "ACTIVE",
            "Due_Date": f"{clock.now():%Y-%m-%dT00:00:00}",
            "Customer_Number": number,
            "Customer_Type": service.upper(),
            "Current_Bouquet": variations(service)[0]["name"],
            "Renewal_Amount": variations(service)[0]["variation_amount"],
            "WrongBillersCode": False,
        }
    return {
        "Customer_Name": name,
        "Address": f"{int(number) % 90 + 1} Marina Road, Lagos",
        "Meter_Number": number,
        "Customer_Arrears": "0.00",
        "Minimum_Amount": "",
        "Min_Purchase_Amount": "100.00",
        "Can_Vend": "yes",
        "Meter_Type": meter.upper(),
        "WrongBillersCode": False,
    }


def is_served(phone: str, account: str, service: str, offer: str) -> bool:
    """Whether a number that nothing is scripted for can be sold to."""
    if not LINE.fullmatch(phone):
        return False
    if SERVICES[service][0] in ("airtime", "data") or service == "showmax":
        return not account or bool(LINE.fullmatch(account))
    return bool(ACCOUNT.fullmatch(account)) and METERS.get(account, offer) == offer
