"""The ways to pay that a platform offers, and what each wants from the buyer."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from core.cache import Remembered
from core.clock import now
from core.db import Row, execute, fetch, fetch_one
from core.errors import IneligiblePaymentMethod, InvalidInput
from core.ids import new_uid
from core.phones import parse_phone
from providers.registry import registry
from services.accounts.customers import get_customer
from services.buyers import Buyer
from services.tenants import Scope

METHOD_COLUMNS = "id, code, name, description, kind, provider"
# Staff hold this money, no provider and no card.
BY_HAND = "by_hand"
NETWORKS = ("mtn", "telecel", "at")
# Providers want an address with every charge; a buyer without one gets one that is theirs and nobody's.
PAYER_EMAIL = "{name}@payer.makola.market"


@dataclass(frozen=True, slots=True)
class PaymentMethodView:
    """`why_not` says why a method can't be used now; `kind` is card, gateway, mobile_money or immediate."""

    id: int
    code: str
    name: str
    description: str
    kind: str
    eligible: bool
    why_not: str


_known_methods: Remembered[list[Row]] = Remembered(seconds=10)


async def payment_methods(buyer: Buyer) -> list[PaymentMethodView]:
    """The platform's ways to pay, and which of them this buyer can use."""
    return [
        PaymentMethodView(
            row["id"],
            row["code"],
            row["name"],
            row["description"],
            row["kind"],
            not (why := _why_not(buyer, row)),
            why,
        )
        for row in await _methods(buyer.scope)
    ]


async def eligible_method(buyer: Buyer, code: str) -> Row:
    """The method with that code (a row of `METHOD_COLUMNS`). Raises `IneligiblePaymentMethod`, saying why."""
    method = next((row for row in await _methods(buyer.scope) if row["code"] == code), None)
    why_not = _why_not(buyer, method) if method else "There is no such payment method."
    if method is None or why_not:
        raise IneligiblePaymentMethod(why_not, field="method")
    return method


async def method_of_kind(scope: Scope, kind: str) -> str:
    """The code of the platform's first method of a kind. Raises `IneligiblePaymentMethod` without one."""
    found = next((row["code"] for row in await _methods(scope) if row["kind"] == kind), None)
    if found is None:
        raise IneligiblePaymentMethod("That can't be paid with here.", field="method")
    return str(found)


async def by_hand_method(scope: Scope) -> Row:
    """The way of what staff were paid by hand, in cash or by a transfer (a row of `METHOD_COLUMNS`). Buyers aren't offered it;
    each shop has it once somebody asks.
    """
    find = (
        f"SELECT {METHOD_COLUMNS} FROM payment_method WHERE platform_id = $1 AND environment = $2 AND kind = $3 ORDER BY id",
        scope.platform_id,
        scope.environment,
        BY_HAND,
    )
    if found := await fetch_one(*find):
        return found
    await execute(
        "INSERT INTO payment_method (uid, created_at, updated_at, platform_id, environment, code, name, description, "
        "kind, provider, position) VALUES ($1, $2, $2, $3, $4, 'by-hand', 'Paid by hand', "
        "'In cash or by a bank transfer, as the desk confirms.', $5, '', 1000) ON CONFLICT DO NOTHING",
        new_uid(),
        now(),
        scope.platform_id,
        scope.environment,
        BY_HAND,
    )
    made = await fetch_one(*find)
    assert made is not None
    return made


async def payer_email(buyer: Buyer, name: str, guest: dict[str, Any] | None = None) -> str:
    """The address that a provider is given for this buyer; `name` stands in where there is none."""
    if buyer.customer_id is not None:
        customer = buyer.customer or await get_customer(buyer.scope, buyer.customer_id)
        if customer.email:
            return str(customer.email)
        name = f"customer-{customer.id}"
    elif guest and guest.get("email"):
        return str(guest["email"])
    return PAYER_EMAIL.format(name=name.lower())


async def _methods(scope: Scope) -> list[Row]:
    async def load() -> list[Row]:
        return await fetch(
            f"SELECT {METHOD_COLUMNS} FROM payment_method "
            "WHERE platform_id = $1 AND environment = $2 AND kind <> $3 ORDER BY position, id",
            scope.platform_id,
            scope.environment,
            BY_HAND,
        )

    return await _known_methods.get((scope.platform_id, scope.environment), load)


def _why_not(buyer: Buyer, method: Row) -> str:
    if method["kind"] == "card" and buyer.customer_id is None:
        return "Sign in to pay by shopping card."
    if method["provider"] and not _is_set_up(buyer.scope, method["provider"]):
        return "That way to pay is not set up here."
    return ""


def _is_set_up(scope: Scope, provider: str) -> bool:
    try:
        registry().payments(provider, scope.environment)
    except LookupError:
        return False
    return True


def checked_wallet(
    buyer: Buyer, method: Row, phone: str | None, network: str | None
) -> tuple[str | None, str | None]:
    """The wallet (E.164) and network that mobile money asks; neither for other methods. Raises `InvalidInput`."""
    if method["kind"] != "mobile_money":
        return None, None
    if not phone:
        raise InvalidInput("Which number should pay?", field="phone")
    if network not in NETWORKS:
        raise InvalidInput(f"The network is one of {', '.join(NETWORKS)}.", field="network")
    return parse_phone(phone, buyer.scope.country), network


def checked_url(url: str | None, field: str = "callbackUrl") -> str | None:
    """A web address to send the customer back to. Raises `InvalidInput`; it is never fetched by us."""
    if url is None:
        return None
    if len(url) > 500 or not _is_web_address(url):
        raise InvalidInput("That is not a web address.", field=field)
    return url


def _is_web_address(url: str) -> bool:
    if not url.isprintable() or " " in url:
        return False
    try:
        parts = urlsplit(url)
        # Reading the port is what checks it.
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
