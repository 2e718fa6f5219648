"""People of staff: signing in with e-mail and password, and their sessions."""

from datetime import timedelta

from core.clock import now
from core.db import execute, fetch, fetch_one
from core.errors import InvalidCredentials
from core.ids import new_token
from core.limits import count_try, forget_tries
from models import StaffUser
from services.secrets import verify_secret
from services.staff.permissions import Desk
from services.tenants import Scope, hash_key, scope_by_id
from services.values import as_time

TRIES, TRIES_OF_ADDRESS, WITHIN_S = 10, 50, 900
LASTS, LASTS_REMEMBERED = timedelta(hours=12), timedelta(days=30)
LONGEST_NAME, LONGEST_PASSWORD = 255, 128


async def login(scope: Scope, username: str, password: str, address: str | None) -> Desk:
    """The person whose e-mail address and password these are.

    Raises `InvalidCredentials`, the same and after the same time whether there is such a person or not, and
    `TooManyTries` after ten tries of a user, or fifty from an `address` (of a client), in fifteen minutes.
    """
    email = username[:LONGEST_NAME].strip().lower()
    tenant = f"{scope.platform_id}:{scope.environment}"
    if address is not None:
        await count_try(f"staff-from:{tenant}:{address}", most=TRIES_OF_ADDRESS, within_s=WITHIN_S)
    what = f"staff:{tenant}:{hash_key(email)}"
    await count_try(what, most=TRIES, within_s=WITHIN_S)
    staff = await StaffUser.get_or_none(
        platform_id=scope.platform_id, environment=scope.environment, email=email, left_at=None
    )
    fits = len(password) <= LONGEST_PASSWORD
    if not await verify_secret(staff.password_hash if staff else None, password if fits else "") or not staff:
        raise InvalidCredentials
    await forget_tries(what)
    return Desk(
        scope,
        staff.id,
        staff.email,
        staff.role,
        staff.seller_id,
        address or "",
        staff.must_change_password,
    )


async def open_session(desk: Desk, *, remember: bool) -> str:
    """The token of a new session: for twelve hours, or thirty days."""
    token = new_token()
    await fetch(
        "INSERT INTO staff_session (platform_id, environment, token_hash, staff_id, secret_epoch, created_at, expires_at) "
        "VALUES ($1, $2, $3, $4, (SELECT secret_epoch FROM staff_user WHERE id = $4), $5, $6) RETURNING id",
        desk.scope.platform_id,
        desk.scope.environment,
        hash_key(token),
        desk.staff_id,
        now(),
        now() + (LASTS_REMEMBERED if remember else LASTS),
    )
    return token


async def desk_of(scope: Scope, token: str, address: str | None = None) -> Desk | None:
    """Who is at work with that token; None where it is unknown here, has run out, or is older than their password."""
    row = await fetch_one(
        "SELECT u.id, u.email, u.role, u.seller_id, u.must_change_password, s.expires_at FROM staff_session s JOIN staff_user u ON u.id = s.staff_id "
        "WHERE s.token_hash = $1 AND s.platform_id = $2 AND s.environment = $3 AND s.secret_epoch = u.secret_epoch "
        "AND u.left_at IS NULL",
        hash_key(token),
        scope.platform_id,
        scope.environment,
    )
    if row is None or as_time(row["expires_at"]) <= now():
        return None
    return Desk(
        scope,
        row["id"],
        row["email"],
        row["role"],
        row["seller_id"],
        address or "",
        bool(row["must_change_password"]),
    )


async def desk_anywhere(token: str, address: str | None = None) -> Desk | None:
    """As `desk_of`, in whichever shop the token was given."""
    row = await fetch_one(
        "SELECT platform_id, environment FROM staff_session WHERE token_hash = $1", hash_key(token)
    )
    if row is None:
        return None
    return await desk_of(await scope_by_id(row["platform_id"], row["environment"]), token, address)


async def end_session(scope: Scope, token: str) -> None:
    """The token is good for nothing any more."""
    await execute(
        "DELETE FROM staff_session WHERE token_hash = $1 AND platform_id = $2 AND environment = $3",
        hash_key(token),
        scope.platform_id,
        scope.environment,
    )
