"""Keywords: what can be typed wherever a number is wanted, and the screen that it leads to."""

from collections.abc import Callable

from bot.flows import balance, bills, card, cart, coupon, help, orders, person, product, receipts, search
from bot.journeys import bill_keyword
from bot.keywords import BILL, CODE, COUPON, ITEM, PAYMENT, RECEIPT, WORDS, find_keyword
from bot.states import Move, go, home


def keyword_move(text: str) -> Move | None:
    """Where a keyword leads, also one that is typed a little wrong; None for any other message."""
    found = find_keyword(text, ALONE, FOLLOWED)
    return KEYWORDS[found[0]](found[1]) if found else None


def _orders(code: str) -> Move:
    return go(orders.shown, code=code.upper()) if code else go(orders.listed)


def _search(words: str) -> Move:
    return go(search.found, term=words) if words else go(search.words)


def _item(number: str) -> Move:
    """`item p46`, as links say it."""
    return go(product.shown, product=int(number.lower().removeprefix("p")))


def _pay(what: str) -> Move:
    """`pay`, `pay 3000`, `pay MK123456789`, `pay MK123456789 3000`."""
    found = PAYMENT.fullmatch(what)
    code, amount = (found["code"], found["amount"]) if found else (None, None)
    if code and not amount:
        return go(balance.amount, code=code.upper())
    return go(balance.to_pay, code=(code or "").upper(), typed=amount) if amount else go(balance.owed)


# What can be typed wherever a number is wanted, also a little wrong. Where words are wanted it is just words ("track
# rod"). Each is given what followed, or "".
KEYWORDS: dict[str, Callable[[str], Move]] = {
    "menu": lambda _: home(),
    "start": lambda _: home(),
    "help": lambda _: go(help.topics),
    "cart": lambda _: go(cart.lines),
    "bal": lambda _: go(card.balance),
    "balance": lambda _: go(card.balance),
    "card": lambda _: go(card.balance),
    "order": _orders,
    "orders": lambda _: go(orders.listed),
    "track": _orders,
    "pay": _pay,
    "search": _search,
    "item": _item,
    "coupon": lambda code: go(coupon.taken, code=code) if code else go(coupon.given),
    "agent": lambda _: go(person.about),
    "human": lambda _: go(person.about),
    "bills": lambda _: go(bills.menu),
    "airtime": bill_keyword("airtime"),
    "data": bill_keyword("data"),
    "power": bill_keyword("electricity"),
    "tv": bill_keyword("cable"),
    "repeat": lambda _: go(bills.repeat),
    "token": lambda _: go(bills.tokens),
    "verify": lambda code: go(receipts.checked, code=code) if code else go(receipts.code),
}
FOLLOWED = {
    "order": CODE,
    "track": CODE,
    "pay": PAYMENT,
    "search": WORDS,
    "item": ITEM,
    "coupon": COUPON,
    "verify": RECEIPT,
    **dict.fromkeys(("airtime", "data", "power", "tv"), BILL),
}

# An item is nothing without its number.
ALONE = KEYWORDS.keys() - {"item"}
