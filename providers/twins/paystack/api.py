"""The Paystack twin's API: authentication, transactions, mobile money and refunds."""

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from providers.twins.paystack import forms, wire
from providers.twins.paystack.book import Book
from providers.twins.paystack.forms import BUSINESS
from providers.twins.paystack.lists import Lists
from providers.twins.paystack.page import Page
from providers.twins.paystack.settled import Settled
from providers.twins.paystack.stored import Stored
from providers.twins.paystack.wire import Refusal
from providers.twins.sandbox import Sandbox
from providers.twins.script import DECLINED, DROPPED, Stage
from providers.twins.store import Document

OTP = "123456"
# Wallets that do something else than to approve; any other number approves itself.
WALLETS = {
    "+233551230001": "is declined for insufficient funds",
    "+233551230002": "is never approved, and fails after 180 seconds",
    "+233551230003": "is charged, but the answer to the request never comes",
    "+233551230004": f"asks for a code first: {OTP}",
}


def create_paystack(sandbox: Sandbox, book: Book) -> web.Application:
    """The application under /paystack."""
    api, stored, page, lists = Api(sandbox, book), Stored(sandbox, book), Page(book), Lists(book)
    settled = Settled(book)
    stage = Stage(sandbox.script, "paystack", sandbox.settings.hang_s)
    app = web.Application(middlewares=[stage.middleware(), api.authenticated])
    app.add_routes(
        [
            web.get("/balance", api.balance, name="balance"),
            web.post("/transaction/initialize", api.initialize, name="initialize"),
            web.get("/transaction", lists.transactions, name="list_transactions"),
            web.get("/transaction/verify/{reference}", api.verify, name="verify"),
            web.post("/transaction/charge_authorization", stored.charge, name="charge_authorization"),
            web.post("/customer/authorization/deactivate", stored.deactivate, name="deactivate"),
            web.post("/charge", api.charge, name="charge"),
            web.post("/charge/submit_otp", api.submit_otp, name="submit_otp"),
            web.get("/charge/{reference}", api.check_charge, name="check_charge"),
            web.post("/refund", api.refund, name="refund"),
            web.get("/refund", lists.refunds, name="list_refunds"),
            web.get("/refund/{id}", api.fetch_refund, name="fetch_refund"),
            web.get("/settlement", settled.list, name="settlements"),
            web.get("/settlement/{id}/transactions", settled.transactions, name="settled"),
            web.get("/pay/{access_code}", page.show),
            web.post("/pay/{access_code}", page.decide, name="pay"),
        ]
    )
    return app


