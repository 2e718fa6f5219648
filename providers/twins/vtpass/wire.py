"""VTpass's wire format: answers by code, and the transaction inside, made from what the book holds."""

import hashlib
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from aiohttp import web

from core import clock
from providers.twins.store import Document
from providers.twins.vtpass.plans import CATEGORIES, SERVICES

LAGOS = ZoneInfo("Africa/Lagos")
CODES = {
    "000": "TRANSACTION SUCCESSFUL",
    "001": "TRANSACTION QUERY",
    "010": "VARIATION CODE DOES NOT EXIST",
    "011": "INVALID ARGUMENTS",
    "012": "PRODUCT DOES NOT EXIST",
    "013": "BELOW MINIMUM AMOUNT ALLOWED",
    "014": "REQUEST ID ALREADY EXIST",
    "015": "INVALID REQUEST ID",
    "016": "TRANSACTION FAILED",
    "017": "ABOVE MAXIMUM AMOUNT ALLOWED",
    "018": "LOW WALLET BALANCE",
    "019": "LIKELY DUPLICATE TRANSACTION",
    "020": "BILLER CONFIRMED",
    "021": "ACCOUNT LOCKED",
    "022": "ACCOUNT SUSPENDED",
    "023": "API ACCESS NOT ENABLE FOR USER",
    "024": "ACCOUNT INACTIVE",
    "025": "RECIPIENT BANK INVALID",
    "026": "RECIPIENT ACCOUNT COULD NOT BE VERIFIED",
    "027": "IP NOT WHITELISTED, CONTACT SUPPORT",
    "028": "PRODUCT IS NOT WHITELISTED ON YOUR ACCOUNT",
    "030": "BILLER NOT REACHABLE AT THIS POINT",
    "031": "BELOW MINIMUM QUANTITY ALLOWED",
    "032": "ABOVE MAXIMUM QUANTITY ALLOWED",
    "034": "SERVICE SUSPENDED",
    "035": "SERVICE INACTIVE",
    "040": "TRANSACTION REVERSAL",
    "044": "TRANSACTION RESOLVED",
    "083": "SYSTEM ERROR",
    "085": "IMPROPER REQUEST ID",
    "087": "INVALID CREDENTIALS",
    "089": "REQUEST IS PROCESSING, PLEASE WAIT BEFORE MAKING ANOTHER REQUEST",
    "091": "TRANSACTION NOT PROCESSED",
    "099": "TRANSACTION IS PROCESSING",
}
# How a purchase stands -> the code and the transaction's status.
STATUSES = {
    "delivered": ("000", "delivered"),
    "pending": ("099", "pending"),
    "failed": ("016", "failed"),
    "reversed": ("040", "reversed"),
}
# These discos call the token mainToken.
MAIN_TOKEN = {"eko-electric", "enugu-electric", "abuja-electric"}
# Naira for a kilowatt-hour.
TARIFF = 68


class Refusal(Exception):
    """An answer that refuses under a code, HTTP 200 but for wrong credentials."""

    def __init__(self, code: str, words: str = "", status: int = 200) -> None:
        super().__init__(code)
        self.status = status
        self.body: Document = {"code": code, "response_description": words or CODES.get(code, "UNKNOWN")}


def respond(body: Any, status: int = 200) -> web.Response:
    return web.Response(status=status, body=orjson.dumps(body), content_type="application/json")


def listed(content: Any) -> web.Response:
    """The answer of a GET: its code is in `response_description`."""
    return respond({"response_description": "000", "content": content})


def service(code: str) -> Document:
    """A service as /services lists it."""
    _, name, least, most = SERVICES[code]
    return {
        "serviceID": code,
        "name": name,
        "minimium_amount": str(least),
        "maximum_amount": str(most),
        "convinience_fee": "0 %",
        "product_type": "fix" if code.endswith("-data") else "flexible",
        "image": f"https://vtpass.com/resources/products/200X200/{code}.jpg",
    }


def purchase(kept: Document) -> Document:
    """The answer of /pay and /requery, and the data of transaction-update."""
    code, status = STATUSES[kept["status"]]
    naira = kept["amount"] / 100
    commission = round(naira * 0.03, 2)
    body: Document = {
        "code": code,
        "content": {
            "transactions": {
                "status": status,
                "product_name": SERVICES[kept["service"]][1],
                "unique_element": kept["account"] or kept["phone"],
                "unit_price": naira,
                "quantity": 1,
                "service_verification": None,
                "channel": "api",
                "commission": commission,
                "total_amount": round(naira - commission, 2),
                "discount": None,
                "type": CATEGORIES[SERVICES[kept["service"]][0]],
                "email": "sandbox@makola.test",
                "phone": kept["phone"],
                "name": None,
                "convinience_fee": 0,
                "amount": naira,
                "platform": "api",
                "method": "api",
                "transactionId": kept["provider_id"],
            }
        },
        "response_description": CODES[code],
        "requestId": kept["reference"],
        "amount": f"{naira:.2f}",
        "transaction_date": _date(kept["created_at"]),
        "purchased_code": "",
    }
    return body | (_goods(kept) if status == "delivered" else {})


def _goods(kept: Document) -> Document:
    """Prepaid power's token, Showmax's voucher: made of the reference, so that a requery shows the same."""
    digits = str(int(hashlib.sha256(kept["reference"].encode()).hexdigest(), 16))[-20:].zfill(20)
    if kept["service"] == "showmax":
        return {"purchased_code": f"Voucher : {digits[:12]}", "Voucher": digits[:12]}
    if not kept["service"].endswith("-electric") or kept["offer"] != "prepaid":
        return {}
    token = "-".join(digits[at : at + 4] for at in range(0, 20, 4))
    units = f"{kept['amount'] / 100 / TARIFF:.1f}"
    name, unit = ("mainToken", "mainTokenUnits") if kept["service"] in MAIN_TOKEN else ("token", "units")
    return {"purchased_code": f"Token : {token}", name: token, unit: units}


def _date(at: str) -> Document:
    local = datetime.fromisoformat(at).astimezone(LAGOS)
    return {"date": f"{local:%Y-%m-%d %H:%M:%S.%f}", "timezone_type": 3, "timezone": "Africa/Lagos"}


def today() -> str:
    return f"{clock.now().astimezone(LAGOS):%Y%m%d}"
