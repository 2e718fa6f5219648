"""Somebody who owns one of everything: what could be named of theirs, and what nobody else may be shown."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson

from core.db import dialect, fetch
from models import BillPurchase, Customer, Order, PaymentAttempt, PurchaseOption
from services.catalogue.naming import variant_named
from services.tenants import scope_by_key
from tests.deposits.hands import an_option
from tests.rest.hands import PIN, Rest

CART = "/api/customer/cart"
BACK = "https://yourapp.com/payment/callback"
EMAIL, NEW_EMAIL = "efua.owusu@example.com", "efua.new@example.com"
PHONE, LINE, PASSWORD = "+233244777001", "+233244777009", "SecurePass123"
HOME = {"line1": "77 Hidden Close", "city": "Tema", "state": "Greater Accra", "country": "GH"}
# Whose own name it was while they were a guest; and one of a cart that nobody has claimed yet.
CLAIMED, UNCLAIMED = "claimed-3f9c1b7d", "unclaimed-8e2a4c6f"


@dataclass
class Owner:
    """`things` are what calls can name, `secrets` texts that are shown to the owner alone, `shop` what the shop has."""

    app: Rest
    things: dict[str, Any] = field(default_factory=dict)
    secrets: set[str] = field(default_factory=set)
    shop: set[str] = field(default_factory=set)

    def keep(self, **things: Any) -> None:
        """Things that can be named, and that no one else may be shown."""
        self.things |= things
        self.secrets |= {str(thing) for thing in things.values()}


async def one_of_everything(app: Rest) -> Owner:
    """A customer of the client's platform, registered and signed in there, with everything that one can own."""
    owner = Owner(app)
    await _an_account(owner)
    await _guest_carts(owner)
    await _orders(owner)
    await _other_things(owner)
    await app.world.drain()
    await _codes(owner)
    return owner


async def _an_account(owner: Owner) -> None:
    app = owner.app
    given = {"firstName": "Efua", "lastName": "Owusu-Baah", "emailAddress": EMAIL, "phoneNumber": PHONE}
    secret = {"password": PASSWORD, "transactionPin": PIN}
    made = await app.data("POST", "/api/customer/register", given | secret)
    code = await app.world.code_for(EMAIL)
    await app.data("POST", "/api/customer/verify-email", {"email": EMAIL, "otp": code})
    signed = await app.data("POST", "/api/customer/login", {"emailOrPhone": EMAIL, "password": PASSWORD})
    app.token, app.customer_id = signed["token"], (await Customer.get(uid=made["id"])).id
    await app.gift("50000")
    scope = await scope_by_key(app.key)
    owner.keep(customer=made["id"], email=EMAIL, phone=PHONE, card=made["shoppingCardNo"], name="Owusu-Baah")
    owner.things |= {"platform": str(scope.uid), "password": PASSWORD, "pin": PIN}


async def _guest_carts(owner: Owner) -> None:
    app = owner.app
    first, second, wished = await app.products(3)
    product = await app.data("GET", f"/api/CustomerProuct/{first}")
    places = await app.data("GET", "/api/PickUpLocation")
    place = places[0]["storeLocationId"]
    owner.things |= {"product": first, "wished": wished, "second": second, "place": place}
    owner.things |= {"category": product["productCategoryId"], "brand": product["brandId"]}
    owner.shop |= {first, wished, second, place, product["brandId"]}
    owner.things |= {"price": product["price"], "state": places[0]["state"]}
    token, app.token = app.token, None
    for name in (CLAIMED, UNCLAIMED):
        added = {"productId": first, "quantity": 3, "sessionId": name}
        item = await app.data("POST", f"{CART}/add", added)
    owner.keep(guestItem=item["id"])
    owner.things |= {"claimed": CLAIMED, "unclaimed": UNCLAIMED}
    app.token = token
    await app.data("POST", f"{CART}/transfer-session", sessionId=CLAIMED)


async def _orders(owner: Owner) -> None:
    """One brought by a carrier and paid by card, one that waits at a page, and what is left in the cart meanwhile."""
    app, things = owner.app, owner.things
    asked = {"storeLocationId": things["place"], "deliveryAddress": "12 Secret Lane, Osu, Accra"}
    quoted = await app.data("POST", "/api/checkout/delivery-quote", asked)
    rate = quoted["companies"][0]
    listing = {
        "totalAmount": round(things["price"] + rate["deliveryFee"], 2),
        "products": [{"productId": things["product"], "quantity": 1}],
        "storeLocationId": things["place"],
    }
    delivered = {
        "paymentMethod": "ShoppingCard",
        "deliveryOption": "Delivery",
        "address": asked["deliveryAddress"],
        "deliveryFee": rate["deliveryFee"],
        "selectedRateId": rate["rateId"],
        "transactionPin": PIN,
    }
    paid = await app.data("POST", "/api/checkout", listing | delivered)
    await _an_order_on_terms(owner)
    picked_up = {"totalAmount": things["price"], "paymentMethod": "PaymentGateway", "redirectUrl": BACK}
    sent = await app.data("POST", "/api/checkout", listing | picked_up)
    [item] = await app.data("GET", f"{CART}/items")
    owner.keep(order=paid["orderId"], orderCode=paid["orderCode"], payment=paid["transactionId"])
    owner.keep(waiting=sent["orderId"], waitingCode=sent["orderCode"], reference=sent["transactionReference"])
    owner.keep(
        page=sent["paymentUrl"], item=item["id"], rate=rate["rateId"], address=asked["deliveryAddress"]
    )
    owner.things |= {"fee": rate["deliveryFee"], "company": rate["companyName"]}
    assert await Order.filter(parked_id__isnull=False, uid=sent["orderId"]).exists()


