"""Every sample request of the document, in its order and in its words; the answers have the samples' shapes.

Only what a sample can't know is put in place of what it says: ids, codes, tokens, references and totals.
"""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from models import Product, Variant, WishlistItem
from services.tenants import scope_by_key
from tests.conftest import World
from tests.rest.hands import KASUWA_KEY, Rest
from tests.rest.paying import at_the_page

SAMPLES = json.loads((Path(__file__).parent / "samples.json").read_text(encoding="utf-8"))
EMAIL = "john.doe@example.com"
SAMPLE_TOKEN = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9..."
SAMPLE_PRODUCT = SAMPLE_CUSTOMER = "550e8400-e29b-41d4-a716-446655440000"
SAMPLE_STORE = "770e8400-e29b-41d4-a716-446655440000"
# Nobody has a former price, a second page or a logo in every case: null is an answer there.
MAY_BE_NULL = {
    "compareAtPrice", "discountPercentage", "iconUrl", "logoUrl", "lastLogin", "dateUpdated", "brand", "brandId",
    "productSubcategoryId", "gatewayTransactionId", "brandName", "productImage", "dateRangeStart", "dateRangeEnd",
    "pickUpLocation", "pickupLocationId", "pickupLocationName", "token", "installationCharge", "completedAt",
}  # fmt: skip


async def test_every_sample_of_the_document_works_as_written(world: World) -> None:
    async with Rest(world, KASUWA_KEY) as app:
        story = Story(world, app)
        for number, sample in enumerate(SAMPLES):
            await story.prepare(number, sample)
            body = story.told(sample["body"])
            path = story.told(sample["path"])
            app.token = story.token if sample["auth"] else None
            status, told = await app.ask(sample["method"], path, body)
            assert told["success"], (number, path, body, status, told)
            for answer in sample["answers"]:
                if answer["success"] and story.means(sample, answer):
                    assert_shape(answer["data"], told["data"], path)
            await story.learn(sample, told["data"])


def assert_shape(sample: Any, real: Any, where: str) -> None:
    """Every field of the sample is there, and of its kind; lists have at least one entry to look at."""
    if isinstance(sample, dict):
        assert isinstance(real, dict), (where, real)
        for name, value in sample.items():
            assert name in real, (where, name, real)
            if real[name] is None and (name in MAY_BE_NULL or value is None):
                continue
            assert_shape(value, real[name], f"{where} {name}")
    elif isinstance(sample, list):
        assert isinstance(real, list) and real, (where, real)
        for each in real:
            assert_shape(sample[0], each, where)
    elif isinstance(sample, (bool, str)):
        assert type(real) is type(sample), (where, real)
    elif isinstance(sample, int | float):
        assert isinstance(real, int | float) and not isinstance(real, bool), (where, real)


