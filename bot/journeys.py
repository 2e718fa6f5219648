"""Where sentences and the keywords of bills lead. They all end at a last look, and at the PIN where money moves."""

from collections.abc import Callable, Mapping

from bot.flows import balance, bills, buying, card, cart, orders, person, search
from bot.keywords import BILL
from bot.sentences import read_sentence
from bot.states import Move, go

Said = Mapping[str, str]


def sentence_move(text: str) -> Move | None:
    """Where a sentence leads; None for one that names no journey."""
    found = read_sentence(text)
    return LEADS[found.journey](found.said) if found else None


def bill_keyword(kind: str) -> Callable[[str], Move]:
    """`airtime`, `airtime 500`, `airtime 500 0241234567`."""

    def lead(what: str) -> Move:
        found = BILL.fullmatch(what)
        amount, whom = (found["amount"], found["whom"]) if found else (None, None)
        return go(buying.wanted, kind=kind, typed=amount or "", whom=whom or "")

    return lead


def _bill(kind: str) -> Callable[[Said], Move]:
    return lambda said: go(buying.wanted, kind=kind, typed=said.get("amount", ""), whom=said.get("whom", ""))


def _pay(said: Said) -> Move:
    """An amount for what was bought: of which order it is, is found by the product's name."""
    if "amount" not in said:
        return go(balance.owed)
    return go(balance.to_pay, code="", typed=said["amount"], what=said.get("what", ""))


def _track(said: Said) -> Move:
    return go(orders.shown, code=said["code"].upper()) if "code" in said else go(orders.listed)


LEADS: dict[str, Callable[[Said], Move]] = {
    "airtime": _bill("airtime"),
    "data": _bill("data"),
    "electricity": _bill("electricity"),
    "cable": _bill("cable"),
    "pay": _pay,
    "track": _track,
    "person": lambda _: go(person.about),
    "repeat": lambda _: go(bills.repeat),
    "token": lambda _: go(bills.tokens),
    "balance": lambda _: go(card.balance),
    "cart": lambda _: go(cart.lines),
    "search": lambda said: go(search.found, term=said["what"]),
}
