"""Tokens sent by e-mail: good once and for a while, in their own shop; kept nowhere, since each names its challenge and proves itself by a keyed hash."""

from uuid import UUID

from core.clock import now
from core.errors import TokenExpired, TokenInvalid
from models import OtpChallenge
from services.accounts.otp import Purpose
from services.codes import TOKEN_HALF, is_mail_token_of
from services.tenants import Scope


async def read_mail_token(scope: Scope, token: str, purpose: Purpose) -> OtpChallenge:
    """The challenge of a token that is still good. Raises `TokenInvalid`, `TokenExpired`."""
    challenge = await OtpChallenge.get_or_none(
        uid=_named(token), platform_id=scope.platform_id, environment=scope.environment, purpose=purpose
    )
    if challenge is None or challenge.used_at is not None or challenge.payload.get("taken"):
        raise TokenInvalid(field="token")
    if challenge.expires_at <= now():
        raise TokenExpired(field="token")
    return challenge


async def use_mail_token(challenge: OtpChallenge) -> None:
    """Take the token once, in the caller's transaction. Raises `TokenInvalid` where another request was faster."""
    used = await OtpChallenge.filter(id=challenge.id, used_at__isnull=True).update(used_at=now())
    if not used:
        raise TokenInvalid(field="token")


def _named(token: str) -> UUID:
    """The challenge that a token names. Raises `TokenInvalid` for one that we did not make."""
    token = token.strip()
    if len(token) != 2 * TOKEN_HALF:
        raise TokenInvalid(field="token")
    try:
        uid = UUID(token[:TOKEN_HALF])
    except ValueError:
        raise TokenInvalid(field="token") from None
    if not is_mail_token_of(str(uid), token):
        raise TokenInvalid(field="token")
    return uid
