"""The Africa's Talking twin's airtime: one top-up for a key within five minutes, and a notice of how it went."""

import secrets
from datetime import datetime
from decimal import Decimal, InvalidOperation
from urllib.parse import urlencode

import orjson
from aiohttp import web

from core import clock
from providers.twins.bills import SCRIPTED as MODES
from providers.twins.bills import BillBook
from providers.twins.hooks import Hook
from providers.twins.sandbox import Sandbox
from providers.twins.script import DECLINED, DROPPED, OUTCOME, Rule
from providers.twins.store import Document

# Lines that do something else than to be filled.
LINES = {
    "+233551230001": "fails after it was taken",
    "+233551230002": "is refused at once",
    "+233551230003": "is filled, but the answer to the request never comes",
}
# After this the real thing may send airtime again under the same key, and so does its twin.
KEY_LASTS_S = 300
REPEATED = "A duplicate request was received within the last 5 minutes"
STATUSES = {"pending": "Sent", "delivered": "Success", "failed": "Failed", "reversed": "Failed"}


class Airtime:
    """Top-ups, one answer for each recipient; the status comes after."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox, self._settings = sandbox, sandbox.settings
        self._book = BillBook(sandbox, "africastalking", self._report)

    def open(self) -> None:
        self._book.open()

    async def send(self, request: web.Request) -> web.Response:
        if request.headers.get("apiKey") != self._settings.africastalking_api_key:
            return web.Response(status=401, text="The supplied authentication is invalid")
        recipients = _recipients(str((await request.post()).get("recipients") or ""))
        if recipients is None:
            return web.Response(status=400, text="Must have recipients")
        key = request.headers.get("Idempotency-Key", "")
        if key and self._is_repeated(key):
            return _answer(REPEATED, [])
        rule: Rule | None = request.get(DECLINED) or request.get(OUTCOME)
        entries = [self._send_one(key, *each, rule) for each in recipients]
        request[DROPPED] = any(phone == "+233551230003" for phone, _, _ in recipients)
        return _answer("None", entries)

    async def find(self, request: web.Request) -> web.Response:
        if request.headers.get("apiKey") != self._settings.africastalking_api_key:
            return web.Response(status=401, text="The supplied authentication is invalid")
        kept = self._book.find(provider_id=request.query.get("transactionId") or "none")
        if kept is None or DECLINED in request:
            return _json({"status": "Failed", "errorMessage": "Transaction not found"}, 200)
        found = {
            "status": STATUSES[kept["status"]],
            "transactionId": kept["provider_id"],
            "destination": kept["phone"],
            "amount": _money(kept),
            "discount": f"{kept['currency']} 0.0000",
        }
        return _json(found, 200)

    def _is_repeated(self, key: str) -> bool:
        known = self._book.find(reference=key)
        if known is None:
            return False
        return (clock.now() - datetime.fromisoformat(known["created_at"])).total_seconds() < KEY_LASTS_S

    def _send_one(self, key: str, phone: str, currency: str, amount: int, rule: Rule | None) -> Document:
        if phone == "+233551230002" or (rule and rule.mode == "decline"):
            return _entry(phone, f"{currency} {amount / 100:.4f}", "Failed", "None", "Not accepted")
        id = f"ATQid_{secrets.token_hex(16)}"
        details = {"service": "airtime", "account": "", "offer": "", "amount": amount, "currency": currency}
        kept = self._book.take(**details, reference=key or id, provider_id=id, phone=phone)
        after_s = self._settings.airtime_after_s
        if rule and rule.mode in MODES:
            self._book.act(kept, rule, after_s)
        else:
            self._book.wait(kept, "pending", "failed" if phone == "+233551230001" else "delivered", after_s)
        return _entry(phone, _money(kept), STATUSES[kept["status"]], id, "None")

    def _report(self, kept: Document) -> None:
        if self._settings.hooks_url is None:
            return
        delivered = kept["status"] == "delivered"
        form = {
            "phoneNumber": kept["phone"],
            "description": "Airtime Delivered Successfully" if delivered else "Airtime was not delivered",
            "status": STATUSES[kept["status"]],
            "requestId": kept["provider_id"],
            "discount": f"{kept['currency']} 0.0000",
            "value": _money(kept),
        }
        base = f"{self._settings.hooks_url}/webhooks/africastalking"
        hook = Hook(
            provider="africastalking",
            event="airtime_status",
            url=f"{base}/{self._settings.hook_secret}",
            body=urlencode(form).encode(),
            headers={"Content-Type": "application/x-www-form-urlencoded"},
            forged_url=f"{base}/not-the-secret",
            tries=5,
        )
        self._sandbox.hooks.send(hook, durable=True)


def _recipients(text: str) -> list[tuple[str, str, int]] | None:
    """Each line with its currency and minor units; None where one can't be read."""
    try:
        given = orjson.loads(text)
        found = []
        for each in given:
            currency, amount = str(each["amount"]).split()
            minor = int(Decimal(amount) * 100)
            if minor <= 0 or not str(each["phoneNumber"]).startswith("+"):
                return None
            found.append((str(each["phoneNumber"]), currency, minor))
    except (ValueError, KeyError, TypeError, InvalidOperation, OverflowError):
        return None
    return found or None


def _answer(error: str, entries: list[Document]) -> web.Response:
    sent = [each for each in entries if each["status"] == "Sent"]
    body = {
        "errorMessage": error,
        "numSent": len(sent),
        "totalAmount": sent[0]["amount"] if len(sent) == 1 else str(len(sent)),
        "totalDiscount": "0",
        "responses": entries,
    }
    return _json(body, 201)


def _entry(phone: str, amount: str, status: str, id: str, error: str) -> Document:
    return {
        "phoneNumber": phone,
        "errorMessage": error,
        "amount": amount,
        "status": status,
        "requestId": id,
        "discount": f"{amount.split()[0]} 0.0000",
    }


def _money(kept: Document) -> str:
    return f"{kept['currency']} {kept['amount'] / 100:.4f}"


def _json(body: Document, status: int) -> web.Response:
    return web.Response(status=status, body=orjson.dumps(body), content_type="application/json")
