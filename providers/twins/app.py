"""The sandbox's one application: a twin of each provider, the outbox, and failures on command."""

from collections.abc import AsyncIterator

import orjson
from aiohttp import web
from pydantic import ValidationError

from providers.twins.africastalking import create_africastalking
from providers.twins.africastalking_airtime import LINES, Airtime
from providers.twins.arkesel import create_arkesel
from providers.twins.bills import BillCount
from providers.twins.cards import Behaviour, CardControl, Cards
from providers.twins.identities import ISSUERS, Identities, create_issuer
from providers.twins.lender import Applications, create_lender
from providers.twins.lender.rules import SCRIPTED as BORROWERS
from providers.twins.monnify import Book as MonnifyBook
from providers.twins.monnify import create_monnify
from providers.twins.pages import render, respond
from providers.twins.paystack import Book, create_paystack
from providers.twins.paystack.api import OTP, WALLETS
from providers.twins.s3 import Objects, create_s3
from providers.twins.sandbox import Sandbox, open_sandbox
from providers.twins.script import CALL_MODES, HOOK_MODES, Rule
from providers.twins.settings import TwinSettings
from providers.twins.smtp import Mail
from providers.twins.telegram import Bots, create_telegram
from providers.twins.terminal import Book as Shipping
from providers.twins.terminal import Control, create_terminal
from providers.twins.totals import totals
from providers.twins.vtpass import Counter, create_vtpass
from providers.twins.vtpass.lines import SCRIPTED

__all__ = ["TwinSettings", "create_twins"]

# A bot may upload a picture of up to 10 MiB.
BODY_LIMIT = 12 * 1024 * 1024


def create_twins(settings: TwinSettings) -> web.Application:
    """All twins in one application, with what `settings.data_dir` remembers of an earlier run."""
    sandbox = open_sandbox(settings)
    cards, bots = Cards(sandbox), Bots(sandbox)
    book, monnify = Book(sandbox, cards), MonnifyBook(sandbox, cards)
    shipping = Shipping(sandbox)
    carriage, wallet = Control(shipping), CardControl(cards)
    airtime, counter = Airtime(sandbox), Counter(sandbox)
    mail, identities, objects = Mail(sandbox), Identities(), Objects(sandbox)
    lending = Applications(sandbox)
    app = web.Application(client_max_size=BODY_LIMIT)
    app.add_subapp("/paystack", create_paystack(sandbox, book))
    app.add_subapp("/monnify", create_monnify(sandbox, monnify))
    app.add_subapp("/africastalking", create_africastalking(sandbox, airtime))
    app.add_subapp("/arkesel", create_arkesel(sandbox))
    app.add_subapp("/telegram", create_telegram(sandbox, bots))
    app.add_subapp("/terminal/v1", create_terminal(sandbox, shipping))
    app.add_subapp("/vtpass", create_vtpass(sandbox, counter))
    app.add_subapp("/lender", create_lender(sandbox, lending))
    for issuer in ISSUERS:
        app.add_subapp(f"/{issuer.name}", create_issuer(sandbox, identities, issuer))
    app.add_subapp("/s3", create_s3(sandbox, objects))
    desk = Desk(sandbox, (book, monnify), cards, bots, shipping, counter, objects, lending)
    app.add_routes(
        [
            web.get("/", desk.index),
            web.get("/outbox", desk.outbox),
            web.get("/control/state", desk.state),
            web.get("/control/totals", desk.totals),
            web.get("/control/card", wallet.show),
            web.post("/control/card", wallet.turn),
            web.post("/control/fail", desk.fail),
            web.post("/control/reset", desk.reset),
            web.post("/control/settle", desk.settle),
            web.get("/control/shipment", carriage.show),
            web.post("/control/shipment", carriage.move),
            web.post("/control/variations", desk.announce),
            web.post("/control/identity", identities.make_out),
            web.post("/control/identity/keys", identities.rotate),
        ]
    )

    async def running(_: web.Application) -> AsyncIterator[None]:
        await mail.open()
        sandbox.hooks.open()
        book.open()
        monnify.open()
        bots.open()
        shipping.open()
        airtime.open()
        counter.open()
        lending.open()
        yield
        await mail.close()
        await sandbox.background.close()
        await sandbox.hooks.close()
        sandbox.store.close()

    async def end_waits(_: web.Application) -> None:
        sandbox.script.over = True

    app.cleanup_ctx.append(running)
    app.on_shutdown.append(end_waits)
    return app


