"""Visitors of the shop API: guests and customers, by an opaque session token or a JWT."""

from dataclasses import dataclass
from datetime import timedelta

from core.clock import now
from core.db import execute, fetch, fetch_one, for_update, transaction
from core.errors import NotSignedIn
from core.ids import new_token
from models import Customer
from services.accounts.standing import check_open
from services.accounts.tokens import read_token, scope_of_token
from services.buyers import Buyer
from services.carts import join_guest_carts
from services.orders.views import EVERYTHING, OrderPart
from services.tenants import Scope, hash_key, scope_by_id
from services.values import as_time

LIFETIME = timedelta(days=365)
# How the tokens of guests begin who were named by their client: no token that was given to anybody does.
NAMED = "named:"


@dataclass(slots=True)
class Visitor:
    """Who is there. `session_id` is None until something has to be kept; `token` is what names the session."""

    scope: Scope
    token: str | None = None
    session_id: int | None = None
    customer_id: int | None = None
    order_id: int | None = None
    challenge_id: int | None = None

    def buyer(self, channel: str, wants: frozenset[OrderPart] = EVERYTHING) -> Buyer:
        """Whose cart this visitor fills, for a caller who will look at those parts of it."""
        return Buyer(
            self.scope, channel, self.customer_id, None if self.customer_id else self.order_id, wants
        )


async def open_visitor(scope: Scope, token: str | None) -> Visitor:
    """The visitor with that token, in one statement; a new guest where it is unknown or has run out.

    A JWT signs in where its purpose is "session". Raises `NotSignedIn` for one that isn't good: somebody who
    believes to be signed in must not fill a stranger's cart. Nothing is written.
    """
    if not token or len(token) > 2000 or token.startswith(NAMED):
        return Visitor(scope)
    if token.count(".") == 2:
        return await _by_jwt(scope, token)
    return await _by_row(scope, "s.token_hash = $1", hash_key(token), token) or Visitor(scope)


async def visitor_anywhere(token: str) -> Visitor | None:
    """The customer with that token, in whichever shop it was given; None where it isn't a customer's.

    Raises `NotSignedIn` for a JWT that isn't good.
    """
    if len(token) > 2000 or token.startswith(NAMED):
        return None
    if token.count(".") == 2:
        scope = await scope_of_token(token)
    else:
        row = await fetch_one(
            "SELECT platform_id, environment FROM shop_session WHERE token_hash = $1", hash_key(token)
        )
        scope = await scope_by_id(row["platform_id"], row["environment"]) if row else None
    visitor = await open_visitor(scope, token) if scope else None
    return visitor if visitor and visitor.customer_id is not None else None


async def open_guest(scope: Scope, name: str) -> Visitor:
    """The guest whose cart a client calls `name`; who guesses the name sees the cart, so it should be long.

    Nothing is written.
    """
    token = f"{NAMED}{scope.platform_id}:{scope.environment}:{name}"
    return await _by_row(scope, "s.token_hash = $1", hash_key(token), token) or Visitor(scope, token)


async def _by_row(scope: Scope, which: str, value: str | int, token: str | None) -> Visitor | None:
    row = await fetch_one(
        "SELECT s.id, s.customer_id, s.order_id, s.challenge_id, s.secret_epoch, s.expires_at, "
        "c.secret_epoch AS current_epoch, c.locked_at FROM shop_session s LEFT JOIN customer c ON c.id = s.customer_id "
        f"WHERE {which} AND s.platform_id = $2 AND s.environment = $3",
        value,
        scope.platform_id,
        scope.environment,
    )
    if row is None or as_time(row["expires_at"]) <= now():
        return None
    if row["customer_id"] is not None and (row["secret_epoch"] != row["current_epoch"] or row["locked_at"]):
        return None
    return Visitor(scope, token, row["id"], row["customer_id"], row["order_id"], row["challenge_id"])


async def _by_jwt(scope: Scope, token: str) -> Visitor:
    bearer = await read_token(scope, token)
    if bearer.purpose != "session":
        # It opens one thing only, which asks for it by itself.
        return Visitor(scope)
    if bearer.session_id is None:
        return Visitor(scope, customer_id=bearer.customer.id)
    visitor = await _by_row(scope, "s.id = $1", bearer.session_id, None)
    if visitor is None or visitor.customer_id != bearer.customer.id:
        raise NotSignedIn("You have signed out. Please sign in again.")
    return visitor


async def keep_session(visitor: Visitor) -> None:
    """Write who the visitor is and what they hold; a first time makes the session and its token."""
    if visitor.session_id is not None:
        await execute(
            "UPDATE shop_session SET customer_id = $2, order_id = $3, challenge_id = $4 WHERE id = $1",
            visitor.session_id,
            visitor.customer_id,
            visitor.order_id,
            visitor.challenge_id,
        )
        return
    visitor.token = visitor.token or new_token()
    # A named guest's session may have been made by another request meanwhile, or have run out long ago.
    rows = await fetch(
        "INSERT INTO shop_session (platform_id, environment, token_hash, customer_id, order_id, challenge_id, "
        "secret_epoch, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, "
        "COALESCE((SELECT secret_epoch FROM customer WHERE id = $4), 0), $7, $8) "
        "ON CONFLICT (token_hash) DO UPDATE SET expires_at = excluded.expires_at, "
        "order_id = CASE WHEN shop_session.expires_at <= $7 THEN NULL ELSE shop_session.order_id END RETURNING id",
        visitor.scope.platform_id,
        visitor.scope.environment,
        hash_key(visitor.token),
        visitor.customer_id,
        visitor.order_id,
        visitor.challenge_id,
        now(),
        now() + LIFETIME,
    )
    visitor.session_id = rows[0]["id"]


async def keep_cart(visitor: Visitor, buyer: Buyer) -> None:
    """Remember the order that a guest's first item began.

    Where another request of the same guest was faster, what this one put in joins the cart that it began.
    """
    if visitor.customer_id is not None or buyer.order_id in (None, visitor.order_id):
        return
    if visitor.session_id is None and visitor.token is None:
        visitor.order_id = buyer.order_id
        await keep_session(visitor)
        return
    async with transaction():
        if visitor.session_id is None:
            await keep_session(visitor)
        row = await fetch_one(
            f"SELECT order_id FROM shop_session WHERE id = $1{for_update()}", visitor.session_id
        )
        first = row["order_id"] if row else None
        if first not in (None, visitor.order_id):
            await join_guest_carts(buyer, first)
        visitor.order_id = buyer.order_id
        await keep_session(visitor)


async def sign_in(visitor: Visitor, customer: Customer) -> None:
    """Make the visitor that customer, under a new token: one that was known before must not become theirs.

    Raises `AccountLocked`.
    """
    check_open(customer)
    await sign_out(visitor)
    visitor.customer_id = customer.id
    await keep_session(visitor)


async def sign_out(visitor: Visitor) -> None:
    """End the session; the visitor is a new guest."""
    if visitor.session_id is not None:
        await execute("DELETE FROM shop_session WHERE id = $1", visitor.session_id)
    visitor.token = visitor.session_id = visitor.customer_id = visitor.order_id = visitor.challenge_id = None