async def _an_order_on_terms(owner: Owner) -> None:
    """One of which the deposit is paid, and a balance is owed."""
    app, things = owner.app, owner.things
    scope = await scope_by_key(app.key)
    option = await PurchaseOption.get(
        id=await an_option(scope, await variant_named(scope, UUID(things["second"])))
    )
    wanted = {"productId": things["second"], "quantity": 1}
    item = await app.data("POST", f"{CART}/add", wanted | {"purchaseOptionId": str(option.uid)})
    listing = {
        "totalAmount": item["totalPrice"],
        "paymentMethod": "ShoppingCard",
        "products": [wanted],
        "storeLocationId": things["place"],
        "deliveryOption": "Pickup",
        "transactionPin": PIN,
    }
    placed = await app.data("POST", "/api/checkout", listing)
    owner.keep(deposit=placed["orderId"], depositCode=placed["orderCode"])
    owner.keep(charge=placed["scheduledCharges"][0]["id"], deposited=placed["transactionId"])
    owner.things["option"] = str(option.uid)
    owner.shop.add(str(option.uid))


async def _other_things(owner: Owner) -> None:
    app = owner.app
    wish = await app.data(
        "POST", "/api/ProductWishList/add", {"productId": owner.things["wished"], "notes": "for my sister"}
    )
    saved = await app.data("POST", "/api/checkout/saved-delivery-addresses", HOME)
    [airtime, *_] = await app.data("GET", "/api/billspayment/services/airtime")
    bill = {"airtimeServiceId": airtime["id"], "amount": 5, "phoneNumber": LINE, "transactionPin": PIN}
    bought = await app.data("POST", "/api/billspayment/airtime/purchase", bill)
    await app.world.until(lambda: BillPurchase.filter(state="Delivered").exists())
    [beneficiary] = await app.data("GET", "/api/billspayment/beneficiaries")
    money = {"amount": 25, "callbackUrl": BACK}
    funded = await app.data("POST", "/api/transaction/fund-shopping-card", money)
    owner.keep(wish=wish["id"], notes="for my sister", saved=saved["providerAddressId"], savedId=saved["id"])
    owner.keep(bill=bought["transactionReference"], billId=bought["paymentReference"], line=LINE)
    owner.keep(beneficiary=beneficiary["id"], funding=funded["reference"])
    owner.things["airtime"] = airtime["id"]
    owner.shop.add(airtime["id"])
    owner.keep(home=HOME["line1"])
    attempt = await PaymentAttempt.get(reference=funded["reference"]).select_related("payment")
    owner.keep(fundingId=str(attempt.payment.uid))


async def _codes(owner: Owner) -> None:
    """A token for a new password and one for a new PIN, and then three codes that nobody has used yet."""
    app, world = owner.app, owner.app.world
    forgot = {
        "reset": ("/api/customer/forgot-password", "/api/customer/verify-forgot-password-otp"),
        "pin": (
            "/api/customerprofile/forgot-transaction-pin",
            "/api/customerprofile/verify-forgot-transaction-pin-otp",
        ),
    }
    for what, (ask, verify) in forgot.items():
        await app.data("POST", ask, {"email": EMAIL})
        code = await world.code_for(EMAIL)
        token = (await app.data("POST", verify, {"email": EMAIL, "otp": code}))["resetToken"]
        await app.data("POST", ask, {"email": EMAIL})
        owner.keep(**{f"{what}Token": token})
        owner.things[f"{what}Code"] = await world.code_for(EMAIL)
    await app.data(
        "PUT", "/api/customer/update-customer", {"emailAddress": NEW_EMAIL, "currentPassword": PASSWORD}
    )
    owner.keep(newEmail=NEW_EMAIL)
    owner.things["emailCode"] = await world.code_for(NEW_EMAIL)


# The shop's shelves, which no call writes, and which are many.
SHELVES = {
    "asset", "brand", "category", "fitment", "product", "product_asset", "search_entry", "search_word", "seller",
    "tag", "variant",
}  # fmt: skip


async def all_rows(tables: list[str]) -> dict[str, dict[str, dict[str, Any]]]:
    """Every row of the tables, by what it says."""
    if dialect() == "sqlite":
        return {table: {repr(row): row for row in await fetch(f"SELECT * FROM {table}")} for table in tables}
    # In one statement: it is asked after every call of hundreds.
    each = " UNION ALL ".join(
        f"SELECT '{table}' AS name, to_jsonb(t)::text AS said FROM {table} t" for table in tables
    )
    found: dict[str, dict[str, dict[str, Any]]] = {table: {} for table in tables}
    for row in await fetch(each):
        found[row["name"]][row["said"]] = orjson.loads(row["said"])
    return found
