"""Sending what is queued, for a day if need be. One may be sent twice where a gateway's answer was lost; an e-mail has the same id then."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

import structlog

from core import gsm7
from core.clock import now
from core.db import fetch_one
from core.errors import InvalidInput, TooManyTries
from core.settings import Settings
from core.work import backoff
from models import OutboundMessage
from providers.africastalking import delivery_report
from providers.errors import ProviderRefused, ProviderUnknown
from providers.messages import Sent
from providers.registry import registry
from services.conversations.identities import mark_blocked
from services.notifications.caps import count_sms
from services.notifications.opting import has_opted_out
from services.notifications.queue import queue_message
from services.notifications.texts import Words, words
from services.notifications.wording import own_words
from services.tenants import Scope, scope_by_id

log = structlog.get_logger(__name__)

# A receipt is still wanted tomorrow; a code is not, once it has run out, nor is what somebody was told in a chat.
GIVEN_UP_AFTER = timedelta(hours=24)
SOONER = {"code": timedelta(minutes=5), "said": timedelta(minutes=30)}
# What is sent also to who wrote STOP: what they ask for in a chat, what became of money that was taken or is owed, what
# they have bought, and what happened to their account. None of it offers anything.
IN_SPITE_OF_STOP = frozenset(
    {
        "code",
        "said",
        "staff_reply",
        "account_closed",
        "pin_changed",
        "number_changed",
        "receipt",
        "deposit_receipt",
        "account_receipt",
        "balance_due",
        "balance_overdue",
        "balance_retried",
        "balance_declined",
        "balance_confirm",
        "balance_paid",
        "balance_link",
        "receipt_link",
        "delivery_prices",
        "delivery_none",
        "order_called_off",
        "payment_failed",
        "card_funded",
        "card_funding_failed",
        "bill_token",
        "bill_delivered",
        "bill_failed",
        "payment_difference",
        "refund_on_card",
        "refund_started",
        "seller_approved",
        "seller_rejected",
    }
)


class Withheld(Exception):
    """A message that must not be sent; the reason is for its row."""


async def _by_sms(message: OutboundMessage, said: Words, settings: Settings) -> Sent:
    gateway = registry().sms(message.environment)  # type: ignore[arg-type]
    return await gateway.send(
        to=message.to, text=gsm7.transliterate(said.text), sender=_sender(message, settings)
    )


async def _by_email(message: OutboundMessage, said: Words, _: Settings) -> Sent:
    try:
        gateway = registry().email(message.environment)  # type: ignore[arg-type]
    except LookupError as missing:
        raise ProviderRefused("no_gateway", str(missing)) from missing
    return await gateway.send(to=message.to, subject=said.subject, text=said.text, key=str(message.uid))


async def _by_telegram(message: OutboundMessage, said: Words, _: Settings) -> Sent:
    try:
        gateway = registry().telegram_bot(message.environment)  # type: ignore[arg-type]
    except LookupError as missing:
        raise ProviderRefused("no_gateway", str(missing)) from missing
    return await gateway.send(to=message.to, text=said.text)


SEND: dict[str, Callable[[OutboundMessage, Words, Settings], Awaitable[Sent]]] = {
    "sms": _by_sms,
    "email": _by_email,
    "telegram": _by_telegram,
}


async def send_message(message: OutboundMessage, settings: Settings) -> None:
    """Send a claimed message by its channel; the row says what became of it."""
    if now() - message.created_at > SOONER.get(_kind(message), GIVEN_UP_AFTER):
        await _give_up(message, message.reason or "It came too late.")
        return
    scope = await scope_by_id(message.platform_id, message.environment)  # type: ignore[arg-type]
    said = words(message.template, scope.name, message.params, await own_words(scope))
    try:
        await _check_wanted(scope, message, settings)
        sent = await SEND[message.channel](message, said, settings)
    except Withheld as reason:
        await _give_up(message, str(reason))
    except ProviderUnknown as trouble:
        await _again(message, str(trouble))
    except ProviderRefused as refusal:
        if refusal.retryable:
            await _again(message, str(refusal))
        else:
            await _give_up(message, str(refusal))
            if message.channel == "telegram" and refusal.code == "blocked":
                await mark_blocked(message.platform_id, message.environment, "telegram", message.to)
            # A code went there since the number may be somebody else's by now.
            if message.channel == "telegram" and _kind(message) != "code":
                await _by_sms_instead(scope, message)
    else:
        await message.release(
            retry_in=None, state="Sent", provider_id=sent.provider_message_id, sent_at=now()
        )


def _kind(message: OutboundMessage) -> str:
    """What a message is to its reader: a one-time `code`, what was `said` in a chat, or its template."""
    return "code" if "challenge" in message.params else message.template


def _sender(message: OutboundMessage, settings: Settings) -> str:
    """Under which sender id: an answer comes from the number that was written to, where its gateway carries it."""
    mine = message.params.get("gateway") == settings.sms_gateway
    return (mine and message.params.get("line")) or settings.sms_sender


async def _check_wanted(scope: Scope, message: OutboundMessage, settings: Settings) -> None:
    """Raises `Withheld` for a text message to who wants none, or over a cap. Some are no marketing (`IN_SPITE_OF_STOP`)."""
    if message.channel != "sms":
        return
    if _kind(message) not in IN_SPITE_OF_STOP and await has_opted_out(scope, "sms", message.to):
        raise Withheld("They wrote STOP.")
    # Counted once, however often it must be tried.
    if message.attempts == 1:
        try:
            await count_sms(message.environment, message.to, settings)
        except TooManyTries as over:
            log.warning("text message over a cap", message=message.id, reason=over.message)
            raise Withheld(over.message) from None


async def _by_sms_instead(scope: Scope, message: OutboundMessage) -> None:
    """Who has blocked the bot, or is gone from Telegram, is texted what they must know, where their number is known."""
    row = await fetch_one(
        "SELECT c.phone, c.stated_phone FROM channel_identity i JOIN customer c ON c.id = i.customer_id "
        "WHERE i.platform_id = $1 AND i.environment = $2 AND i.channel = 'telegram' AND i.external_id = $3",
        message.platform_id,
        message.environment,
        message.to,
    )
    number = row and (row["phone"] or row["stated_phone"])
    if number:
        await queue_message(
            scope,
            channel="sms",
            to=number,
            template=message.template,
            params=message.params,
            dedupe_key=f"instead:{message.id}",
        )


async def _give_up(message: OutboundMessage, reason: str) -> None:
    await message.release(retry_in=None, state="Failed", reason=reason[:255])


async def _again(message: OutboundMessage, reason: str) -> None:
    log.info("message not sent yet", message=message.id, attempts=message.attempts, reason=reason)
    await message.release(retry_in=backoff(message.attempts), state="Queued", reason=reason[:255])


async def take_delivery_report(form: Mapping[str, str]) -> None:
    """Write down what the network says became of a message. Raises `InvalidInput` for what is no report."""
    report = delivery_report(form)
    if report is None:
        raise InvalidInput("That is not a delivery report.")
    if report.state == "underway":
        return
    delivered = report.state == "delivered"
    await OutboundMessage.filter(provider_id=report.provider_message_id, state="Sent").update(
        state="Delivered" if delivered else "Undelivered", reason=report.reason[:255]
    )
