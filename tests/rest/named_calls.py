"""Every endpoint, called by somebody who names what is another's; and what each of them may see.

`{name}` stands for what the owner has of that name (`owner.py`).
"""

from dataclasses import dataclass, field
from typing import Any

MINE = "7777"  # the other customer's own PIN
MONEY = 1000.0  # what is on their card
NOTHING: list[Any] = []
BASE = {"totalAmount": "{price}", "storeLocationId": "{place}"}
ONE = [{"productId": "{product}", "quantity": 1}]
BY_CARD = {**BASE, "paymentMethod": "ShoppingCard", "products": ONE, "transactionPin": MINE}
ON_PAGE = {**BASE, "paymentMethod": "PaymentGateway", "products": ONE, "redirectUrl": "https://example.com/"}
CARRIED = {"deliveryOption": "Delivery", "address": "{address}", "deliveryFee": "{fee}"}
AT_THE_RATE = CARRIED | {"selectedRateId": "{rate}"}
BY_COMPANY = CARRIED | {"deliveryCompanyName": "{company}"}
AN_ITEM = [{"productId": "{item}", "quantity": 1}]
METER = {"billerSlug": "ekedc", "billerId": 201}
BILL = {"amount": 5, "transactionPin": MINE}
HOME = {"line1": "1 Own Road", "city": "Accra", "state": "Greater Accra", "country": "GH"}
MY_CARD = {"paymentMethod": "ShoppingCard", "pin": MINE}
MY_PAGE = {"paymentMethod": "PaymentGateway", "callbackUrl": "https://example.com/"}
# Where paying for somebody else leaves its traces.
PAYING = "payment scheduled_charge order_event journal_entry outbound_message customer_order"
LOGIN = {"emailOrPhone": "{email}", "password": "{password}"}
AS_SOMEBODY = {"firstName": "Kofi", "lastName": "Other", "emailAddress": "{email}", "phoneNumber": "{phone}"}
WHOSE = {"businessId": "{platform}", "platformId": "{platform}"}


@dataclass(frozen=True)
class Shows:
    """An answer with status 200 and this data; of an object these fields."""

    data: Any


@dataclass(frozen=True)
class Named:
    """A call, and how it is answered: by a status, or by what it `Shows`.

    `other` is what another customer of the same platform gets; `guest` who comes without a token and with the key of
    another platform or environment, where no token is needed. None is a call that they may make: its proof is all
    that it asks for. `touches` are tables where it leaves a trace of the owner's, because it is anybody's to make.
    """

    other: int | Shows | None
    body: Any = None
    query: dict[str, Any] = field(default_factory=dict)
    path: dict[str, Any] = field(default_factory=dict)
    guest: int | Shows | None = None
    touches: frozenset[str] = frozenset()


def _open(
    here: int | Shows | None, there: int | Shows, body: Any = None, touches: str = "", **parts: Any
) -> Named:
    """A call that needs no token."""
    return Named(here, body, guest=there, touches=frozenset(touches.split()), **parts)


def _code(code: str, email: str = "{email}") -> tuple[Named, ...]:
    """The right code of somebody's, and for who is at the right platform a wrong one."""
    right, wrong = {"email": email, "otp": code}, {"email": email, "otp": "000000"}
    return (_open(400, 400, wrong, "otp_challenge"), _open(None, 400, right))


SENDS = "otp_challenge outbound_message"
OTHERS_ORDERS = tuple(Named(404, path={"orderId": name}) for name in ("{deposit}", "{order}", "{waiting}"))
EMPTY = {"items": NOTHING, "totalItems": 0}
GUEST = {"sessionId": "{unclaimed}"}
IN_BODY, IN_QUERY = {"sessionId": "{unclaimed}"}, {"query": GUEST}

