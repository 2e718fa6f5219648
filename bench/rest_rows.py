"""What the REST API is asked: the documents' own requests, by signed-in customers."""

from typing import Any, Literal

import orjson

from bench.steps import Aim, Goods, Ratio, Row, Script, Shopper, Step

PAGE = 20
KEYS = {"demo": "mk_test_demo", "kasuwa": "ks_test_demo"}
PIN = "1234"
# Lines of the carts that are summed up.
SMALL, LARGE = 1, 100
# Who buys by card, buys airtime, and has a cart of so many lines: the platform and how many of them there are.
BUYERS, FILLERS = "buyers", "fillers"
SHOPPERS = {
    BUYERS: ("demo", 512),
    f"cart{SMALL}": ("demo", 32),
    f"cart{LARGE}": ("demo", 32),
    FILLERS: ("kasuwa", 512),
}
# Naira; any line that isn't scripted to fail is filled at once.
AIRTIME = 100.0


def _rest(
    method: Literal["GET", "POST"],
    path: str,
    expect: str,
    sql: str,
    platform: str = "demo",
    shopper: Shopper | None = None,
    **body: Any,
) -> Step:
    head = f"x-api-key: {KEYS[platform]}\r\n"
    if shopper:
        head += f"Authorization: Bearer {shopper.token}\r\n"
    return Step(path, "application/json", orjson.dumps(body).decode(), expect, sql, method, head)


def _products(goods: Goods) -> list[Script]:
    pages = range(1, len(goods.offers) // PAGE + 1)
    path = "/api/CustomerProuct?pageNumber={}&pageSize={}"
    return [[_rest("GET", path.format(n, PAGE), '"stockQuantity"', "rest_products")] for n in pages]


def _summaries(goods: Goods, lines: int) -> list[Script]:
    path, expect = "/api/customer/cart/summary", f'"totalItems":{lines},'
    return [
        [_rest("GET", path, expect, "rest_cart", shopper=shopper)]
        for shopper in goods.shoppers[f"cart{lines}"]
    ]


def _card(goods: Goods) -> list[Script]:
    scripts = []
    for shopper, offer in zip(goods.shoppers[BUYERS], goods.offers, strict=False):
        step = _rest(
            "POST",
            "/api/checkout/shopping-card",
            '"orderStatus":"Completed"',
            "rest_card",
            shopper=shopper,
            totalAmount=offer.price,
            paymentMethod="ShoppingCard",
            products=[{"productId": offer.uid, "quantity": 1}],
            storeLocationId=goods.location,
            transactionPin=PIN,
        )
        scripts.append([step])
    return scripts


def _airtime(goods: Goods) -> list[Script]:
    scripts = []
    for shopper in goods.shoppers[FILLERS]:
        step = _rest(
            "POST",
            "/api/billspayment/airtime/purchase",
            '"status":"success"',
            "rest_airtime",
            "kasuwa",
            shopper,
            airtimeServiceId=goods.airtime,
            amount=AIRTIME,
            phoneNumber=shopper.phone,
            transactionPin=PIN,
        )
        scripts.append([step])
    return scripts


REST_ROWS = (
    Row("rest-products", "REST: 20 products", _products, Aim(of_floor=2.5)),
    Row("rest-cart1", "REST: cart of 1 line", lambda goods: _summaries(goods, SMALL)),
    Row("rest-cart100", "REST: cart of 100 lines", lambda goods: _summaries(goods, LARGE)),
    Row(
        "rest-card",
        "REST: checkout by card",
        _card,
        Aim(per_second=300),
        whole=True,
        makes="order",
        apart=True,
        same=True,
    ),
    Row("rest-airtime", "REST: airtime", _airtime, whole=True, makes="bill", apart=True, same=True),
)
REST_RATIOS = (Ratio("a cart of 100 lines against a cart of 1", "rest-cart100", "rest-cart1", at_most=2.0),)
