"""The document's own requests, as they stand there, and its answers."""

import re
from typing import Any

from tests.conftest import World
from tests.financing.conftest import ERRORS, KASUWA, ORDER, Dealer
from tests.financing.contract import FATAL, FULL, INVALID, SMALLEST, SUCCESS, document_s_mutation

UUID = re.compile(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}")


async def test_the_document_s_mutation_makes_an_order(dealer: Dealer, app: Dealer) -> None:
    for who in (dealer, app):
        for variables in (SMALLEST, FULL):
            status, body = await who.send(document_s_mutation(), variables)
            assert status == 200
            made = body["data"]["createOrder"]
            assert UUID.fullmatch(made["order"]["id"]) and UUID.fullmatch(
                SUCCESS["data"]["createOrder"]["order"]["id"]
            )
            made["order"]["id"] = SUCCESS["data"]["createOrder"]["order"]["id"]
            assert body == SUCCESS


async def test_what_was_given_is_shown_again(dealer: Dealer) -> None:
    made = await dealer.done("createOrder", "NewOrder", **FULL["input"])
    given = FULL["input"]["details"]
    customer = made["details"]["customer"]
    assert (customer["firstName"], customer["lastName"], customer["cellPhone"]) == (
        "Wally",
        "Koala",
        "1234567890",
    )
    # Whoever copied the sample from the page has no address in it.
    assert customer["emailAddress"] is None
    assert (made["details"]["shippingAmnt"], made["details"]["taxAmnt"]) == ("100.00", "5.99")
    for shown, said in zip(made["details"]["items"], given["items"], strict=True):
        assert shown == said | {"price": f"{said['price']}.00", "category": None}
    assert (made["status"], made["application"], made["orderCode"]) == ("Open", None, None)
    assert made["applyUrl"].startswith(f"{dealer.world.settings.base_url}/financing/apply/")
    assert await dealer.order(made["id"]) == made


async def test_every_part_may_be_left_out_or_null(dealer: Dealer) -> None:
    assert (await dealer.create())["details"] is None
    for details in (
        {}, None, {"customer": None}, {"items": None, "shippingAmnt": None, "taxAmnt": None}, {"customer": {}},
    ):  # fmt: skip
        made = await dealer.done("createOrder", "NewOrder", details=details)
        assert made["details"] is None
    made = await dealer.create(items=[{}], customer={"firstName": "Ama"})
    assert made["details"]["items"] == [dict.fromkeys(made["details"]["items"][0])]
    assert made["details"]["customer"]["firstName"] == "Ama"
    made = await dealer.create(items=[])
    assert (made["details"]["items"], made["details"]["customer"]) == ([], None)


async def test_a_field_in_a_wrong_format_is_told_as_the_document_does(dealer: Dealer) -> None:
    variables: dict[str, Any] = {"input": {"details": {"customer": {"cellPhone": "555-555-5555"}}}}
    status, body = await dealer.send(document_s_mutation(), variables)
    assert (status, body) == (200, INVALID)
    # In a document's own text as well as in its variables, and without any key: nothing was asked of anybody yet.
    literal = 'mutation { createOrder(input: {details: {customer: {cellPhone: "5"}}}) { order { id } } }'
    dealer.keys = {}
    assert await dealer.send(literal) == (200, INVALID)
    nested = "mutation($phone: PhoneNumber) { createOrder(input: {details: {customer: {cellPhone: $phone}}}) { order { id } } }"
    assert await dealer.send(nested, {"phone": "5"}) == (200, INVALID)


async def test_every_field_in_a_wrong_format_is_told_at_once(dealer: Dealer) -> None:
    details = {
        "customer": {"cellPhone": 5, "emailAddress": "wally", "firstName": 7, "nickName": "Wal"},
        "items": [{"price": "1"}, {"price": 1000, "quantity": "2", "isLeaseable": "yes"}, "seat"],
        "shippingAmnt": "1,00",
        "taxAmnt": "5.999",
    }
    status, body = await dealer.send(document_s_mutation(), {"input": {"details": details}})
    assert status == 200 and list(body) == ["errors", "data"] and body["data"] is None
    assert all(list(error) == ["message", "path"] for error in body["errors"])
    assert all(error["path"][:3] == ["createOrder", "input", "details"] for error in body["errors"])
    assert sorted(".".join(map(str, error["path"][3:])) for error in body["errors"]) == [
        "customer.cellPhone", "customer.emailAddress", "customer.firstName", "customer.nickName",
        "items.1.isLeaseable", "items.1.price", "items.1.quantity", "items.2", "shippingAmnt", "taxAmnt",
    ]  # fmt: skip
    assert await dealer.send(document_s_mutation(), {}) == (
        200,
        {"errors": [{"message": '"input" is needed', "path": ["createOrder", "input"]}], "data": None},
    )


