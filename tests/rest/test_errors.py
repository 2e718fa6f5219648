"""Every refusal of the services has its status at the REST door."""

from api.rest.errors import STATUS
from core.errors import all_error_classes
from tests.conftest import World
from tests.rest.hands import Rest


def test_every_error_class_has_a_status_that_says_who_can_mend_it() -> None:
    assert set(STATUS) == set(all_error_classes())
    assert all(400 <= status < 500 or status == 503 for status in STATUS.values())


async def test_a_limit_is_said_in_the_words_of_what_it_limits(world: World) -> None:
    async with Rest(world) as app:
        await app.become("+233240000001")
        for method, path, body, said in (
            ("PUT", "/api/customer/update-customer", {"password": "abc"}, "password must have at least 6 characters"),
            ("PUT", "/api/customer/update-customer", {"firstName": "x" * 101}, "firstName must have at most 100 characters"),
            ("POST", "/api/transaction/fund-shopping-card", {"amount": "100"}, "amount must be a number"),
            ("POST", "/api/transaction/fund-shopping-card", {"amount": True}, "amount must be a number"),
        ):  # fmt: skip
            assert await app.refused(400, method, path, body) == said
        place = (await app.data("GET", "/api/PickUpLocation"))[0]["storeLocationId"]
        pay = {"totalAmount": 5, "paymentMethod": "ShoppingCard", "storeLocationId": place, "products": []}
        said = await app.refused(400, "POST", "/api/checkout", pay)
        assert said == "products must have at least 1 entries"
        ask = {"storeLocationId": place, "deliveryAddress": "12 Ring Road, Accra, Ghana", "packageWeight": 0}
        said = await app.refused(400, "POST", "/api/checkout/delivery-quote", ask)
        assert said == "packageWeight must be greater than 0"
