"""What a call of the REST API can name: a customer's own things, and what the shop has."""

from collections.abc import Sequence
from copy import deepcopy
from typing import Any
from uuid import UUID

from models import Customer, PurchaseOption, PurchaseOptionMember
from services.buyers import Buyer
from services.catalogue.naming import variant_named
from services.orders import OrderView
from services.tenants import Scope, scope_by_key
from tests.deposits.hands import an_option, buy
from tests.rest.hands import PIN, Rest

BILLS = "/api/billspayment"
ADDRESS = {"line1": "123 Main Street", "city": "Lagos", "state": "Lagos", "country": "NG"}


class Known:
    """Values by the field's name; below a path, another may stand for the same name."""

    def __init__(self, everywhere: dict[str, Any], below: dict[str, dict[str, Any]]) -> None:
        self.everywhere, self.below = everywhere, below

    def of(self, path: str) -> dict[str, Any]:
        here = [more for begins, more in self.below.items() if path.startswith(begins)]
        return {name: value for each in (self.everywhere, *here) for name, value in each.items()}

    def put_into(self, part: Any, path: str, instead_of: Sequence[Any] | None = None) -> Any:
        """`part` with what there is in the place of what was made up; of some values only, where those are given."""
        known = self.of(path)

        def told(name: str, value: Any) -> Any:
            if name in known and (instead_of is None or value in instead_of):
                return deepcopy(known[name])
            return self.put_into(value, path, instead_of)

        if isinstance(part, dict):
            return {name: told(name, value) for name, value in part.items()}
        return [self.put_into(each, path, instead_of) for each in part] if isinstance(part, list) else part


async def somebody_in_the_middle_of_things(app: Rest, number: int) -> Known:
    """Sign a customer in who has money, a PIN, a cart, a wishlist and an address; what can be named of theirs."""
    email = f"ama{number}@example.com"
    await app.become(f"+234803{number:07}", balance="300000")
    await Customer.filter(id=app.customer_id).update(email=email)
    customer, scope = await Customer.get(id=app.customer_id), await scope_by_key(app.key)
    wished, in_cart = await app.products(2)
    option, order = await _bought_on_terms(app, scope, UUID(in_cart))
    item = await app.data("POST", "/api/customer/cart/add", {"productId": in_cart, "quantity": 2})
    wish = await app.data("POST", "/api/ProductWishList/add", {"productId": wished})
    place = (await app.data("GET", "/api/PickUpLocation"))[0]
    address = await app.data("POST", "/api/checkout/saved-delivery-addresses", ADDRESS)
    product = await app.data("GET", f"/api/CustomerProuct/{in_cart}")
    pins = dict.fromkeys(("pin", "transactionPin", "currentTransactionPin", "newTransactionPin"), PIN)
    everywhere = pins | {
        "productId": in_cart,
        "cartItemId": item["id"],
        "wishListItemId": wish["id"],
        "wishListItemIds": [wish["id"]],
        "storeLocationId": place["storeLocationId"],
        "totalAmount": item["totalPrice"],
        "email": email,
        "customerId": str(customer.uid),
        "platformId": str(scope.uid),
        "businessId": str(scope.uid),
        "environmentType": 1,
        "categoryId": product["productCategoryId"],
        "searchTerm": "brake",
        "sessionId": "abc123xyz",
        "providerAddressId": address["providerAddressId"],
        "deliveryAddress": "123 Main Street, Victoria Island, Lagos",
        "purchaseOptionId": str(option.uid),
        "orderId": str(order.uid),
        "code": order.code,
    }
    below = {
        "/api/CustomerProuct": {"id": in_cart},
        "/api/PickUpLocation": {"id": place["storeLocationId"], "state": place["state"]},
    }
    return Known(everywhere, below | await _services(app))


async def _bought_on_terms(app: Rest, scope: Scope, product: UUID) -> tuple[PurchaseOption, OrderView]:
    """An option that the product is sold with to everybody, and an order of it of which a balance is owed."""
    variant_id = await variant_named(scope, product)
    sold = await PurchaseOptionMember.filter(variant_id=variant_id).first()
    named = {"group_id": sold.group_id} if sold else {"id": await an_option(scope, variant_id)}
    option = await PurchaseOption.get(**named)
    return option, await buy(Buyer(scope, "rest", app.customer_id), variant_id, option.id)


async def _services(app: Rest) -> dict[str, dict[str, Any]]:
    """The services of the contract's samples, by the kind of bill."""
    wanted = {"airtime": "MTN", "data": "MTNData", "electricity": "EKEDC", "cable": "DSTV"}
    found = {}
    for kind, name in wanted.items():
        services = await app.data("GET", f"{BILLS}/services/{kind}")
        service = next(each for each in services if each["name"] == name)
        found[f"{BILLS}/{kind}"] = {f"{kind}ServiceId": service["id"]}
    return found
