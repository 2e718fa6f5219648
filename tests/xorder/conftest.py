"""Hands for the stories of the X-Order API: customers and desks with their tokens."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import ClientSession

from core.clock import now
from models import Customer, StaffUser
from services.accounts.tokens import issue_token
from services.buyers import Buyer
from services.checkout.on_account import Instalment, place_on_account
from services.orders import OrderView, get_order
from services.secrets import hash_secret
from services.staff import login, open_session
from services.tenants import Scope, scope_by_code
from tests.services.helpers import a_customer, fill_cart

if TYPE_CHECKING:
    from tests.conftest import World

PATH = "/xorder/graphql"
PLAN = "mutation($c: InputAddOrUpdateOrderPaymentType!) { addOrUpdateOrderPayment(command: $c) { id } }"
INITIALIZE = """mutation($c: InputInitializePaymentType!) { initializePayment(command: $c) { isSuccess errorMessage
  paymentActionType actionRedirectUrl actionHtmlForm publicParameters { key value } } }"""
AUTHORIZE = (
    "mutation($c: InputAuthorizePaymentType!) { authorizePayment(command: $c) { isSuccess errorMessage } }"
)
PAYMENTS = """query($i: String) { order(id: $i) { inPayments { id number status sum { amount } comment outerId gatewayCode
  isApproved isCancelled cancelReason billingAddress { line1 city } vendor { id name }
  transactions { status amount { amount } processError note } } } }"""
STAFF_PASSWORD = "a long password"


class Hands:
    """Somebody with a token, or without one."""

    def __init__(self, world: "World", session: ClientSession, token: str | None) -> None:
        self.world, self.session, self.token = world, session, token
        self.headers = {} if token is None else {"Authorization": f"Bearer {token}"}

    async def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """The data of an operation that must have no errors."""
        body = await self.send(query, **variables)
        assert "errors" not in body, body
        data: dict[str, Any] = body["data"]
        return data

    async def refused(self, query: str, **variables: Any) -> dict[str, Any]:
        """The extensions, and the message, of the first error of an operation that must have one."""
        error = (await self.send(query, **variables))["errors"][0]
        return {**error["extensions"], "message": error["message"]}

    async def send(self, query: str, **variables: Any) -> dict[str, Any]:
        url = f"{self.world.settings.base_url}{PATH}"
        body = {"query": query, "variables": variables}
        async with self.session.post(url, json=body, headers=self.headers) as answer:
            told: dict[str, Any] = await answer.json()
            return told


@dataclass
class Somebody:
    """A customer with hands."""

    customer: Customer
    scope: Scope
    hands: Hands

    @property
    def uid(self) -> str:
        return str(self.customer.uid)

    @property
    def buyer(self) -> Buyer:
        return Buyer(self.scope, "app", customer_id=self.customer.id)

    def use_currency(self, currency: str) -> None:
        self.scope = replace(self.scope, currency=currency)

    async def a_cart(self, variant_id: int = 46, pieces: int = 2) -> OrderView:
        await fill_cart(self.buyer, variant_id, pieces)
        return await cart_of(self.scope, self.customer.id)

    async def plans(self, order: OrderView, **payment: Any) -> dict[str, Any]:
        """A payment of an order that they plan."""
        command = {"orderId": str(order.uid), "payment": payment}
        known = {each["id"] for each in await self.payments(order)}
        await self.hands.ask(PLAN, c=command)
        return next(each for each in await self.payments(order) if each["id"] not in known)

    async def initializes(
        self, order: OrderView, payment: dict[str, Any], **parameters: str
    ) -> dict[str, Any]:
        told: dict[str, Any] = (await self.hands.ask(INITIALIZE, c=_command(order, payment, parameters)))[
            "initializePayment"
        ]
        return told

    async def authorizes(
        self, order: OrderView, payment: dict[str, Any], **parameters: str
    ) -> dict[str, Any]:
        told: dict[str, Any] = (await self.hands.ask(AUTHORIZE, c=_command(order, payment, parameters)))[
            "authorizePayment"
        ]
        return told

    async def payments(self, order: OrderView) -> list[dict[str, Any]]:
        shown: list[dict[str, Any]] = (await self.hands.ask(PAYMENTS, i=str(order.uid)))["order"][
            "inPayments"
        ]
        return shown

    async def payment(self, order: OrderView, payment_id: str) -> dict[str, Any]:
        return next(each for each in await self.payments(order) if each["id"] == payment_id)

    async def orders_on_account(self, variant_id: int = 46, pieces: int = 2, parts: int = 1) -> OrderView:
        """A cart of theirs, placed to be paid later in so many parts."""
        await fill_cart(self.buyer, variant_id, pieces)
        return await placed(self.scope, self.customer.id, parts)


def _command(order: OrderView, payment: dict[str, Any], parameters: dict[str, str]) -> dict[str, Any]:
    pairs = [{"key": key, "value": value} for key, value in parameters.items()]
    return {"orderId": str(order.uid), "paymentId": payment["id"], "parameters": pairs}


async def cart_of(scope: Scope, customer_id: int) -> OrderView:
    from services.carts import find_cart

    cart = await find_cart(Buyer(scope, "app", customer_id=customer_id))
    assert cart is not None
    return cart


async def placed(scope: Scope, customer_id: int, parts: int = 1) -> OrderView:
    def terms(total: int) -> list[Instalment]:
        each = total // parts
        amounts = [each] * (parts - 1) + [total - each * (parts - 1)]
        return [Instalment(now() + timedelta(days=30 * n), a) for n, a in enumerate(amounts, 1)]

    cart = await cart_of(scope, customer_id)
    made = await place_on_account(scope, cart.uid, terms)
    order = await get_order(scope, order_id=made.order_id)
    assert order is not None
    return order


@pytest.fixture
async def hands(world: "World") -> AsyncIterator[Callable[[str | None], Hands]]:
    """Makes hands for a token."""
    async with ClientSession() as session:
        yield lambda token: Hands(world, session, token)


@pytest.fixture
async def scope(world: "World") -> Scope:
    """Makola Demo."""
    return await scope_by_code("demo", "test")


@pytest.fixture
async def customer(world: "World", hands: Callable[[str | None], Hands], scope: Scope) -> Somebody:
    """A customer of Makola Demo, with a PIN and money on the card."""
    return await somebody(hands, scope, balance_minor=10_000_000, pin=True)


async def somebody(hands: Callable[[str | None], Hands], scope: Scope, **kinds: Any) -> Somebody:
    made = await a_customer(scope, **kinds)
    return Somebody(made, scope, hands(issue_token(made, "session")))


@pytest.fixture
async def desk(world: "World", hands: Callable[[str | None], Hands], scope: Scope) -> Hands:
    """The owner's desk of Makola Demo."""
    return hands(await token_of(scope, "admin@makola.test", "makola-demo"))


async def token_of(scope: Scope, email: str, password: str) -> str:
    return await open_session(await login(scope, email, password, None), remember=False)


async def staff_with_role(
    hands: Callable[[str | None], Hands], scope: Scope, role: str, seller_id: int | None = None
) -> Hands:
    email = f"{role}{seller_id or ''}-{scope.code}@makola.test"
    await StaffUser.create(
        platform_id=scope.platform_id,
        environment=scope.environment,
        email=email,
        password_hash=await hash_secret(STAFF_PASSWORD),
        role=role,
        seller_id=seller_id,
    )
    return hands(await token_of(scope, email, STAFF_PASSWORD))
