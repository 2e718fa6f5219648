"""The sandbox's one application: a twin of each provider, the outbox, and failures on command."""

from collections.abc import AsyncIterator

import orjson
from aiohttp import web
from pydantic import ValidationError

from providers.twins.africastalking import create_africastalking
from providers.twins.pages import render
from providers.twins.paystack import Book, create_paystack
from providers.twins.paystack.api import OTP, WALLETS
from providers.twins.sandbox import Sandbox, open_sandbox
from providers.twins.script import CALL_MODES, HOOK_MODES, Rule
from providers.twins.settings import TwinSettings
from providers.twins.telegram import Bots, create_telegram
from providers.twins.terminal import Book as Shipping
from providers.twins.terminal import Control, create_terminal

__all__ = ["TwinSettings", "create_twins"]

# A bot may upload a picture of up to 10 MiB.
BODY_LIMIT = 12 * 1024 * 1024


def create_twins(settings: TwinSettings) -> web.Application:
    """All twins in one application, with what `settings.data_dir` remembers of an earlier run."""
    sandbox = open_sandbox(settings)
    book, bots = Book(sandbox), Bots(sandbox)
    shipping = Shipping(sandbox)
    carriage = Control(shipping)
    app = web.Application(client_max_size=BODY_LIMIT)
    app.add_subapp("/paystack", create_paystack(sandbox, book))
    app.add_subapp("/africastalking", create_africastalking(sandbox))
    app.add_subapp("/telegram", create_telegram(sandbox, bots))
    app.add_subapp("/terminal/v1", create_terminal(sandbox, shipping))
    desk = Desk(sandbox, book, bots, shipping)
    app.add_routes(
        [
            web.get("/", desk.index),
            web.get("/outbox", desk.outbox),
            web.get("/control/state", desk.state),
            web.post("/control/fail", desk.fail),
            web.post("/control/reset", desk.reset),
            web.get("/control/shipment", carriage.show),
            web.post("/control/shipment", carriage.move),
        ]
    )

    async def running(_: web.Application) -> AsyncIterator[None]:
        sandbox.hooks.open()
        book.open()
        bots.open()
        shipping.open()
        yield
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

    def __init__(self, sandbox: Sandbox, book: Book, bots: Bots, shipping: Shipping) -> None:
        self._sandbox, self._book, self._bots, self._shipping = sandbox, book, bots, shipping

    async def index(self, _: web.Request) -> web.Response:
        return render(
            "index.html",
            settings=self._sandbox.settings,
            messages=self._sandbox.outbox.to(None)[:20],
            rules=self._sandbox.script.rules,
            wallets=WALLETS,
            otp=OTP,
            modes=sorted(CALL_MODES) + sorted(HOOK_MODES),
        )

    async def outbox(self, request: web.Request) -> web.Response:
        return _json(self._sandbox.outbox.to(request.query.get("to")))

    async def fail(self, request: web.Request) -> web.Response:
        try:
            rule = Rule.model_validate_json(await request.read())
        except ValidationError as error:
            return _json({"error": error.errors(include_url=False, include_context=False)}, status=400)
        self._sandbox.script.add(rule)
        return _json(rule.model_dump(), status=201)

    async def reset(self, request: web.Request) -> web.Response:
        """Ends every failure; with ?everything=1 all that the twins remember goes too."""
        self._sandbox.script.clear()
        if request.query.get("everything") == "1":
            self._book.clear()
            self._bots.clear()
            self._shipping.clear()
            self._sandbox.outbox.clear()
        return _json({"ok": True})

    async def state(self, request: web.Request) -> web.Response:
        """What the Paystack twin knows of a reference or an e-mail's payments, and how often it was charged."""
        wanted = {name: request.query[name] for name in ("reference", "email") if name in request.query}
        found = self._book.all(limit=1000, **wanted)
        shown = ("id", "business", "reference", "status", "amount", "currency", "email", "metadata")
        transactions = [
            {name: each[name] for name in (*shown, "charges", "refunded")}
            | {"refunds": len(self._book.refunds_of(each["id"]))}
            for each in found
        ]
        return _json(
            {
                "known": bool(found),
                "charges": sum(each["charges"] for each in found),
                "transactions": transactions,
            }
        )


def _json(data: object, status: int = 200) -> web.Response:
    return web.Response(status=status, body=orjson.dumps(data), content_type="application/json")
