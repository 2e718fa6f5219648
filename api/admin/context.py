"""Who of staff asks, in which shop, and the token that names their session."""

from dataclasses import dataclass, field

from aiohttp import web

from api.graphql.batches import Batch
from api.peers import peer_of
from api.vendure.context import Context
from core.errors import NotSignedIn
from core.settings import Settings
from models import Customer
from services.sellers.keeping import SellerView
from services.shipping.desk import WayView
from services.staff import Desk, desk_of
from services.taxes.desk import CategoryView
from services.tenants import scope_by_code

COOKIE = "staff"
TOKEN_HEADER = "vendure-auth-token"
REMEMBERED_S = 30 * 86400


@dataclass(slots=True)
class AdminContext(Context):
    """One request. `tokens` are what the client named itself by; `began` is a session that it opened, `ended` that it
    ended one.
    """

    tokens: list[str]
    address: str | None
    began: str | None = None
    remember: bool = False
    ended: bool = False
    buyers: set[int] = field(default_factory=set, init=False)  # customers of orders that are shown
    customers: Batch[Customer] | None = field(default=None, init=False)
    sellers: set[int] = field(default_factory=set, init=False)  # whose goods are shown
    known_sellers: Batch[SellerView] | None = field(default=None, init=False)
    sellers_of_products: Batch[SellerView] | None = field(default=None, init=False)
    ways: set[int] = field(default_factory=set, init=False)  # of delivery that are shown
    known_ways: Batch[WayView] | None = field(default=None, init=False)
    tax_categories: Batch[CategoryView] | None = field(default=None, init=False)
    _desk: Desk | None = None

    async def someone(self) -> Desk | None:
        """Who is signed in, if anybody is."""
        for token in self.tokens if self._desk is None else ():
            self._desk = self._desk or await desk_of(self.scope, token, self.address)
        return self._desk

    async def desk(self) -> Desk:
        """Raises `NotSignedIn`."""
        desk = await self.someone()
        if desk is None:
            raise NotSignedIn
        return desk

    def enter(self, desk: Desk, token: str, *, remember: bool) -> None:
        """From now on this is who asks."""
        self._desk, self.began, self.remember, self.ended = desk, token, remember, False

    def leave(self) -> None:
        self._desk, self.began, self.ended, self.tokens = None, None, True, []

    def tell(self, response: web.Response) -> None:
        """Send the token of a session that was begun, and take back one that was ended."""
        if self.began is not None:
            response.headers[TOKEN_HEADER] = self.began
            response.set_cookie(
                COOKIE,
                self.began,
                max_age=REMEMBERED_S if self.remember else None,
                httponly=True,
                samesite="Strict",
                secure=self.settings.base_url.startswith("https://"),
            )
        elif self.ended:
            response.del_cookie(COOKIE)


async def open_context(request: web.Request, settings: Settings) -> AdminContext:
    """The context of a request. Raises `NotFound` for an unknown platform."""
    headers = request.headers
    code = headers.get("vendure-token") or settings.default_platform
    scope = await scope_by_code(code, settings.default_environment)
    scheme, _, credentials = headers.get("Authorization", "").partition(" ")
    bearer = credentials.strip() if scheme.lower() == "bearer" else None
    named = (bearer, headers.get(TOKEN_HEADER), request.cookies.get(COOKIE))
    return AdminContext(scope, settings, [token for token in named if token], peer_of(request))
