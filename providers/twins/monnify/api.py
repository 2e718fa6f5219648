"""The Monnify twin's API: logins, transactions, their status and refunds."""

from urllib.parse import quote

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from providers.twins.monnify import forms, wire
from providers.twins.monnify.book import Book
from providers.twins.monnify.forms import ACCOUNT
from providers.twins.monnify.page import Page
from providers.twins.monnify.settled import Settled
from providers.twins.monnify.stored import Stored
from providers.twins.monnify.tokens import LASTS, Tokens
from providers.twins.monnify.wire import Refusal
from providers.twins.sandbox import Sandbox
from providers.twins.script import DECLINED, Stage
from providers.twins.store import Document


def create_monnify(sandbox: Sandbox, book: Book) -> web.Application:
    """The application under /monnify."""
    api, stored, page = Api(sandbox, book), Stored(book), Page(book)
    settled = Settled(book)
    stage = Stage(sandbox.script, "monnify", sandbox.settings.hang_s)
    app = web.Application(middlewares=[stage.middleware(), api.authenticated])
    transactions = "/api/v1/merchant/transactions"
    app.add_routes(
        [
            web.post("/api/v1/auth/login", api.login, name="login"),
            web.post(f"{transactions}/init-transaction", api.initialize, name="initialize"),
            web.post("/api/v1/merchant/cards/charge-card-token", stored.charge, name="charge_card_token"),
            web.get("/api/v2/merchant/transactions/query", api.query, name="verify"),
            web.get("/api/v2/transactions/{reference}", api.status, name="status"),
            web.post("/api/v1/refunds/initiate-refund", api.refund, name="refund"),
            web.get("/api/v1/refunds/{reference}", api.fetch_refund, name="fetch_refund"),
            web.get(
                "/api/v1/transactions/find-by-settlement-reference", settled.transactions, name="settled"
            ),
            web.get("/checkout/{checkout}", page.show),
            web.post("/checkout/{checkout}", page.decide, name="pay"),
        ]
    )
    return app


class Api:
    """The handlers; each speaks Monnify's envelope."""

    def __init__(self, sandbox: Sandbox, book: Book) -> None:
        self._settings, self._book, self._tokens = sandbox.settings, book, Tokens(sandbox)

    @property
    def authenticated(self) -> Middleware:
        """The middleware that knows the account by its token and words every refusal."""

        @web.middleware
        async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
            if "checkout" in request.match_info:
                return await handler(request)
            try:
                if request.match_info.route.name != "login":
                    request[ACCOUNT] = self._tokens.account(request.headers.get("Authorization", ""))
                return await handler(request)
            except Refusal as refusal:
                return wire.respond(refusal.body, refusal.status)

        return check

    async def login(self, request: web.Request) -> web.Response:
        if DECLINED in request:
            raise Refusal(401, "Invalid client credentials")
        token = self._tokens.login(request.headers.get("Authorization", ""))
        return wire.answer({"accessToken": token, "expiresIn": int(LASTS.total_seconds())})

    async def initialize(self, request: web.Request) -> web.Response:
        account = request[ACCOUNT]
        details = forms.payment(await forms.json_body(request), account.contract_code)
        forms.refuse_on_command(request)
        forms.refuse_known(self._book, account.business, details["reference"])
        kept = self._book.new(account.business, **details)
        # The | in Monnify's reference is no character of an address.
        address = quote(kept["transaction_reference"], safe="")
        body = {
            "transactionReference": kept["transaction_reference"],
            "paymentReference": kept["reference"],
            "merchantName": account.business,
            "apiKey": account.api_key,
            "redirectUrl": kept["redirect_url"],
            "enabledPaymentMethod": kept["methods"],
            "checkoutUrl": f"{self._settings.public_url}/monnify/checkout/{address}",
        }
        return wire.answer(body)

    async def query(self, request: web.Request) -> web.Response:
        forms.refuse_on_command(request)
        if "paymentReference" not in request.query:
            return wire.answer(wire.status(self._known(request, request.query.get("transactionReference"))))
        reference = request.query["paymentReference"]
        kept = self._book.find(business=request[ACCOUNT].business, reference=reference)
        if kept is None:
            raise Refusal(404, f"Could not find transaction with payment reference {reference} for merchant")
        return wire.answer(wire.status(kept), kept.get("words", ""))

    async def status(self, request: web.Request) -> web.Response:
        forms.refuse_on_command(request)
        return wire.answer(wire.status(self._known(request, request.match_info["reference"])))

    async def refund(self, request: web.Request) -> web.Response:
        body = await forms.json_body(request)
        business = request[ACCOUNT].business
        name = str(body.get("transactionReference"))
        kept = self._book.find(business=business, transaction_reference=name)
        if kept is None:
            raise Refusal(422, "Transaction with specified reference does not exist.", "R1")
        if not kept["paid"] or kept["method"] != "ACCOUNT_TRANSFER":
            raise Refusal(422, "Refund not permitted for specified transaction.", "R2")
        details = forms.refund(body, kept["paid"])
        if self._book.find_refund(business, details["reference"]):
            raise Refusal(422, "Supplied refund reference already exists for the merchant.", "R9")
        if kept["refunded"] + details["amount"] > kept["paid"]:
            raise Refusal(
                422,
                "The total amount of all refunds done on a particular transaction has exceeded the transaction amount.",
                "R12",
            )
        return wire.answer(wire.refund(self._book.refund(kept, fails=DECLINED in request, **details)))

    async def fetch_refund(self, request: web.Request) -> web.Response:
        forms.refuse_on_command(request)
        kept = self._book.find_refund(request[ACCOUNT].business, request.match_info["reference"])
        if kept is None:
            raise Refusal(404, "No refund was initiated with the supplied refund reference.", "R7")
        return wire.answer(wire.refund(kept))

    def _known(self, request: web.Request, reference: str | None) -> Document:
        business = request[ACCOUNT].business
        kept = self._book.find(business=business, transaction_reference=reference) if reference else None
        if kept is None:
            raise Refusal(
                404,
                "There's no transaction matching supplied reference. "
                "Please confirm the supplied reference and try again.",
            )
        return kept