async def test_a_number_is_ten_digits_or_one_of_the_platform_s_country(
    dealer: Dealer, stranger: Dealer
) -> None:
    async def takes(who: Dealer, phone: str) -> bool:
        _, body = await who.send(
            document_s_mutation(), {"input": {"details": {"customer": {"cellPhone": phone}}}}
        )
        return body["data"] is not None

    for phone in ("1234567890", "5555555555", "0241234567"):
        assert await takes(dealer, phone) and await takes(stranger, phone)
    for phone in ("+233241234567", "+233 24 123 4567"):
        assert await takes(dealer, phone) and not await takes(stranger, phone)
    for phone in ("08031234567", "+2348031234567"):
        assert not await takes(dealer, phone) and await takes(stranger, phone)
    for phone in ("", "123456789", "12345678901", "١٢٣٤٥٦٧٨٩٠", "123456789\n", " 1234567890", "x" * 5000):
        assert not await takes(dealer, phone), phone


async def test_amounts_and_addresses_are_read_strictly(dealer: Dealer) -> None:
    async def takes(name: str, value: Any) -> bool:
        details = {"items": [{}], name: value} if name != "emailAddress" else {"customer": {name: value}}
        _, body = await dealer.send(document_s_mutation(), {"input": {"details": details}})
        return body["data"] is not None

    for amount in ("0", "0.00", "100", "5.9", "5.99", "999999999999.99"):
        assert await takes("shippingAmnt", amount)
    for amount in (
        "-1",
        "+1",
        "1e3",
        ".5",
        "5.",
        "1,000",
        "",
        " 1",
        "NaN",
        "٥",
        "1" * 13,
        5,
        5.99,
        True,
        ["1"],
    ):
        assert not await takes("taxAmnt", amount), amount
    for address in ("wally@koala.test", "[email protected]", "[email\u00a0protected]", "a.b+c@d.co"):
        assert await takes("emailAddress", address)
    for address in ("", "wally", "@koala.test", "wally@koala", "wally @koala.test", "w@k.test\n", 5):
        assert not await takes("emailAddress", address), address


async def test_what_can_t_be_is_a_bad_request_for_each_thing_that_is_wrong(dealer: Dealer) -> None:
    said = await dealer.refused(
        "createOrder",
        "NewOrder",
        details={"shippingAmnt": "1", "taxAmnt": "0.00", "customer": {"firstName": "Wally"}},
    )
    assert said == [
        ("BadRequest", '"shippingAmnt" should only be included when items are included.'),
        ("BadRequest", '"taxAmnt" should only be included when items are included.'),
    ]
    assert len(await dealer.refused("createOrder", "NewOrder", details={"items": [], "taxAmnt": "1"})) == 1
    said = await dealer.refused(
        "createOrder",
        "NewOrder",
        details={
            "items": [
                {"quantity": 0, "itemUrl": "javascript:alert(1)", "displayName": "x" * 201},
                {"quantity": 1001, "sku": "y" * 81},
            ]
        },
    )
    assert [message.split(":")[0] for _, message in said] == [
        "items.0.displayName", "items.0.quantity", "items.0.itemUrl", "items.1.sku", "items.1.quantity",
    ]  # fmt: skip
    many = [{"price": "999999999999.99", "quantity": 1000}] * 101
    said = await dealer.refused("createOrder", "NewOrder", details={"items": many})
    assert [message for _, message in said] == [
        "items: An order has at most 100 items.",
        "items: The items come to too much together.",
    ]
    said = await dealer.refused(
        "createOrder",
        "NewOrder",
        details={"customer": {"lastName": "k" * 101, "billingAddress": {"zip": "z" * 21}}},
    )
    assert [message.split(":")[0] for _, message in said] == [
        "customer.lastName",
        "customer.billingAddress.zip",
    ]


async def test_without_the_right_keys_the_answer_is_an_unauthorized_error(
    world: World, dealer: Dealer
) -> None:
    order = await dealer.create()
    for keys in (
        {}, {"x-api-key": "nonsense"}, {"x-api-key": "dp_test_demo"}, {"x-api-key": "pk_test_demo"},
        {"public-dealer-id": "dealer_demo"}, {"private-api-key": "pk_test_demo"},
        {"public-dealer-id": "dealer_kasuwa", "private-api-key": "pk_test_demo"},
        {"public-dealer-id": "dealer_demo", "private-api-key": "mk_test_demo", "x-api-key": "mk_test_demo"},
    ):  # fmt: skip
        dealer.keys = keys
        status, body = await dealer.send(document_s_mutation(), SMALLEST)
        assert status == 200
        assert body["data"]["createOrder"]["order"] is None
        errors = body["data"]["createOrder"]["orderErrors"]
        assert [error["__typename"] for error in errors] == ["UnauthorizedError"] and errors[0]["message"]
        status, body = await dealer.send(f'{{ order(id: "{order["id"]}") {{ id }} }}')
        assert body["data"] == {"order": None} and body["errors"][0]["extensions"]["code"] == "NOT_SIGNED_IN"


