"""What the contract's inputs say, in the words of the services: amounts in minor units."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from api.financing.scalars import HIDDEN
from core.errors import InvalidInput, NotFound
from core.money import read_amount
from services.financing.details import Applicant, Cart, Item, Place
from services.financing.reading import NO_SESSION

Given = Mapping[str, Any]


def session_uid(given: Given) -> UUID:
    """The order that is meant. Raises `NotFound`."""
    return read_uid(str(given["orderId"]))


def read_uid(text: str) -> UUID:
    """Raises `NotFound` for what can't be an order's id."""
    try:
        return UUID(text)
    except ValueError:
        raise NotFound(NO_SESSION, field="orderId") from None


def read_applicant(given: Given | None) -> Applicant | None:
    """Who applies; None where nothing was said."""
    if given is None:
        return None
    email: str = given.get("emailAddress") or ""
    return Applicant(
        first_name=_text(given, "firstName"),
        last_name=_text(given, "lastName"),
        email="" if HIDDEN.fullmatch(email) else email,
        phone=_text(given, "cellPhone"),
        billing=_place(given.get("billingAddress")),
        shipping=_place(given.get("shippingAddress")),
    )


def read_cart(given: Given, currency: str) -> Cart | None:
    """What is to be bought; None where neither items nor amounts were said. Raises `InvalidInput` with all that is wrong."""
    names = ("items", "shippingAmnt", "taxAmnt")
    if all(given.get(name) is None for name in names):
        return None
    problems: list[tuple[str, str]] = []

    def amount(of: Given, name: str, field: str) -> int | None:
        try:
            return None if of.get(name) is None else read_amount(of[name], currency, field)
        except InvalidInput as error:
            problems.append((error.field, error.message))
            return None

    items = tuple(
        Item(
            display_name=_text(each, "displayName"),
            sku=_text(each, "sku"),
            quantity=each.get("quantity"),
            price_minor=amount(each, "price", f"items.{place}.price"),
            item_url=_text(each, "itemUrl"),
            image_url=_text(each, "itemImageUrl"),
            leaseable=each.get("isLeaseable"),
            category=_text(each, "category"),
        )
        for place, each in enumerate(given.get("items") or ())
    )
    cart = Cart(items, amount(given, "shippingAmnt", "shippingAmnt"), amount(given, "taxAmnt", "taxAmnt"))
    if problems:
        raise InvalidInput(problems=problems)
    return cart


def _place(given: Given | None) -> Place | None:
    if given is None:
        return None
    return Place(**{name: _text(given, name) for name in ("line1", "line2", "city", "state", "zip")})


def _text(given: Given, name: str) -> str:
    """Text in one line, without what can't be printed; empty where it wasn't said."""
    return "".join(c for c in " ".join((given.get(name) or "").split()) if c.isprintable())
