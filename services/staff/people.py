"""Who works in the market: taking somebody on, changing what they are, letting them go."""

from datetime import timedelta
from typing import Any

from core.clock import now
from core.db import execute, transaction
from core.errors import AlreadyRegistered, Forbidden, InvalidInput, NotFound
from core.limits import count_try
from models import Seller, StaffSession, StaffUser
from services.accounts.customers import checked_text
from services.accounts.emails import checked_email
from services.secrets import hash_secret, verify_secret
from services.staff.auditing import changes, record
from services.staff.permissions import ROLES, Desk, check_may
from services.staff.signing_in import LONGEST_PASSWORD, TRIES, WITHIN_S
from services.tenants import Scope

SHORTEST_PASSWORD = 8
RECENTLY = timedelta(minutes=15)


async def list_staff(desk: Desk) -> list[StaffUser]:
    """Everybody who works here, in the order they came. Raises `Forbidden`."""
    check_may(desk, "ReadAdministrator")
    return await StaffUser.filter(**_mine(desk.scope), left_at=None).order_by("id")


async def get_staff(desk: Desk, staff_id: int) -> StaffUser:
    """One of them; oneself may always be seen. Raises `Forbidden`, `NotFound`."""
    if staff_id != desk.staff_id:
        check_may(desk, "ReadAdministrator")
    found = await StaffUser.get_or_none(id=staff_id, **_mine(desk.scope), left_at=None)
    if found is None:
        raise NotFound("Nobody of staff has that number.")
    return found


async def add_first(scope: Scope, email: str, password: str, role: str) -> StaffUser:
    """Somebody whom nobody at the desk took on, but who runs the server. They change the password first.

    Raises `InvalidInput`, `AlreadyRegistered` for an address that somebody has here.
    """
    await _check_role(scope, role, None)
    email, password_hash = checked_email(email), await hash_secret(checked_password(password))
    await _check_free(scope, email, 0)
    return await StaffUser.create(
        **_mine(scope), email=email, password_hash=password_hash, must_change_password=True, role=role
    )


async def take_on(
    desk: Desk,
    *,
    first_name: str,
    last_name: str,
    email: str,
    password: str,
    role: str,
    seller_id: int | None,
) -> StaffUser:
    """Somebody new, who must change the password that was chosen for them.

    Raises `Forbidden`, `InvalidInput`, `AlreadyRegistered` for an address that somebody has here.
    """
    check_may(desk, "CreateAdministrator")
    await _check_role(desk.scope, role, seller_id)
    password_hash, email = await hash_secret(checked_password(password)), checked_email(email)
    async with transaction():
        await _check_free(desk.scope, email, 0)
        staff = await StaffUser.create(
            **_mine(desk.scope),
            email=email,
            first_name=checked_text(first_name, "firstName", 100),
            last_name=checked_text(last_name, "lastName", 100),
            password_hash=password_hash,
            must_change_password=True,
            role=role,
            seller_id=seller_id,
        )
        await record(desk, "created", "administrator", staff.id, email=email, role=role, seller=seller_id)
    return staff


async def change_staff(
    desk: Desk,
    staff_id: int,
    *,
    first_name: str | None = None,
    last_name: str | None = None,
    email: str | None = None,
    password: str | None = None,
    role: str | None = None,
) -> StaffUser:
    """Write what is given; a new password or role ends their sessions.

    Raises `Forbidden` (also for who would change their own role), `NotFound`, `InvalidInput`, `AlreadyRegistered`.
    """
    check_may(desk, "UpdateAdministrator")
    if role is not None and staff_id == desk.staff_id:
        raise Forbidden("Nobody changes their own role.")
    secret: dict[str, Any] = {}
    if password is not None:
        hashed = await hash_secret(checked_password(password))
        secret = {"password_hash": hashed, "must_change_password": True}
    async with transaction():
        staff = await get_staff(desk, staff_id)
        if role is not None:
            await _check_role(desk.scope, role, staff.seller_id)
        written = await _named(desk.scope, staff_id, first_name, last_name, email)
        if role is not None:
            written["role"] = role
        await _write(desk, staff, written | secret)
    return await get_staff(desk, staff_id)


