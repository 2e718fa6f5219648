"""Orders and customers at the desk: found by whatever a caller reads out; a seller sees their part; all is logged."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from aiohttp import ClientSession, CookieJar

from core.clock import now
from models import OutboundMessage
from services.accounts.mail_recovery import send_password_token
from services.accounts.mail_registration import Registration, register_by_mail, send_verification_again
from services.accounts.signup import insert_customer
from services.fulfillment.making import fulfil
from services.payments.giving_back import give_back
from services.seller_orders.dividing import Refunded
from services.tenants import Scope
from tests.admin.conftest import DeskHands
from tests.admin.test_products import SAMPLE, SHOWN, new_seller
from tests.sellers.hands import a_desk, buy_of, variants_of_sellers
from tests.services.helpers import a_buyer
from tests.stories.test_statements import statements  # noqa: F401 - a fixture

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


EVERYTHING = """query($o: OrderListOptions) { orders(options: $o) { totalItems items { id code state nextStates
  totalWithTax customer { id emailAddress } shippingAddress { city } discounts { description } promotions { name }
  lines { id quantity linePriceWithTax productVariant { id name product { id name } } featuredAsset { preview }
    fulfillmentLines { quantity fulfillment { state } } }
  shippingLines { priceWithTax shippingMethod { name } } payments { id amount refunds { id total } }
  fulfillments { id state lines { orderLineId quantity } } } } }"""


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
    assert order["nextStates"] == [
        "Cancelled",
        "Delivered",
        "PartiallyDelivered",
        "PartiallyShipped",
        "Shipped",
    ]
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


async def test_an_address_that_staff_wrote_down_does_not_open_the_account_at_once(
    desk: DeskHands, demo: Scope
) -> None:
    owner = await insert_customer(demo, email="owner@here.test", email_verified_at=now(), full_name="Esi")
    assert owner is not None
    await desk.log_in()
    new = "somebody@else.test"
    changed = await desk.ask(CORRECT, i={"id": str(owner.id), "emailAddress": new})
    assert changed["updateCustomer"]["__typename"] == "Customer"
    await send_password_token(demo, new)
    await send_verification_again(demo, new)
    await register_by_mail(demo, Registration(email=new, password="a-long-password"))
    sent = await OutboundMessage.all().values_list("to", "template")
    assert set(sent) == {
        ("owner@here.test", "email_changed"),
        (new, "recovery_waits"),
        (new, "account_known"),
    }


async def test_a_page_of_orders_takes_as_many_statements_however_many_there_are(
    desk: DeskHands,
    demo: Scope,
    statements: list[str],  # noqa: F811
) -> None:
    sellers = await variants_of_sellers(demo, 2)
    buyers = [await a_buyer(demo, balance_minor=1_000_000, pin=True) for _ in range(4)]
    hands = await a_desk(demo)
    for buyer in buyers:
        order = await buy_of(buyer, *(variant for _, variant in sellers))
        await give_back(hands, order.payments[-1].id, Refunded({}, alike_minor=10), "one")
        await fulfil(hands, {order.lines[0].id: 1})
    await desk.log_in()
    taken = []
    for take in (1, 4):
        await desk.ask(EVERYTHING, o={"take": take})
        statements.clear()
        shown = await desk.ask(EVERYTHING, o={"take": take})
        assert len(shown["orders"]["items"]) == take
        taken.append(len(statements))
    assert taken[0] == taken[1] <= 20, "\n".join(statements)
