"""Setting up a second factor, and being without it again."""

from dataclasses import dataclass

import pyotp

from core.clock import now
from core.db import execute, transaction
from core.errors import CodeInvalid, Forbidden, IllegalTransition
from core.ids import readable_code
from models import Platform, StaffRecoveryCode, StaffSession, StaffUser
from services.sealing import seal
from services.staff.auditing import record
from services.staff.people import get_staff
from services.staff.permissions import Desk, check_may
from services.staff.proving import check_code, count_code, recovery_hash, secret_of, step_of

RECOVERY_CODES, RECOVERY_LENGTH = 10, 10


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an authenticator app is told: the secret (base32) to type, or the address of a QR code to scan."""

    secret: str
    address: str


@dataclass(frozen=True, slots=True)
class FactorView:
    """Whether a code is asked for, whether it must be, and how many recovery codes are left."""

    on: bool
    required: bool
    recovery_codes: int


async def factor_of(desk: Desk) -> FactorView:
    """How one's own second factor stands."""
    staff = await get_staff(desk, desk.staff_id)
    platform = await Platform.get(id=desk.scope.platform_id)
    left = await StaffRecoveryCode.filter(staff_id=staff.id).count()
    return FactorView(staff.totp_since is not None, platform.staff_second_factor, left)


async def enrol(desk: Desk) -> Enrolment:
    """Begin: what the app is told. The same until it is confirmed. Raises `IllegalTransition` where it is on already."""
    staff = await get_staff(desk, desk.staff_id)
    if staff.totp_since is not None:
        raise IllegalTransition("on", "enrolling", (), "Turn the second factor off first.")
    if not staff.totp_sealed:
        await execute(
            "UPDATE staff_user SET totp_sealed = $2 WHERE id = $1 AND totp_sealed = ''",
            staff.id,
            seal(pyotp.random_base32()),
        )
        staff = await get_staff(desk, desk.staff_id)
    secret = secret_of(staff)
    if secret is None:
        # Begun, and never confirmed, before a key that is gone.
        await execute("UPDATE staff_user SET totp_sealed = '' WHERE id = $1 AND totp_since IS NULL", staff.id)
        return await enrol(desk)
    return Enrolment(
        secret, pyotp.TOTP(secret).provisioning_uri(name=staff.email, issuer_name=f"Makola {desk.scope.name}")
    )


async def confirm(desk: Desk, code: str) -> list[str]:
    """The app shows the right code: from now on one is asked for. The recovery codes, which are shown once.

    Raises `CodeInvalid`, `TooManyTries`.
    """
    staff = await get_staff(desk, desk.staff_id)
    if staff.totp_since is not None or not staff.totp_sealed:
        raise CodeInvalid(field="code")
    await count_code(staff)
    step = step_of(staff, code)
    if step is None:
        raise CodeInvalid(field="code")
    async with transaction():
        if not await execute(
            "UPDATE staff_user SET totp_since = $2, totp_step = $3 WHERE id = $1 AND totp_since IS NULL",
            staff.id,
            now(),
            step,
        ):
            raise CodeInvalid(field="code")
        await record(desk, "updated", "second_factor", staff.id, on=True)
        return await _fresh_codes(staff)


async def renew_codes(desk: Desk, code: str) -> list[str]:
    """New recovery codes in place of all before. Raises `CodeInvalid`, `TooManyTries`."""
    staff = await get_staff(desk, desk.staff_id)
    await check_code(staff, code)
    async with transaction():
        await record(desk, "updated", "recovery_codes", staff.id)
        return await _fresh_codes(staff)


async def turn_off(desk: Desk, code: str) -> None:
    """No code is asked for any more. Raises `CodeInvalid`, `TooManyTries`, and `Forbidden` where the shop requires one."""
    if (await Platform.get(id=desk.scope.platform_id)).staff_second_factor:
        raise Forbidden("Everybody of staff needs a second factor here.")
    staff = await get_staff(desk, desk.staff_id)
    await check_code(staff, code)
    await _forget(desk, staff)


async def reset_second_factor(desk: Desk, staff_id: int) -> None:
    """Somebody lost theirs: none is asked for until they set up another. Their sessions end.

    Raises `Forbidden` (also for oneself, whom a code would prove), `NotFound`.
    """
    check_may(desk, "UpdateAdministrator")
    if staff_id == desk.staff_id:
        raise Forbidden("Turn your own second factor off with a code of it.")
    async with transaction():
        await _forget(desk, await get_staff(desk, staff_id))
        await StaffSession.filter(staff_id=staff_id).delete()


async def require_second_factor(desk: Desk, required: bool) -> None:
    """Whether nobody of this shop's staff may do anything without a second factor. Raises `Forbidden`."""
    check_may(desk, "UpdateGlobalSettings")
    async with transaction():
        await Platform.filter(id=desk.scope.platform_id).update(staff_second_factor=required)
        await record(desk, "updated", "platform", desk.scope.platform_id, staff_second_factor=required)


async def _forget(desk: Desk, staff: StaffUser) -> None:
    async with transaction():
        await StaffUser.filter(id=staff.id).update(totp_nonce="", totp_sealed="", totp_since=None)
        await StaffRecoveryCode.filter(staff_id=staff.id).delete()
        await record(desk, "updated", "second_factor", staff.id, on=False, of=staff.email)


async def _fresh_codes(staff: StaffUser) -> list[str]:
    # Whoever asks has just shown a code of the app.
    secret = secret_of(staff) or ""
    codes = [readable_code(RECOVERY_LENGTH) for _ in range(RECOVERY_CODES)]
    await StaffRecoveryCode.filter(staff_id=staff.id).delete()
    await StaffRecoveryCode.bulk_create(
        [StaffRecoveryCode(staff_id=staff.id, code_hash=recovery_hash(secret, code)) for code in codes]
    )
    return [f"{code[:5]}-{code[5:]}" for code in codes]
