"""The VTpass twin's counter: what it sells to whom, once for each request_id, and what is scripted to go wrong."""

import re
import secrets
from datetime import datetime
from decimal import Decimal, InvalidOperation

import orjson

from core import clock
from providers.twins.bills import SCRIPTED as MODES
from providers.twins.bills import BillBook
from providers.twins.hooks import Hook
from providers.twins.sandbox import Sandbox
from providers.twins.script import Rule
from providers.twins.store import Document, Shelf
from providers.twins.vtpass import wire
from providers.twins.vtpass.lines import BY_NUMBER, is_served
from providers.twins.vtpass.plans import SERVICES, variations
from providers.twins.vtpass.wire import Refusal

PENDING_QUESTIONS = 3
REQUEST_ID = re.compile(r"\d{12}[A-Za-z0-9]*")
WALLET = 10**11  # kobo
DECLINED_BUT_KEPT = {"016": "failed", "091": "failed", "040": "reversed"}


class Counter:
    """Nothing is awaited between looking and writing, so a request_id buys once however many ask at a time."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._settings = sandbox.settings
        self._book = BillBook(sandbox, "vtpass", self._changed)
        self._wallets = Shelf(sandbox.store, "vtpass_wallet")

    def open(self) -> None:
        self._book.open()

    def clear(self) -> None:
        self._wallets.clear()

    def balance(self) -> int:
        """Kobo left in the wallet."""
        return int(self._wallet()["kobo"])

    def pay(self, body: Document, rule: Rule | None) -> tuple[Document, str]:
        """Sell once; the answer, and how its number is scripted (empty: not at all). Raises `Refusal`."""
        details = self._checked(body)
        numbers = {details["phone"], details["account"]}
        scripted = next((does for number, does in BY_NUMBER.items() if number in numbers), "")
        if scripted == "no_response":
            return {}, scripted
        if rule and rule.mode == "decline":
            self._decline(details, f"{16 if rule.code is None else rule.code:03d}")
        named = (details["phone"], details["account"], details["service"], details["offer"])
        if not scripted and not is_served(*named):
            self._decline(details, "016")
        self._pay_for(details["amount"])
        kept = self._book.take(**details, provider_id=str(secrets.randbelow(10**17) + 10**17))
        after_s = self._settings.vtpass_settle_s
        if rule and rule.mode in MODES:
            self._book.act(kept, rule, after_s)
        elif scripted == "pending":
            self._book.wait(kept, "pending", "delivered", after_s)
        elif scripted == "unexpected":
            self._book.wait(kept, "pending", "failed", after_s)
        else:
            self._book.settle(kept, "failed" if scripted == "fails" else "delivered")
        if kept["status"] == "failed":
            self._give_back(kept)
        return wire.purchase(kept), scripted

    def requery(self, reference: str) -> Document:
        """How the purchase stands; asking thrice settles what only waits. Raises `Refusal`."""
        kept = self._book.find(reference=reference)
        if kept is None:
            raise Refusal("015")
        self._book.ask(kept, PENDING_QUESTIONS)
        return wire.purchase(kept)

    def _checked(self, body: Document) -> Document:
        reference = str(body.get("request_id") or "")
        if not REQUEST_ID.fullmatch(reference):
            raise Refusal("085", "IMPROPER REQUEST ID: DOES NOT CONTAIN DATE")
        if reference[:8] != wire.today() or not _minute(reference[:12]):
            raise Refusal("085", "IMPROPER REQUEST ID: DATE NOT TODAY'S DATE")
        if self._book.find(reference=reference):
            raise Refusal("014")
        service = str(body.get("serviceID") or "")
        if service not in SERVICES:
            raise Refusal("012")
        category, _, least, most = SERVICES[service]
        phone, account = str(body.get("phone") or ""), str(body.get("billersCode") or "")
        offer = str(body.get("variation_code") or "")
        price = _kobo(body.get("amount"))
        if category != "airtime":
            chosen = next((each for each in variations(service) if each["variation_code"] == offer), None)
            if chosen is None:
                raise Refusal("010")
            # A fixed price counts, whatever amount came along.
            price = _kobo(chosen["variation_amount"]) or price
        if not phone or price is None or (category != "airtime" and not account):
            raise Refusal("011")
        if not least * 100 <= price:
            raise Refusal("013")
        if price > most * 100:
            raise Refusal("017")
        details: Document = {"reference": reference, "service": service, "phone": phone, "account": account}
        details |= {"offer": offer, "amount": price, "currency": "NGN"}
        details["likeness"] = f"{service} {account or phone} {price}"
        self._refuse_likely_repeat(details["likeness"])
        return details

    def _refuse_likely_repeat(self, likeness: str) -> None:
        window = self._settings.vtpass_repeat_s
        last = self._book.find(likeness=likeness) if window else None
        if last and (clock.now() - datetime.fromisoformat(last["created_at"])).total_seconds() < window:
            raise Refusal("019")

    def _decline(self, details: Document, code: str) -> None:
        """Refuse under `code`; what fails in the sale itself is kept, what is turned away before is not."""
        if code in DECLINED_BUT_KEPT:
            kept = self._book.take(**details, provider_id=str(secrets.randbelow(10**17) + 10**17))
            self._book.settle(kept, "reversed" if code == "040" else "failed")
        raise Refusal(code)

    def _wallet(self) -> Document:
        return self._wallets.first() or self._wallets.add({"kobo": WALLET})

    def _pay_for(self, amount: int) -> None:
        wallet = self._wallet()
        if wallet["kobo"] < amount:
            raise Refusal("018")
        wallet["kobo"] -= amount
        self._wallets.save(wallet)

    def _give_back(self, kept: Document) -> None:
        wallet = self._wallet()
        wallet["kobo"] += kept["amount"]
        self._wallets.save(wallet)

    def _changed(self, kept: Document) -> None:
        """A purchase got its outcome later: the money follows, and a notice goes out."""
        if kept["first"] == "failed":
            # It looked failed, so its money had gone back.
            self._pay_for(kept["amount"])
        elif kept["status"] != "delivered":
            self._give_back(kept)
        self._notify({"type": "transaction-update", "data": wire.purchase(kept)})

    def announce(self, service: str) -> None:
        """Send the notice that a service's variations changed."""
        content = {
            "ServiceName": SERVICES[service][1],
            "serviceID": service,
            "variations": variations(service),
        }
        self._notify(
            {
                "type": "variations-update",
                "response_description": "VARIATION CODE UPDATE",
                "serviceID": service,
                "service": SERVICES[service][1],
                "data": {"response_description": "000", "content": content},
            }
        )

    def _notify(self, notice: Document) -> None:
        if self._settings.hooks_url is None:
            return
        base = f"{self._settings.hooks_url}/webhooks/vtpass"
        hook = Hook(
            provider="vtpass",
            event=notice["type"],
            url=f"{base}/{self._settings.hook_secret}",
            body=orjson.dumps(notice),
            headers={"Content-Type": "application/json"},
            forged_url=f"{base}/not-the-secret",
            expects={"response": "success"},
            tries=5,
        )
        self._sandbox.hooks.send(hook, durable=True)


def _kobo(given: object) -> int | None:
    """Naira as kobo; None where it is no amount above zero."""
    try:
        kobo = Decimal(str(given)) * 100
        return int(kobo) if kobo == kobo.to_integral_value() and kobo > 0 else None
    except (InvalidOperation, ValueError, OverflowError):
        return None


def _minute(text: str) -> bool:
    try:
        datetime.strptime(text, "%Y%m%d%H%M")
    except ValueError:
        return False
    return True
