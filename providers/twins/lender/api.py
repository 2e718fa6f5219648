"""The lender's twin's API, as `providers.lender` describes it."""

from typing import Annotated, Any, Literal

import orjson
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from pydantic import AwareDatetime, BaseModel, Field, ValidationError

from providers.twins.lender.book import Applications
from providers.twins.sandbox import Sandbox
from providers.twins.script import DECLINED, Stage
from providers.twins.store import Document

Minor = Annotated[int, Field(strict=True, gt=0, le=10**15)]


class _Applicant(BaseModel):
    first_name: str = Field(min_length=1)
    last_name: str = Field(min_length=1)
    phone: str = Field(pattern=r"^\+\d{8,15}$")
    email: str = ""
    address: str = ""
    tax_id_last4: str = Field("", max_length=4)


class _Application(BaseModel):
    reference: str = Field(min_length=8, max_length=64)
    product: Literal["loan", "lease"]
    currency: str = Field(min_length=3, max_length=3)
    amount: Minor
    monthly_income: int = Field(strict=True, ge=0, le=10**15)
    consented_at: AwareDatetime
    applicant: _Applicant
    items: list[dict[str, Any]] = []
    information: str = ""


class _Acceptance(BaseModel):
    product: int
    amount: Minor


class Refusal(Exception):
    """What the lender doesn't do, on the wire."""

    def __init__(self, status: int, code: str, message: str) -> None:
        self.status, self.body = status, {"code": code, "message": message}
        super().__init__(message)


def create_lender(sandbox: Sandbox, applications: Applications) -> web.Application:
    """The application under /lender."""
    api = Api(sandbox, applications)
    stage = Stage(sandbox.script, "lender", sandbox.settings.hang_s)
    app = web.Application(middlewares=[stage.middleware(), api.authenticated])
    one = "/v1/applications/{reference}"
    app.add_routes(
        [
            web.get("/v1/account", api.account, name="account"),
            web.post("/v1/applications", api.apply, name="apply"),
            web.get(one, api.standing, name="standing"),
            web.post(f"{one}/information", api.inform, name="inform"),
            web.post(f"{one}/acceptance", api.accept, name="accept"),
            web.post(f"{one}/fulfilment", api.fulfil, name="fulfil"),
            web.post(f"{one}/withdrawal", api.withdraw, name="withdraw"),
        ]
    )
    return app


class Api:
    """The handlers; each answers the application as it stands then."""

    def __init__(self, sandbox: Sandbox, applications: Applications) -> None:
        self._key, self._book = sandbox.settings.lender_api_key, applications

    @property
    def authenticated(self) -> Middleware:
        """The middleware that checks the key and words every refusal."""

        @web.middleware
        async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
            try:
                if request.headers.get("Authorization") != f"Bearer {self._key}":
                    raise Refusal(401, "unauthorized", "That key is not known here")
                # What is declined on command is decided so; anything else is refused.
                if DECLINED in request and request.match_info.route.name not in ("apply", "accept"):
                    raise Refusal(422, "declined_on_command", "Declined by the sandbox's script")
                return await handler(request)
            except Refusal as refusal:
                return _json(refusal.body, refusal.status)

        return check

    async def account(self, _: web.Request) -> web.Response:
        return _json({"name": "Twin Lending", "products": ["loan", "lease"]})

    async def apply(self, request: web.Request) -> web.Response:
        body = (await _read(request, _Application)).model_dump(mode="json")
        known = self._book.find(body["reference"]) is not None
        kept = self._book.apply(body)
        if DECLINED in request and not known:
            self._book.decline(kept, "declined_on_command")
        return _json(self._book.shown(kept), 200 if known else 201)

    async def standing(self, request: web.Request) -> web.Response:
        return _json(self._book.shown(self._named(request)))

    async def inform(self, request: web.Request) -> web.Response:
        kept = self._named(request)
        if kept["status"] == "information_needed":
            kept["informed"] = True
            self._book.review(kept)
        return _json(self._book.shown(kept))

    async def accept(self, request: web.Request) -> web.Response:
        wanted, kept = await _read(request, _Acceptance), self._named(request)
        if kept["status"] == "approved":
            self._take(request, kept, wanted)
        elif kept["status"] not in ("accepted", "fulfilled", "declined"):
            raise Refusal(409, "not_approved", f"The application is {kept['status']}")
        return _json(self._book.shown(kept))

    async def fulfil(self, request: web.Request) -> web.Response:
        kept = self._named(request)
        if kept["status"] == "accepted":
            order = str((await _object(request)).get("order") or "")
            self._book.change(kept, status="fulfilled", order=order)
        elif kept["status"] != "fulfilled":
            raise Refusal(409, "not_accepted", f"The application is {kept['status']}")
        return _json(self._book.shown(kept))

    async def withdraw(self, request: web.Request) -> web.Response:
        kept = self._named(request)
        if kept["status"] not in ("withdrawn", "declined"):
            self._book.change(kept, status="withdrawn")
        return _json(self._book.shown(kept))

    def _take(self, request: web.Request, kept: Document, wanted: _Acceptance) -> None:
        offer = next((each for each in kept["offers"] if each["product"] == wanted.product), None)
        if offer is None or not offer["minimum"] <= wanted.amount <= offer["amount"]:
            raise Refusal(422, "no_such_offer", "That was not offered")
        if DECLINED in request or kept["tax_id"] == "0005":
            self._book.decline(kept, "offer_withdrawn")
        else:
            self._book.change(
                kept, status="accepted", accepted={"product": wanted.product, "amount": wanted.amount}
            )

    def _named(self, request: web.Request) -> Document:
        kept = self._book.find(request.match_info["reference"])
        if kept is None:
            raise Refusal(404, "not_found", "There is no application under that reference")
        return kept


async def _object(request: web.Request) -> Document:
    try:
        body = orjson.loads(await request.read())
    except orjson.JSONDecodeError:
        body = None
    if not isinstance(body, dict):
        raise Refusal(400, "invalid_json", "The body is no JSON object")
    return body


async def _read(request: web.Request, model: type[Any]) -> Any:
    try:
        return model.model_validate(await _object(request))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise Refusal(422, "invalid", f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None


def _json(body: Document, status: int = 200) -> web.Response:
    return web.Response(status=status, body=orjson.dumps(body), content_type="application/json")
