"""What several flows ask, say and show alike."""

from collections.abc import Sequence

from bot.prompts import Option, Page, Value, choices
from bot.states import Context
from bot.text import Text, t
from core.errors import InvalidInput, NoActiveOrder
from core.money import from_decimal
from services.carts import find_cart
from services.orders import OrderView

MOST_DIGITS = 6


async def filled_cart(ctx: Context) -> OrderView:
    """The sender's cart with something in it. Raises `NoActiveOrder`."""
    order = await find_cart(ctx.buyer)
    if order is None or not order.lines:
        raise NoActiveOrder
    return order


def choice_page(ctx: Context, title: Text, rows: Sequence[tuple[Value, Text]], take: int) -> Page:
    """The page of a list to choose from that the sender has come to; `rows` are (value, label), all of them."""
    here = rows[ctx.skip : ctx.skip + take]
    return Page(title, choices(*here), more=len(rows) > ctx.skip + len(here))


def reading_page(ctx: Context, title: Text, lines: Sequence[Text], take: int) -> Page:
    """The page of a list to read that the sender has come to; `lines` are all of them."""
    here = lines[ctx.skip : ctx.skip + take]
    options = tuple(Option("", line, "") for line in here)
    return Page(title, options, more=len(lines) > ctx.skip + len(here))


def pieces(count: int) -> Text:
    """`1 piece`, `3 pieces`."""
    return t("pieces.one") if count == 1 else t("pieces.many", n=count)


def stock(available: int) -> Text:
    """How many pieces can be had."""
    return t("product.in_stock", available=available) if available > 0 else t("product.sold_out")


def typed_amount(typed: str, currency: str) -> int:
    """An amount of money as typed (`1,500`, `3k`), in minor units. Raises `InvalidInput`, also for nothing."""
    digits = typed.replace(",", "").lower()
    thousands = digits.endswith("k")
    amount = from_decimal(digits.removesuffix("k"), currency) * (1000 if thousands else 1)
    if amount <= 0:
        raise InvalidInput("That is too little.", field="amount")
    return amount


def whole_number(typed: str) -> int:
    """A number of pieces as typed. Raises `InvalidInput`."""
    if not (typed.isascii() and typed.isdigit() and len(typed) <= MOST_DIGITS):
        raise InvalidInput("Please type a number, e.g. 2.", field="quantity")
    return int(typed)
