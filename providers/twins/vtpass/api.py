"""The VTpass twin's API: two pairs of keys, price lists, verification, purchases and questions after them."""

import orjson
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from providers.twins.sandbox import Sandbox
from providers.twins.script import DECLINED, DROPPED, OUTCOME, Rule, Stage
from providers.twins.store import Document
from providers.twins.vtpass import wire
from providers.twins.vtpass.counter import Counter
from providers.twins.vtpass.lines import verify
from providers.twins.vtpass.plans import CATEGORIES, SERVICES, variations
from providers.twins.vtpass.wire import Refusal


def create_vtpass(sandbox: Sandbox, counter: Counter) -> web.Application:
    """The application under /vtpass."""
    api = Api(sandbox, counter)
    stage = Stage(sandbox.script, "vtpass", sandbox.settings.hang_s)
    app = web.Application(middlewares=[stage.middleware(), api.authenticated])
    app.add_routes(
        [
            web.get("/balance", api.balance, name="balance"),
            web.get("/service-categories", api.categories, name="categories"),
            web.get("/services", api.services, name="services"),
            web.get("/service-variations", api.variations, name="variations"),
            web.post("/merchant-verify", api.verify, name="verify"),
            web.post("/pay", api.pay, name="pay"),
            web.post("/requery", api.requery, name="requery"),
        ]
    )
    return app


class Api:
    """The handlers; each answers HTTP 200 with a code."""

    def __init__(self, sandbox: Sandbox, counter: Counter) -> None:
        self._settings, self._counter = sandbox.settings, counter

    @property
    def authenticated(self) -> Middleware:
        """The middleware that checks the pair of keys and words every refusal."""

        @web.middleware
        async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
            name, second = ("public-key", self._settings.vtpass_public_key)
            if request.method != "GET":
                name, second = ("secret-key", self._settings.vtpass_secret_key)
            given = (request.headers.get("api-key"), request.headers.get(name))
            try:
                if given != (self._settings.vtpass_api_key, second):
                    raise Refusal("087", status=401)
                rule: Rule | None = request.get(DECLINED)
                # A declined sale is kept where a real one would be, so that is the counter's to word.
                if rule and request.match_info.route.name != "pay":
                    raise Refusal(f"{rule.code or 83:03d}")
                return await handler(request)
            except Refusal as refusal:
                return wire.respond(refusal.body, refusal.status)

        return check

    async def balance(self, _: web.Request) -> web.Response:
        return wire.respond({"code": 1, "contents": {"balance": self._counter.balance() / 100}})

    async def categories(self, _: web.Request) -> web.Response:
        return wire.listed([{"identifier": code, "name": name} for code, name in CATEGORIES.items()])

    async def services(self, request: web.Request) -> web.Response:
        wanted = request.query.get("identifier")
        return wire.listed([wire.service(code) for code, (kind, *_) in SERVICES.items() if kind == wanted])

    async def variations(self, request: web.Request) -> web.Response:
        service = request.query.get("serviceID", "")
        found = variations(service)
        if not found:
            return wire.respond(
                {"response_description": "012", "content": {"errors": "PRODUCT DOES NOT EXIST"}}
            )
        content = {"ServiceName": SERVICES[service][1], "serviceID": service, "convinience_fee": "0 %"}
        # VTpass writes it both ways.
        return wire.listed(content | {"variations": found, "varations": found})

    async def verify(self, request: web.Request) -> web.Response:
        body = await _body(request)
        number, service = str(body.get("billersCode") or ""), str(body.get("serviceID") or "")
        return wire.respond({"code": "000", "content": verify(number, service, str(body.get("type") or ""))})

    async def pay(self, request: web.Request) -> web.Response:
        rule: Rule | None = request.get(DECLINED) or request.get(OUTCOME)
        answer, scripted = self._counter.pay(await _body(request), rule)
        # The script's middleware loses an answer that is marked so.
        request[DROPPED] = scripted == "time_out"
        if scripted == "no_response":
            return web.Response()
        if scripted == "unexpected":
            return wire.respond({"response": "UNEXPECTED"})
        return wire.respond(answer)

    async def requery(self, request: web.Request) -> web.Response:
        body = await _body(request)
        return wire.respond(self._counter.requery(str(body.get("request_id") or "")))


async def _body(request: web.Request) -> Document:
    """The request's fields; VTpass takes JSON and forms."""
    if request.content_type != "application/json":
        return dict(await request.post())
    try:
        body = orjson.loads(await request.read())
    except orjson.JSONDecodeError:
        body = None
    if not isinstance(body, dict):
        raise Refusal("011")
    return body
