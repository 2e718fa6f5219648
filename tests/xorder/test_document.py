"""Every sample of the document is answered as it stands there, with the ids of this market put in place."""

from typing import Any

from graphql import OperationDefinitionNode, parse

from core.db import execute
from tests.shop.contract import missing
from tests.xorder.conftest import Hands, Somebody
from tests.xorder.contract import DOCUMENT, samples

TEXT, LANGUAGES, DICTIONARY = (
    f"Example {kind} property" for kind in ("string", "multilanguage", "dictionary")
)
ITEM = "578fadeb1d2a40b3b08b1daf8db09463"
PROPERTIES = [
    {"name": TEXT, "value": "12345678"},
    {"name": LANGUAGES, "locale": "de-DE", "value": "hallo welt"},
    {"name": DICTIONARY, "value": ITEM},
]


def sample(field: str) -> str:
    """The sample whose first field is that one."""
    for text in samples():
        (operation,) = parse(text).definitions
        assert isinstance(operation, OperationDefinitionNode)
        if operation.selection_set.selections[0].name.value == field:  # type: ignore[union-attr]
            return text
    raise LookupError(field)


def test_every_operation_of_the_document_has_a_sample_here() -> None:
    names = [sample(name) and name for name in OPERATIONS]
    assert len(samples()) == len(names) == 14


OPERATIONS = [
    "order",
    "orders",
    "organizationOrders",
    "createOrderFromCart",
    "changeOrderStatus",
    "confirmOrderPayment",
    "cancelOrderPayment",
    "updateOrderDynamicProperties",
    "updateOrderItemDynamicProperties",
    "updateOrderShipmentDynamicProperties",
    "updateOrderPaymentDynamicProperties",
    "initializePayment",
    "authorizePayment",
    "addOrUpdateOrderPayment",
]
# The ids that the document's samples have.
USER, NUMBER = "0cda0396-43fe-4034-a20e-d0bab4c88c93", "CU1508131823002"


async def test_the_queries(customer: Somebody) -> None:
    order = await customer.orders_on_account()
    one = sample("order").replace(NUMBER, order.code).replace(USER, customer.uid)
    shown = (await customer.hands.ask(one))["order"]
    expected: dict[str, Any] = {
        "id": str(order.uid),
        "customerId": customer.uid,
        "customerName": "Ama Mensah",
        "currency": {"code": "GHS"},
        "items": [{"sku": order.lines[0].sku, "name": order.lines[0].name, "quantity": 2}],
        "total": {"amount": order.total_minor / 100},
        "cancelledDate": None,
    }
    assert {name: shown[name] for name in expected} == expected
    assert {"addresses", "createdDate", "dynamicProperties"} <= shown.keys()
    many = (await customer.hands.ask(sample("orders").replace(USER, customer.uid)))["orders"]
    assert many["totalCount"] == 1
    assert missing({name: expected[name] for name in expected}, many["items"][0]) == []


async def test_a_cart_becomes_an_order_that_is_approved(customer: Somebody, desk: Hands) -> None:
    cart = await customer.a_cart()
    text = sample("createOrderFromCart").replace("05479fa6-9b6f-4028-94b1-cda21447e268", str(cart.uid))
    made = (await customer.hands.ask(text))["createOrderFromCart"]
    assert (made["id"], made["items"][0]["sku"]) == (str(cart.uid), cart.lines[0].sku)
    text = sample("changeOrderStatus").replace("1672428e-52fe-4092-8380-7604c3637f91", made["id"])
    assert (await desk.ask(text)) == {"changeOrderStatus": True}