class Story:
    """What was learnt on the way, and what has to be so before a sample can be asked."""

    def __init__(self, world: World, app: Rest) -> None:
        self.world, self.app = world, app
        self.token: str | None = None
        # What stands in a field of that name, and what stands wherever a text of the sample does.
        self.fields: dict[str, Any] = {}
        self.texts: dict[str, Any] = {}
        self.quote: dict[str, Any] = {}
        self.changed_password = self.changed_pin = False

    def told(self, given: Any) -> Any:
        """A sample's path or body with what is known here in place of what was there."""
        if isinstance(given, dict):
            return {name: self.fields.get(name, self.told(value)) for name, value in given.items()}
        if isinstance(given, list):
            return [self.told(each) for each in given]
        if isinstance(given, str):
            for old, new in self.texts.items():
                given = given.replace(old, str(new))
        return given

    def means(self, sample: dict[str, Any], answer: dict[str, Any]) -> bool:
        """Where a sample request has answers of two kinds, whether this one is meant."""
        if sample["path"] != "/api/checkout" or not sample["body"]:
            return True
        return ("paymentUrl" in answer["data"]) == (sample["body"]["paymentMethod"] == "PaymentGateway")

    async def prepare(self, number: int, sample: dict[str, Any]) -> None:
        """Bring about what the sample takes for granted."""
        path = sample["path"]
        self.fields.pop("otp", None)
        if "otp" in (sample["body"] or {}):
            self.fields["otp"] = await self.world.code_for(EMAIL)
        for begins, prepare in PREPARE.items():
            if path.startswith(begins):
                await prepare(self, sample)

    async def learn(self, sample: dict[str, Any], data: Any) -> None:
        """Keep what later samples need of an answer."""
        if not isinstance(data, dict):
            return
        if sample["path"] == "/api/customer/login":
            self.token = data["token"]
        if "resetToken" in data:
            self.texts[SAMPLE_TOKEN] = data["resetToken"]
        if sample["path"] == "/api/customer/register":
            self.fields["customerId"] = data["id"]
        if sample["path"] == "/api/customer/cart/add":
            self.fields["cartItemId"] = data["id"]
        if "companies" in data:
            self.quote = data["companies"][0]
        if sample["path"] == "/api/transaction/fund-shopping-card":
            self.fields["transactionReference"] = data["reference"]
            await at_the_page(data["checkoutUrl"], pay=True)

    async def sign_in(self, password: str) -> None:
        login = {"emailOrPhone": EMAIL, "password": password}
        self.app.token = None
        self.token = (await self.app.data("POST", "/api/customer/login", login))["token"]
        self.app.token = self.token

    async def ask(self, method: str, path: str, body: Any = None) -> Any:
        self.app.token = self.token
        return await self.app.data(method, path, body)


async def a_new_password(story: Story, _: Any) -> None:
    if story.changed_password:
        return
    story.changed_password = True
    await story.sign_in("NewSecurePass123")


async def the_customer(story: Story, sample: dict[str, Any]) -> None:
    if "businessId" not in sample["path"]:
        return
    scope = await scope_by_key(KASUWA_KEY)
    story.texts |= {
        SAMPLE_CUSTOMER: story.fields["customerId"],
        "123e4567-e89b-12d3-a456-426614174000": scope.uid,
        "789e0123-e89b-12d3-a456-426614174000": scope.uid,
    }


async def a_product(story: Story, _: Any) -> None:
    scope = await scope_by_key(KASUWA_KEY)
    mine = {"platform_id": scope.platform_id, "environment": scope.environment}
    variant = await Variant.filter(**mine, stock_levels__on_hand__gt=20).order_by("id").first()
    assert variant is not None
    product = await Product.get(id=variant.product_id).select_related("category")
    story.texts[SAMPLE_PRODUCT] = story.fields["productId"] = str(product.uid)
    top = product.category.parent_id or product.category.id
    story.texts["categoryId=1"] = f"categoryId={top}"
    story.texts["categories/1/"] = f"categories/{top}/"
    # Nobody sells laptops here.
    story.texts["searchTerm=laptop"] = "searchTerm=brake"


async def an_item_in_the_cart(story: Story, sample: dict[str, Any]) -> None:
    if sample["path"] == "/api/customer/cart/add":
        return
    added = await story.ask(
        "POST", "/api/customer/cart/add", {"productId": story.texts[SAMPLE_PRODUCT], "quantity": 1}
    )
    story.fields["cartItemId"] = added["id"]


async def a_checkout(story: Story, sample: dict[str, Any]) -> None:
    locations = await story.ask("GET", "/api/PickUpLocation")
    story.texts[SAMPLE_STORE] = locations[0]["storeLocationId"]
    body = sample["body"] or {}
    if "products" not in body:
        return
    await story.ask("DELETE", "/api/customer/cart/clear")
    product = await story.ask("GET", f"/api/CustomerProuct/{story.texts[SAMPLE_PRODUCT]}")
    story.fields.pop("productId", None)
    total = product["price"] * 2
    for name in ("selectedRateId", "deliveryFee", "deliveryCompanyName"):
        story.fields.pop(name, None)
    if body.get("deliveryOption"):
        quote = story.quote
        total += quote["deliveryFee"]
        story.fields |= {"selectedRateId": quote["rateId"], "deliveryFee": quote["deliveryFee"]}
        story.fields["deliveryCompanyName"] = quote["companyName"]
    story.fields["totalAmount"] = round(total, 2)
    if "transactionPin" in body:
        await money_on_the_card(story, sample)