class Api:
    """The handlers; each speaks Paystack's envelope."""

    def __init__(self, sandbox: Sandbox, book: Book) -> None:
        self._settings = sandbox.settings
        self._book = book
        self._businesses = {secret: name for name, secret in sandbox.settings.paystack_secrets.items()}

    @property
    def authenticated(self) -> Middleware:
        """The middleware that knows the business by its key and words every refusal."""

        @web.middleware
        async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
            if "access_code" in request.match_info:
                return await handler(request)
            try:
                request[BUSINESS] = self._business(request.headers.get("Authorization", ""))
                return await handler(request)
            except Refusal as refusal:
                return wire.respond(refusal.body, refusal.status)

        return check

    def _business(self, authorization: str) -> str:
        scheme, _, key = authorization.partition(" ")
        if scheme.lower() != "bearer" or key not in self._businesses:
            raise Refusal(
                401, "Invalid key", "invalid_Key", "Ensure that you provide the correct authorization key"
            )
        return self._businesses[key]

    async def balance(self, request: web.Request) -> web.Response:
        forms.refuse_on_command(request)
        held = [{"currency": currency, "balance": 0} for currency in wire.MINIMUM]
        return wire.answer("Balances retrieved", held)

    async def initialize(self, request: web.Request) -> web.Response:
        body = await forms.json_body(request)
        details = forms.payment(body)
        forms.refuse_on_command(request)
        forms.refuse_known(self._book, request[BUSINESS], details["reference"])
        callback = body.get("callback_url")
        kept = self._book.new(
            request[BUSINESS], **details, callback_url=callback if isinstance(callback, str) else None
        )
        data = {
            "authorization_url": f"{self._settings.public_url}/paystack/pay/{kept['access_code']}",
            "access_code": kept["access_code"],
            "reference": kept["reference"],
        }
        return wire.answer("Authorization URL created", data)

    async def verify(self, request: web.Request) -> web.Response:
        forms.refuse_on_command(request)
        return wire.answer("Verification successful", wire.transaction(self._asked(request)))

    async def charge(self, request: web.Request) -> web.Response:
        body = await forms.json_body(request)
        details = forms.payment(body) | forms.wallet(body)
        if details["currency"] != "GHS":
            raise forms.invalid("Mobile money is for GHS", "Use GHS", "unsupported_currency")
        forms.refuse_known(self._book, request[BUSINESS], details["reference"])
        kept = self._book.new(request[BUSINESS], **details)
        if request.get(DECLINED):
            self._book.fail(kept, "Declined")
            return wire.answer("Charge attempted", wire.transaction(kept))
        self._begin(kept)
        # The script's middleware loses an answer that is marked so.
        request[DROPPED] = kept["phone"] == "+233551230003"
        return wire.answer("Charge attempted", wire.step(kept))

    def _begin(self, kept: Document) -> None:
        approve_s, expire_s = self._settings.approve_after_s, self._settings.expire_after_s
        match kept["phone"]:
            case "+233551230001":
                self._book.wait(kept, "pay_offline", "failed", "Insufficient funds", approve_s)
            case "+233551230002":
                self._book.wait(
                    kept, "pay_offline", "failed", "The customer did not approve in time", expire_s
                )
            case "+233551230004":
                self._book.wait(kept, "send_otp", "failed", "No code was given in time", expire_s)
            case _:
                self._book.wait(kept, "pay_offline", "success", "", approve_s)

    async def submit_otp(self, request: web.Request) -> web.Response:
        body = await forms.json_body(request)
        kept = self._known(request[BUSINESS], str(body.get("reference")))
        if kept["step"] != "send_otp" or kept["status"] != "pending":
            raise forms.invalid("Charge is not waiting for a code", "Check the charge first", "invalid_step")
        if body.get("otp") != OTP or request.get(DECLINED):
            self._book.fail(kept, "Invalid code")
            return wire.answer("Charge attempted", wire.transaction(kept))
        self._book.wait(kept, "pay_offline", "success", "", self._settings.approve_after_s)
        return wire.answer("Charge attempted", wire.step(kept))

    async def check_charge(self, request: web.Request) -> web.Response:
        forms.refuse_on_command(request)
        kept = self._asked(request)
        pending = {"reference": kept["reference"], "status": "pending"}
        data = pending if kept["status"] == "pending" else wire.transaction(kept)
        return wire.answer("Reference check successful", data)

    async def refund(self, request: web.Request) -> web.Response:
        body = await forms.json_body(request)
        business, asked = request[BUSINESS], str(body.get("transaction", ""))
        kept = self._by_id(business, asked) or self._known(business, asked)
        if kept["status"] == "reversed" or (kept["charges"] and kept["refunded"] == kept["amount"]):
            raise forms.invalid(
                "Transaction has been fully reversed", "Check its refunds", "transaction_reversed"
            )
        if kept["status"] != "success":
            raise forms.invalid(
                "Only successful transactions can be refunded", "Verify it first", "transaction_not_paid"
            )
        left = kept["amount"] - kept["refunded"]
        amount = left if body.get("amount") is None else _refund_amount(body["amount"])
        if amount > left:
            raise forms.invalid(
                "Refund amount cannot be more than transaction amount", f"At most {left}", "invalid_amount"
            )
        note = f"Refund for transaction {kept['reference']}"
        made = self._book.refund(
            kept,
            amount,
            str(body.get("customer_note") or note),
            str(body.get("merchant_note") or note),
            fails=DECLINED in request,
        )
        return wire.answer("Refund has been queued for processing", wire.refund(made, kept))

    async def fetch_refund(self, request: web.Request) -> web.Response:
        forms.refuse_on_command(request)
        id = _whole(request.match_info["id"])
        kept = self._book.refund_by_id(request[BUSINESS], id) if id is not None else None
        if kept is None:
            raise Refusal(404, "Refund not found", "refund_not_found", "Check the refund's id")
        return wire.answer("Refund retrieved", wire.refund(kept, kept["transaction"]))

    def _asked(self, request: web.Request) -> Document:
        return self._known(request[BUSINESS], request.match_info["reference"])

    def _known(self, business: str, reference: str) -> Document:
        kept = self._book.find(business=business, reference=reference)
        if kept is None:
            raise Refusal(
                400,
                "Transaction reference not found.",
                "transaction_not_found",
                "Ensure that you're passing the reference of a transaction that exists on this integration",
            )
        return kept

    def _by_id(self, business: str, text: str) -> Document | None:
        id = _whole(text)
        return self._book.by_id(business, id) if id is not None else None


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _refund_amount(given: object) -> int:
    amount = _whole(str(given))
    if not amount:
        raise forms.invalid("Invalid Amount Sent", "Ensure that the amount is a positive integer")
    return amount
