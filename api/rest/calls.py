"""One call to the REST API: whose platform it is, who calls, and whose cart is meant."""

from dataclasses import dataclass

from aiohttp import web

from api.peers import peer_of
from core.errors import InvalidInput, NotSignedIn
from core.settings import Settings
from models import Customer
from services.accounts.tokens import read_token
from services.buyers import Buyer
from services.orders.views import EVERYTHING, OrderPart
from services.sessions import Visitor, keep_cart, open_guest, open_visitor
from services.tenants import Scope, scope_by_key

CHANNEL = "rest"
LONGEST_SESSION = 100


@dataclass(slots=True)
class Call:
    """`customer` is whoever's Bearer token it is. `message` replaces the endpoint's own in the answer; `status` too."""

    scope: Scope
    settings: Settings
    idempotency_key: str | None = None
    peer: str | None = None  # the client's address, where it is known
    customer: Customer | None = None
    visitor: Visitor | None = None
    message: str | None = None
    status: int = 200
    _buyer: Buyer | None = None

    @property
    def signed_in(self) -> Customer:
        """The customer. Raises `NotSignedIn`."""
        if self.customer is None:
            raise NotSignedIn("Customer not authenticated")
        return self.customer

    def buyer(self, wants: frozenset[OrderPart] = EVERYTHING) -> Buyer:
        """Whose cart it is: the customer's, else the guest's. Raises `NotSignedIn`."""
        if self._buyer is None:
            if self.visitor is None:
                who = self.signed_in
                self._buyer = Buyer(self.scope, CHANNEL, who.id, customer=who)
            else:
                self._buyer = self.visitor.buyer(CHANNEL)
        self._buyer.wants = wants
        return self._buyer

    async def as_guest(self, session_id: str | None) -> None:
        """Go on as the guest who named their cart so, where nobody is signed in."""
        if self.customer is None and session_id:
            self.visitor = await open_guest(self.scope, checked_session(session_id))

    async def keep_cart(self) -> None:
        """Remember the cart that a guest's first item began."""
        if self.visitor is not None and self._buyer is not None:
            await keep_cart(self.visitor, self._buyer)

    def asset_url(self, path: str) -> str:
        """The public address of a picture."""
        return f"{self.settings.base_url}/assets/{path}"


def checked_session(session_id: str) -> str:
    """The name that a client gave a guest's cart. Raises `InvalidInput`."""
    if not (0 < len(session_id) <= LONGEST_SESSION and session_id.isascii() and session_id.isprintable()):
        raise InvalidInput(
            f"sessionId has 1 to {LONGEST_SESSION} printable ASCII characters.", field="sessionId"
        )
    return session_id


async def open_call(request: web.Request, settings: Settings, *, with_customer: bool) -> Call:
    """Who calls; `with_customer` reads the token, which is of no account where anybody may. Raises `NotSignedIn` for a missing or wrong key and for a token that isn't good."""
    key = request.headers.get("x-api-key", "")
    if not key:
        raise NotSignedIn("An API key is needed: send it as x-api-key.", field="x-api-key")
    scope = await scope_by_key(key)
    call = Call(scope, settings, request.headers.get("Idempotency-Key") or None, peer_of(request))
    if with_customer and (token := _bearer(request)):
        call.customer = await _customer(scope, token)
    return call


def _bearer(request: web.Request) -> str | None:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" and token.strip() else None


async def _customer(scope: Scope, token: str) -> Customer:
    bearer = await read_token(scope, token)
    if bearer.purpose != "session":
        raise NotSignedIn("That token is not valid here.")
    if bearer.session_id is not None:
        # It ends with the session it was given for.
        await open_visitor(scope, token)
    return bearer.customer
