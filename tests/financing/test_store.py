"""At the counter: a customer is found by their number, by the merchant alone."""

from typing import Any

from tests.financing.conftest import Dealer

SEARCH = """query($input: CustomerSearchInput!) { customer(input: $input) {
  orderId customers { firstName lastName cellPhone } customerSearchErrors { __typename message } } }"""
DELIVERED = """mutation($input: MarkOrderDeliveredInput!) { markOrderDelivered(input: $input) {
  markOrderDeliveredErrors { __typename message } } }"""


async def search(dealer: Dealer, **given: Any) -> Any:
    return (await dealer.ask(SEARCH, input=given))["customer"]


async def delivered(dealer: Dealer, **given: Any) -> list[Any]:
    answer = (await dealer.ask(DELIVERED, input=given))["markOrderDelivered"]
    return [error["__typename"] for error in answer["markOrderDeliveredErrors"]]


async def test_a_customer_is_found_by_their_number_as_they_said_last(
    dealer: Dealer, stranger: Dealer
) -> None:
    ama = {"firstName": "Ama", "lastName": "Mensah", "cellPhone": "0241234567"}
    await dealer.create(customer=ama)
    await dealer.create(customer={**ama, "firstName": "Kofi"})
    newest = await dealer.create(customer={**ama, "firstName": "AMA", "cellPhone": "+233241234567"})
    found = await search(dealer, cellPhone="0241234567")
    assert found["orderId"] == newest["id"] and found["customerSearchErrors"] == []
    assert [each["firstName"] for each in found["customers"]] == ["AMA", "Kofi"]
    for nobody in ({"cellPhone": "0241234568"}, {"cellPhone": "0241234567", "taxIDLast4": "1234"}):
        assert await search(dealer, **nobody) == {
            "orderId": None,
            "customers": [],
            "customerSearchErrors": [],
        }
    assert (await search(stranger, cellPhone="+233241234567".replace("+233", "0")))["customers"] == []
    # Ten digits that are no number of the country's are found as they were given.
    await dealer.create(customer={"firstName": "Wally", "cellPhone": "5555555555"})
    assert [each["firstName"] for each in (await search(dealer, cellPhone="5555555555"))["customers"]] == [
        "Wally"
    ]


async def test_the_shop_s_own_key_finds_nobody_and_delivers_nothing(dealer: Dealer, app: Dealer) -> None:
    order = await dealer.create(customer={"cellPhone": "0241234567"})
    found = await search(app, cellPhone="0241234567")
    assert found["customers"] is None
    assert [error["__typename"] for error in found["customerSearchErrors"]] == ["UnauthorizedError"]
    assert await delivered(app, orderId=order["id"]) == ["UnauthorizedError"]
    assert [e["__typename"] for e in (await search(dealer, taxIDLast4="1234"))["customerSearchErrors"]] == [
        "BadRequest"
    ]


async def test_what_was_not_checked_out_is_not_delivered(dealer: Dealer, stranger: Dealer) -> None:
    order = await dealer.create()
    assert await delivered(dealer, orderId=order["id"]) == ["InvalidApp"]
    assert await delivered(stranger, orderId=order["id"]) == ["NotFound"]
    assert await delivered(dealer, orderId="nonsense") == ["NotFound"]
    assert await delivered(dealer, orderId=order["id"], estimatedDeliveryDate="soon") == ["BadRequest"]
