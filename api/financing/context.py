"""Who asks: a dealer with their two keys, an app with the shop's, or nobody; and under which correlation id."""

from dataclasses import dataclass, field

from aiohttp import web
from structlog.contextvars import bind_contextvars

from api.graphql.documents import Document
from core.errors import Forbidden, NotSignedIn
from services.tenants import Scope, scope_by_dealer, scope_by_key

LONGEST_ID = 128


@dataclass(slots=True)
class FinancingContext:
    """One request. Whoever has no right key is told where they ask for something, as a member of the answer."""

    known: Scope | None
    refusal: NotSignedIn | None
    is_dealer: bool
    correlation_id: str = ""
    document: Document = field(init=False)

    @property
    def scope(self) -> Scope:
        """The platform and environment. Raises `NotSignedIn`."""
        if self.known is None:
            raise self.refusal or NotSignedIn
        return self.known

    @property
    def dealers_scope(self) -> Scope:
        """The same for what only a merchant may: the shop's own key is in every copy of its app. Raises `Forbidden` too."""
        scope = self.scope
        if not self.is_dealer:
            raise Forbidden("This needs the headers public-dealer-id and private-api-key.")
        return scope


async def open_context(request: web.Request) -> FinancingContext:
    """The context of a request, with or without a right key."""
    given = request.headers.get("correlation-id", "")
    correlation_id = given if given.isprintable() and len(given) <= LONGEST_ID else ""
    if correlation_id:
        bind_contextvars(correlation_id=correlation_id)
    dealer, secret = request.headers.get("public-dealer-id"), request.headers.get("private-api-key")
    is_dealer = dealer is not None or secret is not None
    try:
        scope = (
            await scope_by_dealer(dealer or "", secret or "")
            if is_dealer
            else await _scope_of_app(request.headers.get("x-api-key", ""))
        )
    except NotSignedIn as refusal:
        return FinancingContext(None, refusal, is_dealer, correlation_id)
    return FinancingContext(scope, None, is_dealer, correlation_id)


async def _scope_of_app(key: str) -> Scope:
    if not key:
        raise NotSignedIn(
            "A key is needed: send x-api-key, or public-dealer-id and private-api-key.", field="x-api-key"
        )
    return await scope_by_key(key)
