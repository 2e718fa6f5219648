"""The rows of the X-Order API, asked by a desk: one order, pages of a hundred thousand, and placing carts."""

from typing import Any

import orjson

from bench.load import SESSION
from bench.orders import CART, DESK_TOKEN, ORDERS
from bench.steps import Goods, Ratio, Row, Script, Step

PAGE = 20

# The contract's own samples, of which the list is asked for ten a page.
_ORDER = """{ id customerId customerName createdDate addresses { postalCode } currency { code }
  items { sku name quantity } total { amount } cancelledDate }"""
ONE = f"query Order($id: String) {{ order(id: $id) {_ORDER} }}"
MANY = f"""query Orders($after: String, $first: Int) {{
  orders(after: $after, first: $first, sort: "createdDate:desc", language: "en-US") {{ totalCount items {_ORDER} }}
}}"""
PLACE = """mutation Place($cart: String) {
  createOrderFromCart(command: {cartId: $cart}) { id items { id sku name } total { amount } }
}"""


def _asked(document: str, expect: str, sql: str, **variables: Any) -> Step:
    body = orjson.dumps({"query": document, "variables": variables}).decode()
    token = f"Authorization: Bearer {DESK_TOKEN}\r\n"
    return Step("/xorder/graphql", "application/json", body, expect, sql, head=token)


def _one(goods: Goods) -> list[Script]:
    return [[_asked(ONE, '"items"', "xorder_one", id=uid)] for uid in goods.orders]


def _page(after: int) -> list[Script]:
    return [[_asked(MANY, '"sku"', "xorder_page", after=str(after), first=PAGE)]]


def _place(_: Goods) -> list[Script]:
    return [[_asked(PLACE, '"sku"', "xorder_place", cart=f"{CART}{SESSION.decode()}")]]


XORDER_ROWS = (
    Row("xorder-order", "X-Order: one order", _one),
    Row("xorder-first", f"X-Order: {PAGE} of {ORDERS:,}, first page", lambda _: _page(0)),
    Row("xorder-deep", f"X-Order: {PAGE} of {ORDERS:,}, page 2,500", lambda _: _page(2_499 * PAGE)),
    Row("xorder-last", f"X-Order: {PAGE} of {ORDERS:,}, last page", lambda _: _page(ORDERS - PAGE)),
    Row("xorder-place", "X-Order: createOrderFromCart", _place, whole=True, makes="order", carts=True),
)
XORDER_RATIOS = (
    Ratio("page 2,500 of the orders against the first", "xorder-deep", "xorder-first", at_most=1.2),
)