class Desk:
    """What a person or a test asks of the sandbox itself."""

    def __init__(
        self,
        sandbox: Sandbox,
        books: tuple[Book | MonnifyBook, ...],
        cards: Cards,
        bots: Bots,
        shipping: Shipping,
        counter: Counter,
        objects: Objects,
        lending: Applications,
    ) -> None:
        self._objects, self._lending = objects, lending
        self._sandbox, self._books, self._bots, self._shipping = sandbox, books, bots, shipping
        self._cards, self._counter, self._bills = cards, counter, BillCount(sandbox)

    async def index(self, _: web.Request) -> web.Response:
        return render(
            "index.html",
            settings=self._sandbox.settings,
            messages=self._sandbox.outbox.to(None)[:20],
            rules=self._sandbox.script.rules,
            wallets=WALLETS,
            otp=OTP,
            lines=LINES | {each.line: each.does for each in SCRIPTED},
            borrowers=BORROWERS,
            behaviours=Behaviour.__args__,  # type: ignore[attr-defined]
            modes=sorted(CALL_MODES) + sorted(HOOK_MODES),
        )

    async def outbox(self, request: web.Request) -> web.Response:
        return respond(self._sandbox.outbox.to(request.query.get("to")))

    async def fail(self, request: web.Request) -> web.Response:
        try:
            rule = Rule.model_validate_json(await request.read())
        except ValidationError as error:
            return respond({"error": error.errors(include_url=False, include_context=False)}, status=400)
        self._sandbox.script.add(rule)
        return respond(rule.model_dump(), status=201)

    async def reset(self, request: web.Request) -> web.Response:
        """Ends every failure; with ?everything=1 all that the twins remember goes too."""
        self._sandbox.script.clear()
        if request.query.get("everything") == "1":
            for book in self._books:
                book.clear()
            self._cards.clear()
            self._bots.clear()
            self._shipping.clear()
            self._bills.clear()
            self._counter.clear()
            self._objects.clear()
            self._lending.clear()
            self._sandbox.outbox.clear()
        return respond({"ok": True})

    async def settle(self, _: web.Request) -> web.Response:
        """Has the gateways pay out now what they took, instead of on the next day."""
        shown = ("id", "reference", "business", "currency", "gross", "fees")
        return respond(
            [{name: each[name] for name in shown} for book in self._books for each in book.settle_now()]
        )

    async def announce(self, request: web.Request) -> web.Response:
        """Has VTpass tell that the variations of the `service` in the body have changed."""
        try:
            self._counter.announce(orjson.loads(await request.read())["service"])
        except (orjson.JSONDecodeError, KeyError, TypeError):
            return respond({"error": "no such service"}, status=400)
        return respond({"ok": True})

    async def state(self, request: web.Request) -> web.Response:
        """What the gateways' twins know of a reference or an e-mail's payments, and how often it was charged.

        `files` are the keys in the bucket; `bills` has what was sold under the reference, or in all, and how often it was delivered; `in_flight` how many
        calls each twin is answering now, and `most_in_flight` how many at most since the last reset.
        """
        wanted = {name: request.query[name] for name in ("reference", "email") if name in request.query}
        found = [(book, each) for book in self._books for each in book.all(limit=1000, **wanted)]
        shown = ("id", "business", "reference", "status", "amount", "currency", "email", "metadata")
        transactions = [
            {name: each[name] for name in (*shown, "charges", "refunded")}
            | {"refunds": len(book.refunds_of(each["id"]))}
            for book, each in found
        ]
        bills = self._bills.shown(request.query.get("reference"))
        return respond(
            {
                "known": bool(found or bills["purchases"]),
                "charges": sum(each["charges"] for _, each in found),
                "transactions": transactions,
                "bills": bills,
                "files": self._objects.keys(),
                "in_flight": self._sandbox.script.in_flight,
                "most_in_flight": self._sandbox.script.most_in_flight,
            }
        )

    async def totals(self, request: web.Request) -> web.Response:
        """How many references that begin with `prefix` were charged once, more than once and not at all."""
        prefix = request.query.get("prefix", "")
        return respond(totals(each for book in self._books for each in book.charged(prefix)))
