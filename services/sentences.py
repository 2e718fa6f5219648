"""What services say in English, in the words of another language: found by their pattern, since a service knows no reader."""

import re
from functools import lru_cache

from core.languages import SOURCE, catalogue

# Sentences that reach a customer by chat or message, and words that a desk reads. A name in braces stands for whatever was written there.
SENTENCES = {
    # What was typed
    "amount.form": "An amount is written like 150.00.",
    "amount.places": "{currency} has {places} decimal places.",
    "amount.large": "That amount is too large.",
    "amount.none": "That is not an amount of money.",
    "amount.little": "That is too little.",
    "amount.added": "Between {least} and {most} can be added.",
    "amount.bought": "Between {least} and {most} can be bought.",
    "amount.owed": "Between 0 and {most}, which is what is owed, can be collected.",
    "number.wanted": "Please type a number, e.g. 2.",
    "words.empty": "This can't be empty.",
    "words.long": "At most {longest} characters fit here.",
    "phone.none": "That is not a phone number.",
    "phone.which": "Which number should pay?",
    "email.none": "That is not an e-mail address.",
    "pin.form": "A PIN is four digits.",
    "pin.had": "You have a PIN already.",
    "choice.none": "There is no {kind} here.",
    "input.wrong": "Something in the input is not valid.",
    # What can't be had
    "away": "That can't be reached just now. Please try again in a moment.",
    "away.biller": "{biller} can't be reached just now. Please try again in a moment.",
    "bill.closed": "This can't be bought at the moment.",
    "bill.package": "{biller} has no such package.",
    "bill.price": "{plan} costs {price}.",
    "bill.phone": "Add a phone number to your profile first: the biller asks for one.",
    "bill.line": "Only lines with +{code} can be filled.",
    "bill.account": "That is not the number of a meter or a smart card.",
    "owed.nothing": "Nothing is owed for this order.",
    # Why no money moved
    "declined": "It was declined.",
    "refused": "It was refused.",
    "failed.funds": "There is not enough money.",
    "failed.card": "There is not enough money on your shopping card.",
    "failed.away": "The payment service could not be reached.",
    "failed.page": "The payment page could not be opened. Please try again.",
    "failed.bank": "Your bank wanted you to confirm this payment, and it was not confirmed.",
    "failed.late": "It was not paid in time.",
    "failed.short": "Only {came} of {asked} came.",
    "failed.code": "This wallet wants a code first, which we can't pass on. Please pay another way.",
    "failed.given_up": "It was given up.",
    "bill.not_taken": "The biller could not be reached or did not take it.",
    "bill.not_bought": "It could not be bought in time.",
    "bill.not_confirmed": "The biller did not confirm it in time.",
    "bill.failed": "The biller could not complete it.",
    "bill.taken_back": "The biller took it back.",
    # What happened to an order's money
    "moved.bought": "You bought order {code} for {total}.",
    "moved.checkout": "You paid {amount} at checkout ({method}).",
    "moved.due": "{amount} was taken because it was due ({method}).",
    "moved.shop": "{amount} was taken by the shop ({method}).",
    "moved.somebody": "Somebody paid {amount} for you ({method}).",
    "moved.paid": "You paid {amount} ({method}).",
    "moved.on_card": "{amount} came back onto the shopping card.",
    "moved.sent": "{amount} was sent back the way it came.",
    "moved.on_its_way": "{amount} is on its way back.",
    "moved.later": "What is left is now due on {day}.",
    "moved.declined": "A payment did not go through: {reason}",
    "moved.off": "The order was called off; nothing more is owed.",
    "moved.off_kept": "The order was called off; nothing more is owed. {kept} of what you paid is kept.",
    "moved.aside": "The shop set {amount} aside.",
    "moved.not_aside": "{amount} is no longer set aside.",
    # What happened on a card
    "card.added": "Money added to the card",
    "card.order": "Order {code}",
    "card.balance": "Balance of order {code}",
    "card.aside": "Set aside for order {code}",
    "card.not_aside": "No longer set aside for order {code}",
    "card.off": "Order {code} called off",
    "card.beyond": "Paid beyond what was asked, or in part",
    "card.sent_back": "Sent back onto the card",
    # What an order desk calls how an order, a payment or a parcel stands
    "status.new": "New",
    "status.approved": "Approved",
    "status.payment_required": "Payment required",
    "status.processing": "Processing",
    "status.completed": "Completed",
    "status.cancelled": "Cancelled",
    "status.pending": "Pending",
    "status.paid": "Paid",
    "status.partially_refunded": "Partially refunded",
    "status.refunded": "Refunded",
    "status.declined": "Declined",
    "status.shipped": "Shipped",
    "status.delivered": "Delivered",
}
_NAME = re.compile(r"\{(\w+)\}")


def in_language(sentence: str, language: str) -> str:
    """A service's sentence as a reader of that language is told it; as it is where nobody has translated it."""
    if language == SOURCE:
        return sentence
    found = _found(sentence)
    if found is None:
        return sentence
    key, values = found
    words = catalogue("sentences", language).get(key, SENTENCES[key])
    return words.format_map({name: in_language(value, language) for name, value in values.items()})


@lru_cache(maxsize=1024)
def _found(sentence: str) -> tuple[str, dict[str, str]] | None:
    for key, pattern in _patterns().items():
        if match := pattern.fullmatch(sentence):
            return key, match.groupdict()
    return None


@lru_cache(maxsize=1)
def _patterns() -> dict[str, re.Pattern[str]]:
    """By key; those with more words of their own first, since `Order {code}` also fits what is more exact."""
    fixed = {key: _NAME.sub("", words) for key, words in SENTENCES.items()}
    return {key: _pattern(SENTENCES[key]) for key in sorted(fixed, key=lambda key: -len(fixed[key]))}


def _pattern(words: str) -> re.Pattern[str]:
    pieces = _NAME.split(words)
    return re.compile(
        "".join(f"(?P<{piece}>.+)" if i % 2 else re.escape(piece) for i, piece in enumerate(pieces))
    )
