"""Sessions of staff: each is an opaque token in one browser, which can be listed and ended."""

from dataclasses import dataclass
from datetime import timedelta

from core.clock import now
from core.db import Row, execute, fetch, fetch_one
from core.ids import new_token
from models import StaffSession, StaffUser
from services.paging import possible_ids, storable
from services.staff.permissions import Desk
from services.tenants import Scope, hash_key, scope_by_id
from services.values import as_time

LASTS, LASTS_REMEMBERED = timedelta(hours=12), timedelta(days=30)
SEEN_EVERY = timedelta(minutes=5)


async def open_session(desk: Desk, *, remember: bool, browser: str = "") -> str:
    """The token of a new session: for twelve hours, or thirty days. `browser` is what it calls itself."""
    token = new_token()
    await fetch(
        "INSERT INTO staff_session (platform_id, environment, token_hash, staff_id, secret_epoch, created_at, expires_at, "
        "seen_at, address, browser) "
        "VALUES ($1, $2, $3, $4, (SELECT secret_epoch FROM staff_user WHERE id = $4), $5, $6, $5, $7, $8) RETURNING id",
        desk.scope.platform_id,
        desk.scope.environment,
        hash_key(token),
        desk.staff_id,
        now(),
        now() + (LASTS_REMEMBERED if remember else LASTS),
        desk.address[:64],
        storable(browser)[:200],
    )
    return token


async def desk_of(scope: Scope, token: str, address: str | None = None) -> Desk | None:
    """Who is at work with that token; None where it is unknown here, has run out, or is older than their password."""
    found = await whose_session(token, address)
    mine = found is not None and (found.desk.scope.platform_id, found.desk.scope.environment) == (
        scope.platform_id,
        scope.environment,
    )
    return found.desk if found is not None and mine else None


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody at work in one browser. `name` is what they call themselves, their address where they have no name."""

    id: int
    desk: Desk
    name: str


async def whose_session(token: str, address: str | None = None) -> Session | None:
    """Who is at work with that token, in whatever shop; None where it has run out or is older than their password."""
    row = await fetch_one(
        "SELECT s.id AS session_id, s.platform_id, s.environment, s.created_at, s.expires_at, s.seen_at, u.id, u.email, u.first_name, "
        "u.last_name, u.role, u.seller_id, u.must_change_password, p.staff_second_factor, u.totp_since "
        "FROM staff_session s JOIN staff_user u ON u.id = s.staff_id JOIN platform p ON p.id = s.platform_id "
        "WHERE s.token_hash = $1 AND s.secret_epoch = u.secret_epoch AND u.left_at IS NULL",
        hash_key(token),
    )
    if row is None or as_time(row["expires_at"]) <= now():
        return None
    await _seen(row)
    desk = Desk(
        await scope_by_id(row["platform_id"], row["environment"]),
        row["id"],
        row["email"],
        row["role"],
        row["seller_id"],
        address or "",
        bool(row["must_change_password"]),
        bool(row["staff_second_factor"]) and row["totp_since"] is None,
        as_time(row["created_at"]),
    )
    name = f"{row['first_name']} {row['last_name']}".strip()
    return Session(row["session_id"], desk, name or row["email"])


async def _seen(row: Row) -> None:
    at = as_time(row["seen_at"]) if row["seen_at"] else None
    if at is None or now() - at > SEEN_EVERY:
        await execute("UPDATE staff_session SET seen_at = $2 WHERE id = $1", row["session_id"], now())


async def list_sessions(desk: Desk) -> list[StaffSession]:
    """One's own sessions that are still good, the last used first."""
    epoch = (await StaffUser.get(id=desk.staff_id)).secret_epoch
    return await StaffSession.filter(
        staff_id=desk.staff_id, secret_epoch=epoch, expires_at__gt=now()
    ).order_by("-seen_at", "-id")


async def end_sessions(desk: Desk, *, session_id: int | None = None, but: int | None = None) -> int:
    """End one of one's own sessions, or all `but` one; how many ended."""
    mine = StaffSession.filter(staff_id=desk.staff_id)
    if session_id is not None:
        mine = mine.filter(id__in=possible_ids([session_id]))
    if but is not None:
        mine = mine.exclude(id=but)
    return await mine.delete()


async def end_session(scope: Scope, token: str) -> None:
    """The token is good for nothing any more."""
    await execute(
        "DELETE FROM staff_session WHERE token_hash = $1 AND platform_id = $2 AND environment = $3",
        hash_key(token),
        scope.platform_id,
        scope.environment,
    )