async def money_on_the_card(story: Story, _: Any) -> None:
    if not story.changed_pin:
        # The samples set another PIN, and pay with the first one.
        story.changed_pin = True
        pins = {"currentTransactionPin": "5678", "newTransactionPin": "1234"}
        await story.ask("PUT", "/api/customerprofile/update-transaction-pin", pins)
    balance = await story.ask("GET", "/api/customer/get-card-balance")
    if balance["currentBalance"] > 200_000:
        return
    body = {"amount": 500_000, "callbackUrl": "https://yourapp.com"}
    funded = await story.ask("POST", "/api/transaction/fund-shopping-card", body)
    await at_the_page(funded["checkoutUrl"], pay=True)
    asked = {"transactionReference": funded["reference"]}
    assert (await story.ask("POST", "/api/transaction/verify-transaction", asked))["isSuccessful"]


async def a_saved_address(story: Story, sample: dict[str, Any]) -> None:
    story.texts.pop(SAMPLE_PRODUCT, None)
    address = {
        "line1": "123 Main Street", "city": "Lagos", "state": "Lagos", "country": "NG", "firstName": "John",
        "lastName": "Doe", "email": "customer@example.com", "phone": "+2348012345678",
    }  # fmt: skip
    saved = await story.ask("POST", "/api/checkout/saved-delivery-addresses", address)
    story.texts["addr_abc123"] = saved["providerAddressId"]


async def a_service(story: Story, sample: dict[str, Any]) -> None:
    wanted = {"airtime": "MTN", "data": "MTNData", "electricity": "EKEDC", "cable": "DSTV"}
    for kind, name in wanted.items():
        services = await story.ask("GET", f"/api/billspayment/services/{kind}")
        found = next(each for each in services if each["name"] == name)
        story.fields[f"{kind}ServiceId"] = found["id"]
    if sample["path"].endswith("/purchase"):
        await money_on_the_card(story, sample)


async def wished_for(story: Story, sample: dict[str, Any]) -> None:
    await a_product(story, sample)
    if sample["path"].endswith("/add"):
        return
    ids = []
    products = await story.ask("GET", "/api/CustomerProuct?pageSize=2")
    for product in products:
        await story.ask("POST", "/api/ProductWishList/add", {"productId": product["id"]})
    ids = [str(item.uid) for item in await WishlistItem.all().order_by("id")]
    story.texts |= {
        "a1b2c3d4-e5f6-7890-1234-567890abcdef": ids[0],
        "b2c3d4e5-f6a7-8901-2345-678901bcdefg": ids[-1],
    }


async def this_years_movements(story: Story, _: Any) -> None:
    story.texts |= {
        "startDate=2024-01-01": "startDate=2026-01-01",
        "endDate=2024-12-31": "endDate=2099-12-31",
    }


Prepare = Callable[[Story, Any], Awaitable[None]]
PREPARE: dict[str, Prepare] = {
    "/api/customer/get-card-balance": a_new_password,
    "/api/customer/550e8400": the_customer,
    "/api/CustomerProuct": a_product,
    "/api/customer/cart": an_item_in_the_cart,
    "/api/checkout": a_checkout,
    "/api/checkout/saved-delivery-addresses": a_saved_address,
    "/api/PickUpLocation": a_checkout,
    "/api/billspayment": a_service,
    "/api/ProductWishList": wished_for,
    "/api/customer/transaction": this_years_movements,
}
