"""One-time codes: six digits, five minutes, five tries, twenty wrong a day; in ten minutes three texts a number, five mails a purpose."""

from datetime import timedelta
from typing import Any, Literal

from tortoise.expressions import F

from core.clock import now
from core.db import fetch_one, lock_name, transaction
from core.errors import CodeExpired, CodeInvalid, TooManyTries
from core.languages import SOURCE
from models import OtpChallenge
from services.codes import is_code_of
from services.notifications import queue_message
from services.notifications.queue import Channel
from services.storefront import Page
from services.tenants import Scope

LIFETIME = timedelta(minutes=5)
MAX_TRIES = 5
MAX_TEXTS, MAX_MAILS = 3, 5
# Of wrong codes for a contact and a purpose: each new code could be guessed at anew.
MAX_WRONG, WRONG_WITHIN = 20, timedelta(days=1)
SENDS_WITHIN = timedelta(minutes=10)

Purpose = Literal["signup", "reset", "link", "email", "pin", "contact", "verify", "password"]
# How a contact begins that is a chat and no number.
TELEGRAM = "telegram:"


async def issue_code(
    scope: Scope,
    contact: str,
    purpose: Purpose,
    *,
    payload: dict[str, Any] | None = None,
    customer_id: int | None = None,
    template: str | None = "otp",
    language: str | None = None,
    page: Page | None = None,
    lasts: timedelta = LIFETIME,
) -> OtpChallenge:
    """Open a challenge and queue its message to `contact` (E.164, an e-mail address, or `telegram:` and a chat).

    Raises `TooManyTries` where too many were sent there.

    The code is stored nowhere: it is derived from the challenge when the message is sent and when it is checked.
    `template` may name another message, or none, for a contact that must not be given a code; with
    `payload["taken"]` no code fits. With a `page` the message leads there with a token (`mail_token_of`) in place of
    the code. The `language` is the customer's, unless another is given.
    """
    channel, to = _reached_at(contact)
    since, by_text = now() - SENDS_WITHIN, channel == "sms"
    async with transaction():
        # One sender at a time for a number, else two count the same sends.
        await lock_name(f"otp:{contact}")
        await _refuse_a_guesser(scope.platform_id, scope.environment, contact, purpose)
        sent = await OtpChallenge.filter(
            platform_id=scope.platform_id,
            environment=scope.environment,
            contact=contact,
            created_at__gt=since,
            # A text costs money whatever it is for.
            **({} if by_text else {"purpose": purpose}),
        ).count()
        if sent >= (MAX_TEXTS if by_text else MAX_MAILS):
            raise TooManyTries(
                "Too many codes were sent there. Please wait ten minutes.",
                field="phone" if by_text else "email",
            )
        challenge = await OtpChallenge.create(
            platform_id=scope.platform_id,
            environment=scope.environment,
            purpose=purpose,
            contact=contact,
            customer_id=customer_id,
            payload=payload or {},
            created_at=now(),
            expires_at=now() + lasts,
        )
        if template:
            uid = str(challenge.uid)
            await queue_message(
                scope,
                channel=channel,
                to=to,
                template=template,
                params={"token_of": uid, "page": page, "code_of_shop": scope.code}
                if page
                else {"challenge": uid},
                language=language or await _language_of(customer_id),
            )
    return challenge


async def _language_of(customer_id: int | None) -> str:
    row = await fetch_one("SELECT language FROM customer WHERE id = $1", customer_id) if customer_id else None
    return row["language"] if row else SOURCE


def _reached_at(contact: str) -> tuple[Channel, str]:
    if contact.startswith(TELEGRAM):
        return "telegram", contact.removeprefix(TELEGRAM)
    return "email" if "@" in contact else "sms", contact


async def use_code(challenge: OtpChallenge, code: str) -> None:
    """Accept the right code once. Raises `CodeExpired`, `CodeInvalid` or `TooManyTries`: after five tries of it, or
    twenty wrong ones within a day at all that went to the contact for the purpose.

    A try is counted before it is judged, and stays counted whatever becomes of the caller.
    """
    if challenge.used_at is not None or challenge.expires_at <= now():
        raise CodeExpired(field="otp")
    await _refuse_a_guesser(
        challenge.platform_id, challenge.environment, challenge.contact, challenge.purpose
    )
    counted = await OtpChallenge.filter(id=challenge.id, tries__lt=MAX_TRIES, used_at__isnull=True).update(
        tries=F("tries") + 1
    )
    if not counted:
        raise TooManyTries("Too many wrong codes. Please ask for a new one.", field="otp")
    right = is_code_of(str(challenge.uid), "".join(c for c in code[:12] if c.isdigit()))
    # A number that already has an account got no code, so nothing fits.
    if not right or challenge.payload.get("taken"):
        raise CodeInvalid(field="otp")
    used = await OtpChallenge.filter(id=challenge.id, used_at__isnull=True).update(used_at=now())
    if not used:
        raise CodeExpired(field="otp")


async def _refuse_a_guesser(platform_id: int, environment: str, contact: str, purpose: str) -> None:
    """Raises `TooManyTries`. Codes that are tried at the same moment may go past the limit by their own five tries."""
    told = await fetch_one(
        "SELECT COALESCE(SUM(tries), 0) - COUNT(used_at) AS wrong FROM otp_challenge WHERE platform_id = $1 "
        "AND environment = $2 AND contact = $3 AND purpose = $4 AND created_at > $5",
        platform_id,
        environment,
        contact,
        purpose,
        now() - WRONG_WITHIN,
    )
    if told and told["wrong"] >= MAX_WRONG:
        raise TooManyTries("Too many wrong codes for one day. Please try again tomorrow.", field="otp")


async def only_challenge(scope: Scope, contact: str, *purposes: Purpose) -> OtpChallenge:
    """The challenge under way for a contact (E.164), where just one is.

    Raises `CodeInvalid` for none, and for several: a code must not serve whoever asked at the same time.
    """
    under_way = await OtpChallenge.filter(
        platform_id=scope.platform_id,
        environment=scope.environment,
        contact=contact,
        purpose__in=purposes,
        used_at__isnull=True,
        expires_at__gt=now(),
    ).limit(2)
    if len(under_way) > 1:
        raise CodeInvalid(
            "Codes for that number were asked for from several places. Use one where you asked for it.",
            field="otp",
        )
    if not under_way:
        raise CodeInvalid(field="otp")
    return under_way[0]


async def newest_challenge(scope: Scope, contact: str, purpose: Purpose) -> OtpChallenge:
    """The last challenge sent to a contact for a purpose, where a code serves nobody but the contact's owner.

    Raises `CodeInvalid` where there is none.
    """
    challenge = (
        await OtpChallenge.filter(
            platform_id=scope.platform_id, environment=scope.environment, contact=contact, purpose=purpose
        )
        .order_by("-id")
        .first()
    )
    if challenge is None:
        raise CodeInvalid(field="otp")
    return challenge


async def challenge_by_id(scope: Scope, challenge_id: int) -> OtpChallenge | None:
    return await OtpChallenge.get_or_none(
        id=challenge_id, platform_id=scope.platform_id, environment=scope.environment
    )
