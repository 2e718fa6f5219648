"""What messages say. GSM-7 letters only, so that a text stays one part where it can."""

from typing import Any

from services.codes import code_of

TEXTS = {
    "otp": "{shop}: your code is {code}. It is good for 5 minutes. Never tell it to anyone.",
    "already_registered": "{shop}: somebody, perhaps you, tried to sign up with this number. "
    "You have an account already: just log in.",
    "receipt": "{shop}: order {order} is paid, {amount}. {items} Thank you!",
    "payment_failed": "{shop}: the payment of {amount} for order {order} did not go through: {reason} "
    "Nothing was charged. Your cart is kept.",
    "card_funded": "{shop}: {amount} came onto your card. Balance {balance}.",
    "card_funding_failed": "{shop}: adding {amount} to your card did not go through: {reason} Nothing was charged.",
    "refund_started": "{shop}: {amount} for order {order} came too late and is on its way back to you.",
}


def words(template: str, shop: str, params: dict[str, Any]) -> str:
    """The text of a message. A code is derived here, at the last moment, and is stored nowhere."""
    values = {**params, "shop": shop}
    if "challenge" in params:
        values["code"] = code_of(params["challenge"])
    return TEXTS[template].format_map(values)
