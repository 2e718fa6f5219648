"""What messages say. GSM-7 letters only where one may go by SMS, so that it stays one part where it can."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.languages import SOURCE, Day, catalogue
from services.codes import MASK, code_of, conceal, mail_token_of, reveal, temporary_password
from services.sentences import in_language
from services.storefront import way_on

TEXTS = {
    # An answer in a chat, in the words of its screen. What a person typed in secret is never in one.
    "said": "{text}",
    "otp": "{shop}: your code is {code}. It is good for 5 minutes. Never tell it to anyone.",
    "staff_reply": "{shop}: {text}",
    "pin_code": "{shop}: your code for a new PIN is {code}. It is good for 5 minutes. Never tell it to anyone.",
    "pin_changed": "{shop}: your PIN was changed. If it was not you, tell us at once.",
    "account_closed": "{shop}: your account is closed, as was asked for. If it was not you, tell us at once.",
    "already_registered": "{shop}: somebody, perhaps you, tried to sign up with this number. "
    "You have an account already: just log in.",
    "receipt": "{shop}: order {order} is paid, {amount}. {items} Thank you!",
    "deposit_receipt": "{shop}: order {order}, {amount} is paid. {later} is due from {day} on. {items} Thank you!",
    "account_receipt": "{shop}: order {order} is placed, {later} to pay. {part} is due on {day}. {items} Thank you!",
    "balance_soon": "{shop}: {amount} for order {order} is due on {day}. Pay: {link} or reply PAY",
    "balance_soon_by": "{shop}: {amount} for order {order} will be taken from your {method} on {day}. "
    "Pay now: {link} or reply PAY",
    "balance_due": "{shop}: {amount} for order {order} is due. Pay: {link} or reply PAY",
    "balance_overdue": "{shop}: {amount} for order {order} is overdue. {reason} Pay: {link} or reply PAY",
    "balance_retried": "{shop}: {amount} for order {order} could not be taken: {reason} We try again on {again}. "
    "Pay: {link} or reply PAY",
    "balance_declined": "{shop}: the payment of {amount} for order {order} did not go through: {reason} "
    "Nothing was charged. Pay: {link}",
    "balance_confirm": "{shop}: your bank wants you to confirm {amount} for order {order}: {url}",
    "balance_paid": "{shop}: {amount} of order {order} is paid. {left}",
    "balance_link": "{shop}: order {order} can be paid here: {link}",
    "receipt_link": "{shop}: receipt {code}, {amount}, {day}. Anyone can check it: {link}",
    "balance_moved": "{shop}: {amount} for order {order} is now due on {day}.",
    "order_called_off": "{shop}: order {order} is called off. {money}",
    "payment_failed": "{shop}: the payment of {amount} for order {order} did not go through: {reason} "
    "Nothing was charged. Your cart is kept.",
    "card_funded": "{shop}: {amount} came onto your card. Balance {balance}.",
    "card_funding_failed": "{shop}: adding {amount} to your card did not go through: {reason} Nothing was charged.",
    "bill_token": "{shop}: {biller} {number}, {amount}. Token: {token}{units} Ref {reference}",
    "bill_delivered": "{shop}: {biller} for {number}, {amount}, is done. Ref {reference}",
    "bill_failed": "{shop}: {biller} for {number} did not go through: {reason} {amount} is back on your card. "
    "Ref {reference}",
    "delivery_prices": "{shop}: delivery of your cart costs: {prices}. Reply 1 or dial again to choose.",
    "delivery_none": "{shop}: no carrier brings your cart there. Reply 1 or dial again to choose another way.",
    "parcel_left": "{shop}: order {order} is on its way to you with {carrier}.{tracking}",
    "parcel_arrived": "{shop}: {carrier} has delivered order {order}. Thank you!",
    "payment_difference": "{shop}: {amount} came that no order or top-up uses. It is on your card.",
    "refund_on_card": "{shop}: {amount} could not be sent back the way it came. It is on your card.",
    "refund_started": "{shop}: {amount} for order {order} came too late and is on its way back to you.",
    "seller_approved": "{shop}: your shop {name} is open. Sign in as {user} with the password {password} "
    "and choose one of your own. Never tell it to anyone.",
    "seller_rejected": "{shop}: we can't open the shop {name} now. {reason}",
    "email_verification": "Welcome to {shop}!\n\nYour code is {code}. Enter it to confirm this e-mail address; "
    "it is good for 5 minutes.\n\nIf you did not sign up, do nothing.",
    "password_reset": "Somebody, we hope you, asked for a new password at {shop}.\n\n"
    "Your code is {code}. It is good for 5 minutes. Never tell it to anyone.\n\n"
    "If it was not you, do nothing: your password stays as it is.",
    "pin_reset": "Somebody, we hope you, asked for a new transaction PIN at {shop}.\n\n"
    "Your code is {code}. It is good for 5 minutes. Never tell it to anyone.\n\n"
    "If it was not you, do nothing: your PIN stays as it is.",
    "email_change_started": "Somebody, we hope you, asked to change the e-mail address of your account at {shop}. "
    "It changes once the code that went to the new address is confirmed.\n\n"
    "If it was not you, change your password at once: that stops it.",
    "email_changed": "The e-mail address of your account at {shop} was changed. Messages go to the new one from now on."
    "\n\nIf you did not change it, please tell us at once. "
    "For 24 hours no new password or PIN can be set through the new address.",
    "account_verification": "Welcome to {shop}!\n\nConfirm this e-mail address, within 24 hours, with this:\n\n{way}\n\n"
    "If you did not sign up, do nothing.",
    "account_known": "Somebody, perhaps you, tried to sign up at {shop} with this e-mail address.\n\n"
    "You have an account already: just log in, or ask for a new password.",
    "password_link": "Somebody, we hope you, asked for a new password at {shop}.\n\n"
    "Choose one, within an hour, with this:\n\n{way}\n\n"
    "If it was not you, do nothing: your password stays as it is.",
    "email_change_link": "Somebody, we hope you, wants this e-mail address for their account at {shop}.\n\n"
    "Confirm it, within 24 hours, with this:\n\n{way}\n\nIf it was not you, do nothing.",
    "number_changed": "{shop}: the number of your account was changed, and this one no longer opens it. "
    "If it was not you, tell us at once.",
    "recovery_waits": "Somebody, we hope you, asked for a new password or PIN at {shop}.\n\n"
    "The e-mail address of your account was changed less than 24 hours ago, and until then no code is sent to it. "
    "Please ask again later, or tell us.",
}
# Of e-mails; a code stays out of them, since a locked screen shows them.
SUBJECTS = {
    "otp": "{shop}: your code",
    "email_verification": "{shop}: confirm your e-mail address",
    "password_reset": "{shop}: your new password",
    "account_verification": "{shop}: confirm your e-mail address",
    "account_known": "{shop}: you have an account",
    "password_link": "{shop}: your new password",
    "email_change_link": "{shop}: confirm your new e-mail address",
    "pin_reset": "{shop}: your new PIN",
    "pin_changed": "{shop}: your PIN was changed",
    "email_change_started": "{shop}: your e-mail address is about to change",
    "recovery_waits": "{shop}: please ask again later",
    "email_changed": "{shop}: your e-mail address was changed",
    "seller_approved": "{shop}: your shop is open",
    "seller_rejected": "{shop}: about your shop",
    "receipt": "{shop}: order {order}",
    "deposit_receipt": "{shop}: order {order}",
    "account_receipt": "{shop}: order {order}",
}
ANY_SUBJECT = "{shop}"


# Parts of messages.
PHRASES = {
    "left": "{amount} is left.",
    "in_full": "The order is paid in full. Thank you!",
    "pay_now": "Please pay it now.",
    "item": "1 item.",
    "items": "{n} items.",
    "returned": "{amount} is on its way back to you.",
    "kept": "{amount} of your deposit is kept.",
    "units": ". Units: {units}.",
    "tracking": " Tracking number {number}.",
}
# All of it by the keys of the catalogues.
ENGLISH = {
    **TEXTS,
    **{f"subject.{template}": subject for template, subject in SUBJECTS.items()},
    **{f"phrase.{key}": words for key, words in PHRASES.items()},
}


# A shop's own words, by language and key.
Own = Mapping[tuple[str, str], str]
NONE: Own = {}


@dataclass(frozen=True, slots=True)
class Words:
    """What a person reads."""

    subject: str
    text: str


def words(template: str, shop: str, params: Mapping[str, Any], own: Own = NONE) -> Words:
    """The words of a message, in the language that `params` name: the shop's `own` where it has some.

    A code, a token or a temporary password is derived here, at the last moment, and is stored nowhere.
    """
    told = _told(
        template, shop, params, {name: secret(params) for name, _, secret in _secrets_in(params)}, own
    )
    return Words(told.subject, reveal(told.text))


def masked_words(template: str, shop: str, params: Mapping[str, Any], own: Own = NONE) -> Words:
    """The words of a message for somebody else than its reader: without its code, link or password."""
    told = _told(template, shop, params, {name: MASK for name, _, _ in _secrets_in(params)}, own)
    return Words(told.subject, conceal(told.text))


# What is put in at the last moment: its name, the parameter that it is derived from, and how.
_SECRETS: tuple[tuple[str, str, Callable[[Mapping[str, Any]], str]], ...] = (
    ("code", "challenge", lambda given: code_of(given["challenge"])),
    (
        "way",
        "token_of",
        lambda given: way_on(given["code_of_shop"], given["page"], mail_token_of(given["token_of"])),
    ),
    ("password", "credentials", lambda given: temporary_password(given["credentials"])),
)


def _secrets_in(params: Mapping[str, Any]) -> list[tuple[str, str, Callable[[Mapping[str, Any]], str]]]:
    return [secret for secret in _SECRETS if secret[1] in params]


def _told(template: str, shop: str, params: Mapping[str, Any], secrets: Mapping[str, str], own: Own) -> Words:
    language = params.get("language", SOURCE)
    values = {name: _shown(value, language) for name, value in params.items()} | {"shop": shop, **secrets}
    subject = _pattern(f"subject.{template}", language, own) if template in SUBJECTS else ANY_SUBJECT
    return Words(subject.format_map(values), _pattern(template, language, own).format_map(values))


def _pattern(key: str, language: str, own: Own = NONE) -> str:
    return own.get((language, key)) or catalogue("messages", language).get(key, ENGLISH[key])


def _shown(value: Any, language: str) -> Any:
    """A value in words: a list as its parts one after another, a `phrases.Phrase` in the language."""
    match value:
        case list():
            return " ".join(_shown(each, language) for each in value)
        case {"phrase": key, **values}:
            return _pattern(f"phrase.{key}", language).format_map(values)
        case {"day": at}:
            return Day(datetime.fromisoformat(at)).written(language)
        case {"sentence": said}:
            return in_language(said, language)
        case _:
            return value
