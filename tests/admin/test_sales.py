"""Orders and customers at the desk: found by whatever a caller reads out; a seller sees their part; all is logged."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from aiohttp import ClientSession, CookieJar

from tests.admin.conftest import DeskHands
from tests.admin.test_products import SAMPLE, SHOWN, new_seller

if TYPE_CHECKING:
    from tests.conftest import World

ADD = (
    """mutation($v: ID!) { addItemToOrder(productVariantId: $v, quantity: 2) { ... on Order { id code } } }"""
)
DELIVER = 'mutation { setOrderShippingMethod(shippingMethodId: ["1"]) { __typename } }'
PAY = """mutation { addPaymentToOrder(input: {method: "standard-payment", metadata: {}}) {
  ... on Order { code state } ... on ErrorResult { message } } }"""
ORDERS = """query($o: OrderListOptions) { orders(options: $o) { totalItems items { id code state nextStates
  totalWithTax subTotalWithTax shippingWithTax payments { amount } lines { quantity productVariant { name } }
  customer { emailAddress } } } }"""
CUSTOMERS = """query($o: CustomerListOptions) { customers(options: $o) { totalItems
  items { id firstName lastName emailAddress phoneNumber orders { totalItems } } } }"""
CREATE = """mutation($email: String!) { createCustomer(input: {firstName: "Adjoa", lastName: "Owusu",
  emailAddress: $email, phoneNumber: "0244000111"}) { __typename ... on Customer { id phoneNumber }
  ... on ErrorResult { errorCode message } } }"""
CORRECT = """mutation($i: UpdateCustomerInput!) { updateCustomer(input: $i) { __typename
  ... on Customer { lastName } ... on ErrorResult { errorCode } } }"""
LOG = """query($o: AuditEntryListOptions) { auditLog(options: $o) { totalItems
  items { act noun nounId emailAddress data } } }"""


async def buy(world: "World", variant_ids: list[str]) -> str:
    """A guest's order of two pieces of each, paid at once; its code."""
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:

        async def ask(query: str, **variables: Any) -> dict[str, Any]:
            url = f"{world.settings.base_url}/shop-api"
            async with session.post(url, json={"query": query, "variables": variables}) as answer:
                body: dict[str, Any] = await answer.json()
                assert "errors" not in body, body
                data: dict[str, Any] = body["data"]
                return data

        for variant_id in variant_ids:
            await ask(ADD, v=variant_id)
        await ask(DELIVER)
        paid = (await ask(PAY))["addPaymentToOrder"]
        assert paid["state"] == "PaymentSettled", paid
        return str(paid["code"])


async def test_orders_are_found_and_a_seller_sees_their_part(
    desk: DeskHands, desks: Callable[[], DeskHands], world: "World"
) -> None:
    ama, kofi = await new_seller(desks, "Ama Parts"), await new_seller(desks, "Kofi Parts")
    product_id = (await ama.ask(SAMPLE))["createProduct"]["id"]
    hers = (await ama.ask(SHOWN % product_id))["product"]["variants"][0]["id"]
    code = await buy(world, ["1", hers])
    await desk.log_in()
    by_code = {"filter": {"code": {"eq": code}}}
    (order,) = (await desk.ask(ORDERS, o=by_code))["orders"]["items"]
    assert len(order["lines"]) == 2 and order["payments"] == [{"amount": order["totalWithTax"]}]
    assert order["nextStates"] == ["Cancelled", "Delivered", "PartiallyShipped", "Shipped"]
    (part,) = (await ama.ask(ORDERS, o=by_code))["orders"]["items"]
    assert [line["productVariant"]["name"] for line in part["lines"]] == ["part name"]
    assert (part["totalWithTax"], part["shippingWithTax"], part["payments"]) == (4100, 0, [])
    assert (await kofi.ask(ORDERS, o=by_code))["orders"] == {"totalItems": 0, "items": []}
    one = "query($id: ID!) { order(id: $id) { code } }"
    assert (await ama.ask(one, id=order["id"]))["order"] == {"code": code}
    assert (await kofi.ask(one, id=order["id"]))["order"] is None
    assert await ama.refused("{ customers { totalItems } }") == "FORBIDDEN"


async def test_a_cart_of_somebody_is_not_a_sellers_business(
    desk: DeskHands, desks: Callable[[], DeskHands], world: "World"
) -> None:
    ama = await new_seller(desks, "Ama Parts")
    product_id = (await ama.ask(SAMPLE))["createProduct"]["id"]
    hers = (await ama.ask(SHOWN % product_id))["product"]["variants"][0]["id"]
    async with ClientSession() as session:
        url = f"{world.settings.base_url}/shop-api"
        await session.post(url, json={"query": ADD, "variables": {"v": hers}})
    assert (await ama.ask(ORDERS))["orders"]["totalItems"] == 0
    await desk.log_in()
    assert (await desk.ask(ORDERS))["orders"]["totalItems"] == 1


async def test_a_customer_is_written_down_corrected_and_found(desk: DeskHands) -> None:
    await desk.log_in()
    made = (await desk.ask(CREATE, email="Adjoa@Example.com"))["createCustomer"]
    assert made["phoneNumber"] == "+233244000111"
    again = (await desk.ask(CREATE, email="adjoa@example.com"))["createCustomer"]
    assert again["errorCode"] == "EMAIL_ADDRESS_CONFLICT_ERROR"
    named = {"filter": {"_or": [{"lastName": {"contains": "owus"}}, {"emailAddress": {"eq": "x@y.test"}}]}}
    (found,) = (await desk.ask(CUSTOMERS, o=named))["customers"]["items"]
    assert (found["firstName"], found["lastName"], found["orders"]) == ("Adjoa", "Owusu", {"totalItems": 0})
    corrected = {"id": made["id"], "lastName": "Owusu-Ansah"}
    assert (await desk.ask(CORRECT, i=corrected))["updateCustomer"]["lastName"] == "Owusu-Ansah"
    other = (await desk.ask(CREATE, email="kofi@example.com"))["createCustomer"]
    taken = (await desk.ask(CORRECT, i={"id": other["id"], "emailAddress": "adjoa@example.com"}))[
        "updateCustomer"
    ]
    assert taken["errorCode"] == "EMAIL_ADDRESS_CONFLICT_ERROR"
    assert await desk.refused(CORRECT, i={"id": "999999", "lastName": "X"}) == "NOT_FOUND"
    assert await desk.refused(CORRECT, i={"id": made["id"], "emailAddress": "nonsense"}) == "INVALID_INPUT"
    log = (await desk.ask(LOG, o={"filter": {"noun": {"eq": "customer"}}}))["auditLog"]
    assert [(entry["act"], entry["nounId"]) for entry in log["items"]] == [
        ("created", other["id"]),
        ("updated", made["id"]),
        ("created", made["id"]),
    ]
    assert log["items"][1]["data"] == {"fields": ["full_name", "last_name"]}
    assert {entry["emailAddress"] for entry in log["items"]} == {"admin@makola.test"}
