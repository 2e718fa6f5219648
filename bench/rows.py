"""The rows of the benchmark: what is asked, what counts, and what the project's plan aims at."""

from typing import Any
from urllib.parse import urlencode

import orjson

from bench import documents
from bench.load import CALLER, SESSION
from bench.rest_rows import REST_RATIOS, REST_ROWS
from bench.steps import Aim, Goods, Row, Script, Step
from bench.xorder_rows import XORDER_RATIOS, XORDER_ROWS

TERM = "toyota brake pads"
LINES = 4
PAGE = 20


def _shop(document: str, expect: str, sql: str, **variables: Any) -> Step:
    body = orjson.dumps({"query": document, "variables": variables}).decode()
    return Step("/shop-api", "application/json", body, expect, sql)


def _products(goods: Goods) -> list[Script]:
    pages = range(0, len(goods.products) - PAGE, PAGE)
    return [[_shop(documents.PRODUCTS, '"priceWithTax"', "products", skip=skip)] for skip in pages]


def _product(goods: Goods) -> list[Script]:
    return [[_shop(documents.PRODUCT, '"customFields"', "product", id=str(i))] for i in goods.products]


def _search(_: Goods) -> list[Script]:
    return [[_shop(documents.SEARCH, '"productId"', "search", term=TERM)]]


def _add(variant: int) -> Step:
    return _shop(documents.ADD_ITEM, '"lines"', "add", variant=str(variant))


def _carts(goods: Goods) -> list[Script]:
    shelf = goods.variants
    return [[_add(variant) for variant in shelf[i : i + LINES]] for i in range(0, len(shelf) - LINES, LINES)]


def _checkouts(goods: Goods, **more: str) -> list[Script]:
    address = {**documents.ADDRESS, **more}
    method = str(goods.shipping_method)
    ending = [
        _shop(documents.SET_SHIPPING, '"AddingItems"', "shipping_address", address=address),
        _shop(documents.SET_BILLING, '"AddingItems"', "billing_address", address=address),
        _shop(documents.SHIPPING_METHODS, "Standard Shipping", "shipping_methods"),
        _shop(documents.SET_METHOD, '"AddingItems"', "choose_shipping", method=method),
        _shop(documents.PAYMENT_METHODS, "standard-payment", "payment_methods"),
        _shop(documents.PAY, '"PaymentSettled"', "pay", method="standard-payment"),
    ]
    return [[_add(variant), *ending] for variant in goods.variants]


def _receipts(goods: Goods) -> list[Script]:
    return _checkouts(goods, phoneNumber="0241234567")


# What is typed, and a word of the screen that follows: home, shop, words, results, a product, back, home.
_CALL = (
    ("", "Makola Demo"),
    ("1", "CON"),
    ("1*1", "CON"),
    (f"1*1*{TERM}", " found"),
    (f"1*1*{TERM}*1", "Add to cart"),
    (f"1*1*{TERM}*1*0", " found"),
    (f"1*1*{TERM}*1*0*00", "Makola Demo"),
)


def _calls(_: Goods) -> list[Script]:
    return [[_turn(text, expect) for text, expect in _CALL]]


def _turn(text: str, expect: str) -> Step:
    form = {
        "sessionId": f"ATUid_{SESSION.decode()}",
        "serviceCode": "*920*44#",
        "phoneNumber": f"+233{CALLER.decode()}",
        "text": text,
    }
    body = urlencode(form, safe="@*")
    return Step("/channels/ussd/africastalking", "application/x-www-form-urlencoded", body, expect, "turn")


ROWS = (
    Row("products", "20 products, variants, prices", _products, Aim(of_floor=2.5)),
    Row("product", "One product by id", _product, Aim(of_floor=2.5)),
    Row("search", f'Search "{TERM}"', _search, Aim(of_floor=2.5)),
    Row("add", f"addItemToOrder, carts of {LINES}", _carts),
    Row("checkout", "Checkout of 7 requests", _checkouts, Aim(per_second=200), whole=True, makes="order"),
    Row("receipt", "Checkout of 7, SMS receipt", _receipts, whole=True, makes="order"),
    Row("turn", "USSD turn", _calls),
    Row("paced", "USSD turn, 100 due a second", _calls, Aim(p99_ms=50), rate=100),
    *REST_ROWS,
    *XORDER_ROWS,
)
RATIOS = (*REST_RATIOS, *XORDER_RATIOS)