TABLE: dict[str, tuple[Named, ...]] = {
    # On another platform the same person may well have another account.
    "POST /api/customer/register": (
        _open(409, 200, AS_SOMEBODY | {"password": "Another1", "transactionPin": "5555"}),
    ),
    "POST /api/customer/login": (
        _open(None, 401, LOGIN),
        _open(None, 401, LOGIN | {"emailOrPhone": "{phone}"}),
        _open(401, 401, LOGIN | {"password": "{pin}000"}),
    ),
    "POST /api/customer/verify-email": _code("{emailCode}", "{newEmail}"),
    "POST /api/customer/resend-email-verification": (_open(200, 200, {"email": "{newEmail}"}, SENDS),),
    "POST /api/customer/forgot-password": (_open(200, 200, {"email": "{email}"}, SENDS),),
    "POST /api/customer/resend-forgot-password": (_open(200, 200, {"email": "{email}"}, SENDS),),
    "POST /api/customer/verify-forgot-password-otp": _code("{resetCode}"),
    "POST /api/customer/reset-password": (
        _open(None, 400, {"newPassword": "Stolen123"}, query={"resetToken": "{resetToken}"}),
        _open(400, 400, {"newPassword": "Stolen123"}, query={"resetToken": "{pinToken}"}),
    ),
    "GET /api/customer/get-card-balance": (Named(Shows({"currentBalance": MONEY})),),
    "PUT /api/customer/update-customer": (
        Named(409, {"emailAddress": "{email}", "currentTransactionPin": MINE}),
        Named(400, {"password": "Stolen123", "resetToken": "{resetToken}"}),
        Named(400, {"transactionPin": "9999", "resetToken": "{pinToken}"}),
        Named(403, {"transactionPin": "9999", "currentTransactionPin": "{pin}"}),
        Named(401, {"password": "Stolen123", "currentPassword": "{password}"}),
        Named(200, {"id": "{customer}", "customerId": "{customer}", "firstName": "Kwame"}),
    ),
    "GET /api/customer/{customerId}": tuple(
        _open(404, 404, path={"customerId": "{customer}"}, query={**WHOSE, "environmentType": number})
        for number in (1, 2)
    ),
    "GET /api/customerprofile/profile": (Named(Shows({"firstName": "Kwame"})),),
    "PUT /api/customerprofile/update-transaction-pin": (
        Named(403, {"currentTransactionPin": "{pin}", "newTransactionPin": "9999"}),
    ),
    "POST /api/customerprofile/forgot-transaction-pin": (_open(200, 200, {"email": "{email}"}, SENDS),),
    "POST /api/customerprofile/resend-forgot-transaction-pin": (
        _open(200, 200, {"email": "{email}"}, SENDS),
    ),
    "POST /api/customerprofile/verify-forgot-transaction-pin-otp": _code("{pinCode}"),
    "POST /api/customerprofile/reset-transaction-pin/{token}": (
        _open(None, 400, {"email": "{email}", "newTransactionPin": "9999"}, path={"token": "{pinToken}"}),
        _open(400, 400, {"email": "{email}", "newTransactionPin": "9999"}, path={"token": "{resetToken}"}),
        _open(
            400, 400, {"email": "kofi@example.com", "newTransactionPin": "9999"}, path={"token": "{pinToken}"}
        ),
    ),
    "GET /api/CustomerProuct": (
        _open(200, 200),
        _open(200, Shows(NOTHING), query={"categoryId": "{category}", "brandId": "{brand}"}),
    ),
    "GET /api/CustomerProuct/categories": (_open(200, 200),),
    "GET /api/CustomerProuct/categories/{categoryId}/subcategories": (
        _open(200, 404, path={"categoryId": "{category}"}),
    ),
    "GET /api/CustomerProuct/brands": (_open(200, 200),),
    "GET /api/CustomerProuct/search": (_open(200, 200, query={"searchTerm": "{product}"}),),
    "GET /api/CustomerProuct/featured": (_open(200, 200),),
    "GET /api/CustomerProuct/{id}": (
        _open(200, 404, path={"id": "{product}"}),
        _open(404, 404, path={"id": "{order}"}),
    ),
    "POST /api/customer/cart/add": (
        _open(404, 404, {"productId": "{item}", "quantity": 1} | IN_BODY),
        _open(200, 404, {"productId": "{product}", "quantity": 1} | IN_BODY),
    ),
    "PUT /api/customer/cart/update": tuple(
        _open(404, 404, {"cartItemId": item, "quantity": 9, "sessionId": name})
        for item, name in (("{item}", "{claimed}"), ("{guestItem}", "{unclaimed}"))
    ),
    "DELETE /api/customer/cart/remove": tuple(
        _open(404, 404, {"cartItemId": item, "sessionId": name})
        for item, name in (("{item}", "{claimed}"), ("{guestItem}", "{unclaimed}"))
    ),
    "DELETE /api/customer/cart/clear": (_open(200, 200, **IN_QUERY),),
    "GET /api/customer/cart/summary": (_open(Shows(EMPTY), Shows(EMPTY), **IN_QUERY),),
    "GET /api/customer/cart/items": (
        _open(Shows(NOTHING), Shows(NOTHING), **IN_QUERY),
        _open(Shows(NOTHING), Shows(NOTHING), query={"sessionId": "{claimed}"}),
    ),
    # A cart that was claimed is its customer's, whatever it was called; who names an unclaimed one has it.
    "POST /api/customer/cart/sync": (Named(200, query={"sessionId": "{claimed}"}),),
    "POST /api/customer/cart/transfer-session": (Named(200, query={"sessionId": "{claimed}"}),),
    "GET /api/customer/cart/count": (_open(Shows(0), Shows(0), **IN_QUERY),),
    "GET /api/customer/cart/total": (_open(Shows(0), Shows(0), **IN_QUERY),),
    "POST /api/checkout": (
        Named(400, BY_CARD | AT_THE_RATE),
        Named(400, BY_CARD | BY_COMPANY),
        Named(404, BY_CARD | {"products": AN_ITEM}),
        Named(403, BY_CARD | {"transactionPin": "{pin}"}),
    ),
    "POST /api/checkout/shopping-card": (Named(400, BY_CARD | AT_THE_RATE),),
    "POST /api/checkout/payment-gateway": (
        Named(400, ON_PAGE | AT_THE_RATE),
        Named(404, ON_PAGE | {"products": AN_ITEM}),
    ),
    # The very question of the owner: the answer is the asker's own.
    "POST /api/checkout/delivery-quote": (
        Named(Shows({"success": True}), {"storeLocationId": "{place}", "deliveryAddress": "{address}"}),
        Named(404, {"storeLocationId": "{order}", "deliveryAddress": "{address}"}),
    ),
    "GET /api/checkout/saved-delivery-addresses": (Named(Shows(NOTHING)),),
    "POST /api/checkout/saved-delivery-addresses": (
        Named(Shows({"line1": "1 Own Road"}), HOME | {"providerAddressId": "{saved}", "id": "{savedId}"}),
    ),
    "PUT /api/checkout/saved-delivery-addresses": tuple(
        Named(404, HOME | {"providerAddressId": name}) for name in ("{saved}", "{savedId}")
    ),
    "DELETE /api/checkout/saved-delivery-addresses": tuple(
        Named(404, query={"providerAddressId": name}) for name in ("{saved}", "{savedId}")
    ),
    "GET /api/PickUpLocation": (_open(200, 200),),
    "GET /api/PickUpLocation/states": (_open(200, 200),),
    "GET /api/PickUpLocation/state/{state}": (_open(200, Shows(NOTHING), path={"state": "{state}"}),),
    "GET /api/PickUpLocation/{id}": (_open(200, 404, path={"id": "{place}"}),),
    "POST /api/transaction/fund-shopping-card": (
        Named(200, {"amount": 7, "callbackUrl": "https://example.com/", "customerId": "{customer}"}),
    ),
    "POST /api/transaction/verify-transaction": tuple(
        Named(404, {"transactionReference": name})
        for name in ("{reference}", "{funding}", "{payment}", "{fundingId}", "{bill}", "{billId}", "{order}")
    ),
    "GET /api/billspayment/services/airtime": (Named(200),),
    "GET /api/billspayment/services/data": (Named(200),),
    "GET /api/billspayment/services/cable": (Named(200),),
    "GET /api/billspayment/services/electricity": (Named(200),),
    "GET /api/billspayment/periods": (Named(200),),
    "POST /api/billspayment/dataplans": (Named(200, {"serviceName": "MTN", "period": "Daily"}),),
    "POST /api/billspayment/discoplans": (Named(200, {"discoName": "EKEDC"}),),
    "POST /api/billspayment/cableplans": (Named(200, {"cableTvName": "DSTV"}),),
    "POST /api/billspayment/electricity/validate": (Named(400, METER | {"meterNumber": "{line}"}),),
    "POST /api/billspayment/cable/validate": (Named(400, METER | {"smartCardNumber": "{line}"}),),
    "POST /api/billspayment/airtime/purchase": (
        Named(
            403, BILL | {"airtimeServiceId": "{airtime}", "phoneNumber": "{line}", "transactionPin": "{pin}"}
        ),
        Named(404, BILL | {"airtimeServiceId": "{beneficiary}", "phoneNumber": "{line}"}),
    ),
    "POST /api/billspayment/data/purchase": (
        Named(
            404,
            BILL | {"dataServiceId": "{airtime}", "phoneNumber": "{line}", "packageSlug": "x", "billerId": 1},
        ),
    ),
    "POST /api/billspayment/electricity/purchase": (
        Named(
            404,
            BILL | METER | {"electricityServiceId": "{airtime}", "meterNumber": "{line}", "packageSlug": "x"},
        ),
    ),
    "POST /api/billspayment/cable/purchase": (
        Named(
            404,
            BILL | METER | {"cableServiceId": "{airtime}", "smartCardNumber": "{line}", "packageSlug": "x"},
        ),
    ),
    "POST /api/billspayment/repeat-last": (
        Named(404, {"transactionPin": MINE, "customerId": "{customer}", "reference": "{bill}"}),
    ),
    "GET /api/billspayment/purchases/{reference}": tuple(
        Named(404, path={"reference": name}) for name in ("{bill}", "{billId}", "{reference}")
    ),
    "POST /api/billspayment/purchases/{reference}/resend-token": (Named(404, path={"reference": "{bill}"}),),
    "GET /api/billspayment/beneficiaries": (
        Named(Shows(NOTHING)),
        Named(Shows(NOTHING), query={"kind": "airtime"}),
    ),
    "DELETE /api/billspayment/beneficiaries/{id}": (Named(404, path={"id": "{beneficiary}"}),),
    "POST /api/ProductWishList/add": (
        Named(
            Shows({"notes": ""}),
            {"productId": "{wished}", "wishListItemId": "{wish}", "customerId": "{customer}"},
        ),
        Named(404, {"productId": "{wish}"}),
    ),
    "DELETE /api/ProductWishList/remove/{wishListItemId}": (Named(404, path={"wishListItemId": "{wish}"}),),
    "DELETE /api/ProductWishList/remove": (Named(404, {"wishListItemId": "{wish}"}),),
    "PUT /api/ProductWishList/update": (
        Named(404, {"wishListItemId": "{wish}", "notes": "stolen", "priority": 5}),
    ),
    "GET /api/ProductWishList": (Named(200),),
    "GET /api/ProductWishList/summary": (Named(Shows({"totalItems": 1})),),
    "GET /api/ProductWishList/check/{productId}": (Named(Shows(False), path={"productId": "{second}"}),),
    "GET /api/ProductWishList/count": (Named(Shows(1)),),
    "POST /api/ProductWishList/move-to-cart/{wishListItemId}": (
        Named(404, path={"wishListItemId": "{wish}"}),
    ),
    "POST /api/ProductWishList/move-to-cart": (Named(404, {"wishListItemId": "{wish}", "quantity": 1}),),
    "DELETE /api/ProductWishList/clear": (Named(200),),
    "POST /api/ProductWishList/bulk-operation": tuple(
        Named(404, {"wishListItemIds": ["{wish}"], "operation": what, "newPriority": 5})
        for what in ("remove", "update_priority", "move_to_cart")
    ),
    # Their own payment onto the card, which they began above.
    "GET /api/customer/transaction/list": (Named(Shows({"totalCount": 1, "currentBalance": MONEY})),),
    "GET /api/customer/transaction/orders": (Named(Shows({"totalCount": 0, "orders": NOTHING})),),
    "GET /api/customer/transaction/orders/{id}/delivery": tuple(
        Named(404, path={"id": name}) for name in ("{order}", "{waiting}")
    ),
    "GET /api/balances": (Named(Shows(NOTHING)),),
    "POST /api/balances/{orderId}/pay": tuple(
        Named(404, body, path={"orderId": name})
        for name in ("{deposit}", "{order}", "{waiting}")
        for body in (MY_CARD, MY_PAGE)
    ),
    "GET /api/orders/{orderId}/movements": OTHERS_ORDERS,
    "GET /api/orders/{orderId}/cancellation": OTHERS_ORDERS,
    "POST /api/orders/{orderId}/cancel": tuple(
        Named(404, {"reason": "mine"}, path={"orderId": name}) for name in ("{deposit}", "{order}")
    ),
    # Who was given a code sees what is owed for it and may pay that, with what is theirs.
    "GET /api/balances/by-code/{code}": (
        _open(Shows({"currency": "GHS"}), 404, path={"code": "{depositCode}"}),
        _open(404, 404, path={"code": "{orderCode}"}),
    ),
    "POST /api/balances/by-code/{code}/pay": (
        _open(403, 400, MY_CARD | {"pin": "{pin}"}, path={"code": "{depositCode}"}),
        _open(400, 400, MY_CARD, path={"code": "{orderCode}"}),
        _open(404, 400, MY_CARD, path={"code": "{waitingCode}"}),
        _open(
            Shows({"paymentStatus": "Completed"}),
            400,
            MY_CARD | {"amount": 1},
            PAYING,
            path={"code": "{depositCode}"},
        ),
    ),
}