async def test_what_nobody_foresaw_is_a_fatal_error(dealer: Dealer, monkeypatch) -> None:
    async def breaks(*_: Any, **__: Any) -> None:
        raise RuntimeError("a secret")

    monkeypatch.setattr("services.financing.sessions.record", breaks)
    _, body = await dealer.send(document_s_mutation(), FULL)
    assert body == FATAL
    monkeypatch.undo()
    # Nothing was left behind by it.
    assert (await dealer.create())["status"] == "Open"


async def test_errors_are_selected_directly_and_by_fragments(dealer: Dealer) -> None:
    query = (
        f'mutation {{ createOrder(input: {{details: {{taxAmnt: "1"}}}}) {{ order {{ {ORDER} }} {ERRORS} }} }}'
    )
    answer = (await dealer.ask(query))["createOrder"]
    message = '"taxAmnt" should only be included when items are included.'
    assert answer == {"order": None, "orderErrors": [{"__typename": "BadRequest", "message": message}]}
    plain = 'mutation { createOrder(input: {details: {taxAmnt: "1"}}) { orderErrors { message } } }'
    assert (await dealer.ask(plain))["createOrder"] == {"orderErrors": [{"message": message}]}
    none = 'mutation { createOrder(input: {details: {taxAmnt: "1"}}) { orderErrors { ... on FatalError { message } } } }'
    assert (await dealer.ask(none))["createOrder"] == {"orderErrors": [{}]}


async def test_the_correlation_id_goes_back(dealer: Dealer) -> None:
    url = f"{dealer.world.settings.base_url}/financing/graphql"
    body = {"query": "{ __typename }"}
    for given, shown in (("abc-123", "abc-123"), ("x" * 129, None), (None, None)):
        headers = dealer.keys | ({"correlation-id": given} if given else {})
        async with dealer.session.post(url, json=body, headers=headers) as answer:
            assert answer.headers.get("correlation-id") == shown


async def test_an_order_is_filled_step_by_step(dealer: Dealer) -> None:
    order = await dealer.create(customer={"firstName": "Ama", "cellPhone": "0241234567"})
    changed = await dealer.done(
        "updateOrder",
        "UpdateOrderInput",
        orderId=order["id"],
        details={"customer": {"lastName": "Mensah", "shippingAddress": {"city": "Accra"}}},
    )
    customer = changed["details"]["customer"]
    assert [customer[name] for name in ("firstName", "lastName", "cellPhone")] == [
        "Ama",
        "Mensah",
        "0241234567",
    ]
    assert customer["shippingAddress"]["city"] == "Accra" and changed["details"]["items"] is None
    items = [{"displayName": "Seat", "quantity": 2, "price": "12.5"}]
    changed = await dealer.done(
        "updateOrderItems", "UpdateOrderItemsInput", orderId=order["id"], items=items, shippingAmnt="3"
    )
    assert changed["details"]["items"][0]["price"] == "12.50" and changed["details"]["shippingAmnt"] == "3.00"
    assert changed["details"]["customer"] == customer
    # Said again, it takes the place of what was said: without delivery this time.
    changed = await dealer.done("updateOrderItems", "UpdateOrderItemsInput", orderId=order["id"], items=[{}])
    assert changed["details"]["shippingAmnt"] is None and len(changed["details"]["items"]) == 1
    said = await dealer.refused(
        "updateOrderItems", "UpdateOrderItemsInput", orderId=order["id"], items=[], taxAmnt="1"
    )
    assert said == [("BadRequest", '"taxAmnt" should only be included when items are included.')]
    assert (await dealer.order(order["id"])) == changed


async def test_another_platform_s_order_is_none(dealer: Dealer, stranger: Dealer) -> None:
    order = await dealer.create(customer={"firstName": "Ama"})
    for order_id in (order["id"], "00000000-0000-7000-8000-000000000000", "nonsense", "1"):
        assert await stranger.order(order_id) is None
        for name, of, given in (
            ("updateOrder", "UpdateOrderInput", {"details": {"customer": {"firstName": "Eve"}}}),
            ("updateOrderItems", "UpdateOrderItemsInput", {"items": [{}]}),
        ):
            said = await stranger.refused(name, of, orderId=order_id, **given)
            assert said == [("OrderNotFound", "There is no order with that id.")]
    assert await dealer.order(order["id"]) == order
    assert KASUWA["public-dealer-id"] == "dealer_kasuwa"


async def test_a_browser_is_shown_the_explorer(world: World) -> None:
    async with world.http.get("/financing/graphql", headers={"Accept": "text/html"}) as answer:
        page = await answer.text()
    assert "Financing API" in page and "public-dealer-id" in page
    async with world.http.get("/") as answer:
        assert 'href="/financing/graphql"' in await answer.text()
