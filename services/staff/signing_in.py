"""People of staff: signing in with e-mail, password and second factor."""

from core.errors import CodeInvalid, InvalidCredentials
from core.limits import count_try, forget_tries
from models import Platform, StaffUser
from services.secrets import verify_secret
from services.staff.auditing import record
from services.staff.permissions import Desk
from services.staff.proving import check_code
from services.staff.sessions import open_session
from services.tenants import Scope, hash_key

TRIES, TRIES_OF_ADDRESS, WITHIN_S = 10, 50, 900
LONGEST_NAME, LONGEST_PASSWORD = 255, 128


async def check_password(scope: Scope, username: str, password: str, address: str | None) -> StaffUser:
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
    return staff


async def login(
    scope: Scope, username: str, password: str, address: str | None, code: str | None = None
) -> Desk:
    """Who signs in with a password and, where they have a second factor, with its code (or a recovery code).

    Raises as `check_password`, and `CodeInvalid` where a code is needed and this is none.
    """
    staff = await check_password(scope, username, password, address)
    if staff.totp_since is not None:
        if not code:
            raise CodeInvalid("Please send the code of your authenticator app as well.", field="totpCode")
        await check_code(staff, code)
    return await desk_for(scope, staff, address)


async def desk_for(scope: Scope, staff: StaffUser, address: str | None) -> Desk:
    """Somebody who proved who they are, at work."""
    required = (await Platform.get(id=scope.platform_id)).staff_second_factor
    return Desk(
        scope,
        staff.id,
        staff.email,
        staff.role,
        staff.seller_id,
        address or "",
        staff.must_change_password,
        required and staff.totp_since is None,
    )


async def enter(scope: Scope, staff: StaffUser, address: str | None, *, remember: bool, browser: str) -> str:
    """The token of a new session at the desk in the browser, for somebody who proved who they are."""
    desk = await desk_for(scope, staff, address)
    token = await open_session(desk, remember=remember, browser=browser)
    await record(desk, "signed_in", "administrator", desk.staff_id, browser=browser)
    return token
