"""Who asks the shop, and what was read for them so far in this request."""

from dataclasses import dataclass
from typing import Any

from aiohttp import web

from api.peers import peer_of
from api.vendure.context import Context
from core.errors import NotSignedIn
from core.limits import count_try
from core.settings import Settings
from services.buyers import Buyer
from services.catalogue.translations import OWN_LANGUAGE
from services.orders.views import OrderPart
from services.sessions import Visitor, open_visitor
from services.tenants import scope_by_code, scope_by_key

COOKIE = "session"
TOKEN_HEADER = "vendure-auth-token"
A_YEAR_S = 365 * 86400
CHANNEL = "app"
# Calls from one address that cost work before anybody has proven anything: a mobile network speaks for many people.
MOST_CALLS, WITHIN_S = 300, 900


# The fields of an order that are made from each part of it.
PARTS: dict[OrderPart, frozenset[str]] = {
    # What promotions take off, and each rate's tax, are said of the lines.
    "lines": frozenset({"lines", "discounts", "promotions", "taxSummary", "sellerOrders"}),
    "shipping": frozenset(
        {"shippingLines", "lines.shippingLine", "discounts", "promotions", "taxSummary", "sellerOrders"}
    ),
    "payments": frozenset({"payments"}),
    "sellers": frozenset({"sellerOrders", "type"}),
    "totals": frozenset(
        {
            "totalQuantity",
            "subTotal",
            "subTotalWithTax",
            "shipping",
            "shippingWithTax",
            "total",
            "totalWithTax",
            "taxSummary",
            "dueNow",
            "dueLater",
            "outstanding",
            "scheduledCharges",
            "lines.dueNow",
            "lines.dueLater",
            "lines.dueAt",
            "sellerOrders",
            "discounts",
            "promotions",
            *(
                f"lines.{name}{tax}"
                for name in (
                    "discountedUnitPrice",
                    "proratedUnitPrice",
                    "discountedLinePrice",
                    "proratedLinePrice",
                )
                for tax in ("", "WithTax")
            ),
            "lines.lineTax",
            "lines.discounts",
            "shippingLines.discountedPrice",
            "shippingLines.discountedPriceWithTax",
            "shippingLines.discounts",
        }
    ),
}


def wanted_parts(selected: frozenset[str]) -> frozenset[OrderPart]:
    """What has to be read of an order to answer these fields."""
    return frozenset(part for part, fields in PARTS.items() if fields & selected)


@dataclass(slots=True)
class ShopContext(Context):
    """One request. `tokens` are what the client named itself by, the strongest first."""

    tokens: list[str]
    bearer: str | None = None
    idempotency_key: str | None = None
    peer: str | None = None  # the client's address, where it is known
    remember: bool = True  # whether a browser keeps the session when it is closed
    _visitor: Visitor | None = None

    async def visitor(self, *, at_the_door: bool = False) -> Visitor:
        """Who is there; looked up when first asked, since most of the catalogue is anybody's.

        Raises `NotSignedIn` for a token that is no longer good, except `at_the_door`: who signs in may still
        carry an old one.
        """
        if self._visitor is None:
            self._visitor = await self._open(at_the_door)
        return self._visitor

    async def _open(self, at_the_door: bool) -> Visitor:
        for token in self.tokens:
            try:
                visitor = await open_visitor(self.scope, token)
            except NotSignedIn:
                if at_the_door:
                    continue
                raise
            if visitor.session_id is not None or visitor.customer_id is not None:
                return visitor
        return Visitor(self.scope)

    async def customer_id(self) -> int:
        """Who is signed in. Raises `NotSignedIn`."""
        customer_id = (await self.visitor()).customer_id
        if customer_id is None:
            raise NotSignedIn
        return customer_id

    async def known_as(self) -> list[str]:
        """The names that whoever asks is counted under."""
        visitor = await self.visitor()
        names = {"customer": visitor.customer_id, "session": visitor.session_id, "address": self.peer}
        return [f"{kind}:{name}" for kind, name in names.items() if name is not None]

    async def count_call(self, name: str) -> None:
        """Raises `TooManyTries` past `MOST_CALLS` of the client's address in fifteen minutes."""
        if self.peer:
            what = f"address:{self.scope.platform_id}:{self.scope.environment}:shop-{name}:{self.peer}"
            await count_try(what, most=MOST_CALLS, within_s=WITHIN_S)

    async def buyer(self, info: Any) -> Buyer:
        """Whose cart is filled, and what of it the document asks for."""
        return (await self.visitor()).buyer(CHANNEL, wanted_parts(self.selected(info)))

    def tell(self, response: web.Response) -> None:
        """Send the token of a session that was begun or changed, and take back one that was ended."""
        if self._visitor is None:
            return
        token = self._visitor.token
        if token and token not in self.tokens:
            response.headers[TOKEN_HEADER] = token
            response.set_cookie(
                COOKIE,
                token,
                max_age=A_YEAR_S if self.remember else None,
                httponly=True,
                samesite="Lax",
                secure=self.settings.base_url.startswith("https://"),
            )
        elif self.tokens and token is None and self._visitor.customer_id is None:
            response.del_cookie(COOKIE)


async def open_context(request: web.Request, settings: Settings) -> ShopContext:
    """The context of a request. Raises `NotSignedIn` for a wrong API key, `NotFound` for an unknown platform."""
    headers = request.headers
    key = headers.get("x-api-key")
    if key:
        scope = await scope_by_key(key)
    else:
        code = headers.get("vendure-token") or settings.default_platform
        scope = await scope_by_code(code, settings.default_environment)
    scheme, _, credentials = headers.get("Authorization", "").partition(" ")
    bearer = credentials.strip() if scheme.lower() == "bearer" else None
    named = (bearer, headers.get(TOKEN_HEADER), request.cookies.get(COOKIE))
    context = ShopContext(
        scope,
        settings,
        [token for token in named if token],
        bearer,
        headers.get("Idempotency-Key"),
        peer_of(request),
    )
    # Vendure's way of asking for texts in another language; one that nothing is written in changes nothing.
    language = request.query.get("languageCode")
    context.language = None if language == OWN_LANGUAGE else language
    return context