async def change_oneself(
    desk: Desk,
    *,
    first_name: str | None = None,
    last_name: str | None = None,
    email: str | None = None,
    password: str | None = None,
    old_password: str | None = None,
) -> StaffUser:
    """Write what is given of oneself. A new password ends one's sessions; it must differ from the one before.

    Vendure's input has no field for the old password. So whoever doesn't give it signed in within a quarter of an hour, or
    whoever finds an open session could make the account theirs: by the password, or by the address that one signs in with.

    Raises `InvalidInput` (also for an `old_password` that isn't theirs), `AlreadyRegistered`, and `Forbidden` for anything else
    while the password must be changed, and where it is too long ago that they signed in.
    """
    if desk.must_change_password and password is None:
        raise Forbidden("Change your password first.")
    if old_password is not None:
        await _check_old(desk, old_password)
    elif password is not None or (email is not None and checked_email(email) != desk.email):
        _check_recent(desk)
    secret: dict[str, Any] = {}
    if password is not None:
        secret = {"password_hash": await _another_password(desk, password), "must_change_password": False}
    async with transaction():
        staff = await get_staff(desk, desk.staff_id)
        written = await _named(desk.scope, desk.staff_id, first_name, last_name, email)
        await _write(desk, staff, written | secret)
    return await get_staff(desk, desk.staff_id)


async def let_go(desk: Desk, staff_id: int) -> None:
    """They can't sign in any more; what they did stays theirs. Raises `Forbidden` for oneself, `NotFound`."""
    check_may(desk, "DeleteAdministrator")
    if staff_id == desk.staff_id:
        raise Forbidden("Nobody lets themselves go.")
    async with transaction():
        staff = await get_staff(desk, staff_id)
        await execute(
            # The address is free again for somebody else.
            "UPDATE staff_user SET left_at = $2, email = email || '~' || id, secret_epoch = secret_epoch + 1 WHERE id = $1",
            staff_id,
            now(),
        )
        await StaffSession.filter(staff_id=staff_id).delete()
        await record(desk, "deleted", "administrator", staff_id, email=staff.email)


def checked_password(password: str) -> str:
    """Raises `InvalidInput` for one that is too short or too long."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise InvalidInput(
            f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters.", field="password"
        )
    return password


def _check_recent(desk: Desk) -> None:
    if desk.signed_in_at is not None and now() - desk.signed_in_at > RECENTLY:
        raise Forbidden("Please sign in again, and change it within a quarter of an hour.")


async def _check_old(desk: Desk, password: str) -> None:
    await count_try(f"staff-password:{desk.staff_id}", most=TRIES, within_s=WITHIN_S)
    staff = await get_staff(desk, desk.staff_id)
    if not await verify_secret(staff.password_hash, password[:LONGEST_PASSWORD]):
        raise InvalidInput("That is not your password.", field="old")


async def _another_password(desk: Desk, password: str) -> str:
    staff = await get_staff(desk, desk.staff_id)
    if await verify_secret(staff.password_hash, checked_password(password)):
        raise InvalidInput("Choose another password than the one you have.", field="password")
    return await hash_secret(password)


async def _named(
    scope: Scope, staff_id: int, first_name: str | None, last_name: str | None, email: str | None
) -> dict[str, Any]:
    written: dict[str, Any] = {}
    for column, field, text in (
        ("first_name", "firstName", first_name),
        ("last_name", "lastName", last_name),
    ):
        if text is not None:
            written[column] = checked_text(text, field, 100)
    if email is not None:
        written["email"] = checked_email(email)
        await _check_free(scope, written["email"], staff_id)
    return written


async def _write(desk: Desk, staff: StaffUser, written: dict[str, Any]) -> None:
    before = {name: getattr(staff, name) for name in written}
    different = changes(before, written)
    if not different:
        return
    if {"password_hash", "role"} & set(different):
        written["secret_epoch"] = staff.secret_epoch + 1
    await StaffUser.filter(id=staff.id).update(**written, updated_at=now())
    await record(desk, "updated", "administrator", staff.id, **different)


async def _check_role(scope: Scope, role: str, seller_id: int | None) -> None:
    if role not in ROLES:
        raise InvalidInput("There is no such role.", field="roleIds")
    if (role == "seller") != (seller_id is not None):
        raise InvalidInput("A seller's person has the role seller, and nobody else has it.", field="roleIds")
    if seller_id is not None and not await Seller.exists(id=seller_id, deleted_at=None, **_mine(scope)):
        raise NotFound("There is no such seller.", field="sellerId")


async def _check_free(scope: Scope, email: str, staff_id: int) -> None:
    if await StaffUser.filter(**_mine(scope), email=email).exclude(id=staff_id).exists():
        raise AlreadyRegistered("Somebody of staff has that address.", field="emailAddress")


def _mine(scope: Scope) -> dict[str, Any]:
    return {"platform_id": scope.platform_id, "environment": scope.environment}