async def test_a_payment_is_planned_initialized_and_authorized(customer: Somebody) -> None:
    order = await customer.orders_on_account()
    address = {
        "city": "Test", "countryCode": "US", "countryName": "US", "email": "test@example.com", "firstName": "First test name",
        "id": "KeyTest", "key": "KeyTest", "lastName": "Last name test", "line1": "Address Line 1", "line2": "Address line 2",
        "middleName": "Test Middle Name", "name": "First name address", "organization": "OrganizationTestName",
        "phone": "88005553535", "postalCode": "111111", "regionId": "Test region", "regionName": "Region 15", "zip": "13413",
        "addressType": 2,
    }  # fmt: skip
    assert all(f'"{name}"' in DOCUMENT for name in address)
    command = {
        "orderId": str(order.uid),
        "payment": {
            "id": "New-Id-1",
            "paymentGatewayCode": "connected-payment-method",
            "billingAddress": address,
        },
    }
    text = sample("addOrUpdateOrderPayment")
    for _ in range(2):
        # The same again changes the same payment.
        shown = (await customer.hands.ask(text, command=command))["addOrUpdateOrderPayment"]
        (payment,) = shown["inPayments"]
        # The document sends `key` and doesn't ask for it. Countries are called what they are.
        told = {**payment["billingAddress"], "countryName": "US", "key": "KeyTest"}
        assert told == address
        assert payment["paymentMethod"] == {
            "code": "connected-payment-method",
            "paymentMethodType": 2,
            "paymentMethodGroupType": 1,
        }
    ids = {"orderId": str(order.uid), "paymentId": payment["id"]}
    begun = (await customer.hands.ask(sample("initializePayment"), command=ids))["initializePayment"]
    assert (begun["isSuccess"], begun["paymentActionType"], begun["errorMessage"]) == (
        True,
        "Redirection",
        None,
    )
    assert (
        begun["actionRedirectUrl"].startswith("http") and begun["publicParameters"][0]["key"] == "reference"
    )
    assert (begun["orderNumber"], begun["storeId"], begun["paymentId"]) == (order.code, "demo", payment["id"])
    more = ids | {"parameters": [{"key": "key1", "value": "value1"}, {"key": "key2", "value": "value2"}]}
    told = (await customer.hands.ask(sample("authorizePayment"), command=more))["authorizePayment"]
    assert told == {"isSuccess": False, "errorMessage": "It was not paid yet."}


async def test_the_properties(customer: Somebody) -> None:
    order = await customer.orders_on_account()
    shown = await customer.hands.ask(
        "query($i: String) { order(id: $i) { items { id } shipments { id } } }", i=str(order.uid)
    )
    payment = await customer.plans(order, amount=10)
    for field, where, named, part in (
        ("updateOrderDynamicProperties", None, "", None),
        ("updateOrderItemDynamicProperties", "items", "lineItemId", shown["order"]["items"][0]["id"]),
        (
            "updateOrderShipmentDynamicProperties",
            "shipments",
            "shipmentId",
            shown["order"]["shipments"][0]["id"],
        ),
        ("updateOrderPaymentDynamicProperties", "inPayments", "paymentId", payment["id"]),
    ):
        command = {"orderId": str(order.uid), "dynamicProperties": PROPERTIES} | (
            {named: part} if part else {}
        )
        answer = (await customer.hands.ask(sample(field), command=command))[field]
        (held,) = [answer] if where is None else answer[where]
        values = {each["name"]: each for each in held["dynamicProperties"]}
        assert values[TEXT] == {
            "name": TEXT,
            "value": "12345678",
            "valueType": "ShortText",
            "dictionaryItem": None,
        }
        assert values[LANGUAGES]["value"] == "hallo welt"
        assert values[DICTIONARY]["dictionaryItem"]["id"] == ITEM


async def test_a_payment_is_confirmed_and_another_cancelled(customer: Somebody, desk: Hands) -> None:
    # The samples are of an order in dollars.
    await execute("UPDATE platform SET currency = 'USD' WHERE code = 'demo'")
    customer.use_currency("USD")
    order = await customer.orders_on_account(46, 4)
    await execute("UPDATE customer_order SET currency = 'USD' WHERE id = $1", order.id)
    for field, becomes in (("confirmOrderPayment", "Paid"), ("cancelOrderPayment", "Cancelled")):
        payment = await customer.plans(order, amount=100)
        text = (
            sample(field)
            .replace("9d27c868-2e31-4ab4-861b-909bc3f86657", str(order.uid))
            .replace("PA1508131823002", payment["number"])
            .replace(USER, customer.uid)
        )
        for _ in range(2):
            assert (await desk.ask(text)) == {field: True}
        assert (await customer.payment(order, payment["id"]))["status"] == becomes
