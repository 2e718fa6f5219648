"""What is said of a session: who applies, and what they want to buy. Checked and bounded, every mistake told at once."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from core.errors import InvalidInput
from core.money import MAX_MINOR
from core.phones import parse_phone

MOST_ITEMS, MOST_PIECES = 100, 1000
# Characters.
LONGEST = {
    "first_name": 100, "last_name": 100, "email": 255, "phone": 32,
    "line1": 200, "line2": 200, "city": 120, "state": 80, "zip": 20,
    "display_name": 200, "sku": 80, "category": 120, "item_url": 2000, "image_url": 2000,
}  # fmt: skip
WITH_ITEMS = '"{field}" should only be included when items are included.'


@dataclass(frozen=True, slots=True)
class Place:
    """An address as it was typed."""

    line1: str = ""
    line2: str = ""
    city: str = ""
    state: str = ""
    zip: str = ""


@dataclass(frozen=True, slots=True)
class Applicant:
    """Who applies, as far as it is known. `phone` is as it was given."""

    first_name: str = ""
    last_name: str = ""
    email: str = ""
    phone: str = ""
    billing: Place | None = None
    shipping: Place | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """Something to be bought: `price_minor` a piece. What wasn't said is None, or empty."""

    display_name: str = ""
    sku: str = ""
    quantity: int | None = None
    price_minor: int | None = None
    item_url: str = ""
    image_url: str = ""
    leaseable: bool | None = None
    category: str = ""

    @property
    def amount_minor(self) -> int:
        """All pieces together; one, where their number wasn't said."""
        return (self.price_minor or 0) * (1 if self.quantity is None else self.quantity)


@dataclass(frozen=True, slots=True)
class Cart:
    """What is to be bought, in minor units, with what delivery and tax come to on top where that was said."""

    items: tuple[Item, ...] = ()
    shipping_minor: int | None = None
    tax_minor: int | None = None

    @property
    def goods_minor(self) -> int:
        """The items together."""
        return sum(item.amount_minor for item in self.items)

    @property
    def fees_minor(self) -> int:
        """Delivery and tax together."""
        return (self.shipping_minor or 0) + (self.tax_minor or 0)

    @property
    def total_minor(self) -> int:
        """All of it: what is financed."""
        return self.goods_minor + self.fees_minor


def check_cart(cart: Cart) -> None:
    """Raises `InvalidInput` with all that is wrong; fields are named by their places, `items.0.price`."""
    problems = list(_cart_problems(cart))
    if problems:
        raise InvalidInput(problems=problems)


def check_applicant(applicant: Applicant) -> None:
    """Raises `InvalidInput` with all that is wrong."""
    problems = list(_text_problems(applicant, "customer"))
    for name, place in (("billingAddress", applicant.billing), ("shippingAddress", applicant.shipping)):
        if place is not None:
            problems += _text_problems(place, f"customer.{name}")
    if problems:
        raise InvalidInput(problems=problems)


def comparable_phone(given: str, country: str) -> str:
    """A number in E.164, where it can be one of the platform's country; else as it was given."""
    try:
        return parse_phone(given, country) if given else ""
    except InvalidInput:
        return given[:20]


def stored_applicant(applicant: Applicant) -> dict[str, Any]:
    """Who applies, as the row keeps it; see `read_applicant`."""
    return asdict(applicant)


def stored_items(cart: Cart) -> list[dict[str, Any]]:
    """The items, as the row keeps them."""
    return [asdict(item) for item in cart.items]


def read_applicant(stored: Mapping[str, Any] | None) -> Applicant:
    """Who applies, as the row has it."""
    if not stored:
        return Applicant()
    places = {name: Place(**stored[name]) if stored[name] else None for name in ("billing", "shipping")}
    return Applicant(**{**stored, **places})


def _cart_problems(cart: Cart) -> Iterator[tuple[str, str]]:
    if not cart.items:
        for field, amount in (("shippingAmnt", cart.shipping_minor), ("taxAmnt", cart.tax_minor)):
            if amount is not None:
                yield field, WITH_ITEMS.format(field=field)
    if len(cart.items) > MOST_ITEMS:
        yield "items", f"An order has at most {MOST_ITEMS} items."
    for place, item in enumerate(cart.items):
        where = f"items.{place}"
        yield from _text_problems(item, where)
        if item.quantity is not None and not 1 <= item.quantity <= MOST_PIECES:
            yield f"{where}.quantity", f"The quantity is between 1 and {MOST_PIECES}."
        for name, url in (("itemUrl", item.item_url), ("itemImageUrl", item.image_url)):
            if url and not url.startswith(("http://", "https://")):
                yield f"{where}.{name}", "An address begins with http:// or https://."
    if cart.total_minor > MAX_MINOR:
        yield "items", "The items come to too much together."


# What the contract calls the fields that have another name here.
_NAMES = {
    "first_name": "firstName", "last_name": "lastName", "email": "emailAddress", "phone": "cellPhone",
    "display_name": "displayName", "item_url": "itemUrl", "image_url": "itemImageUrl",
}  # fmt: skip


def _text_problems(said: Place | Applicant | Item, where: str) -> Iterator[tuple[str, str]]:
    for each in fields(said):
        text = getattr(said, each.name)
        if isinstance(text, str) and len(text) > LONGEST[each.name]:
            name = _NAMES.get(each.name, each.name)
            yield f"{where}.{name}", f"At most {LONGEST[each.name]} characters fit here."
