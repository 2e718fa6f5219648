"""Hands for the stories of the financing API."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import ClientSession

if TYPE_CHECKING:
    from tests.conftest import World

PATH = "/financing/graphql"
DEMO = {"public-dealer-id": "dealer_demo", "private-api-key": "pk_test_demo"}
KASUWA = {"public-dealer-id": "dealer_kasuwa", "private-api-key": "pk_test_kasuwa"}
APP = {"x-api-key": "mk_test_demo"}

ORDER = """
id status applyUrl expiresAt orderCode
details {
  customer { firstName lastName emailAddress cellPhone
    billingAddress { line1 line2 city state zip } shippingAddress { line1 line2 city state zip } }
  items { displayName quantity sku price itemUrl itemImageUrl isLeaseable category }
  shippingAmnt taxAmnt
}
application {
  loan { id displayId status requestedAmount approvedAmount approvedUntil reasonCode reason cartValidationDetails
    options { id productID lineAmount approvedAmount deferredInterestPeriod minimumSpend rate termLength accepted
      instalments { amount } } }
  lease { id displayId status amount approvedUntil reasonCode reason cartValidationDetails
    options { id approvedAmount leaseTerm applicationFee accepted instalments { amount } } }
}
"""
ERRORS = """orderErrors { __typename message ... on CartValidation {
  extensions { validationErrType approvalType approvedAmount displayText } } }"""


class Dealer:
    """Who asks, with their keys."""

    def __init__(self, world: "World", session: ClientSession, keys: dict[str, str]) -> None:
        self.world, self.session, self.keys = world, session, keys

    async def send(
        self, query: str, variables: dict[str, Any] | None = None, **headers: str
    ) -> tuple[int, dict[str, Any]]:
        """Status and body, whatever they are."""
        url = f"{self.world.settings.base_url}{PATH}"
        body = {"query": query, "variables": variables}
        async with self.session.post(url, json=body, headers=self.keys | headers) as answer:
            return answer.status, await answer.json()

    async def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """The data of an operation that must have no errors."""
        status, body = await self.send(query, variables)
        assert (status, body.get("errors")) == (200, None), body
        return body["data"]

    async def mutate(self, name: str, of: str, **given: Any) -> Any:
        """A mutation's answer, with every field; `of` is the type of its input."""
        query = f"mutation($input: {of}!) {{ {name}(input: $input) {{ order {{ {ORDER} }} {ERRORS} }} }}"
        return (await self.ask(query, input=given))[name]

    async def done(self, name: str, of: str, **given: Any) -> Any:
        """The order after a mutation that must be done."""
        answer = await self.mutate(name, of, **given)
        assert answer["orderErrors"] == []
        return answer["order"]

    async def refused(self, name: str, of: str, **given: Any) -> list[tuple[str, str]]:
        """Which members a mutation that must be refused answers with, and what they say."""
        answer = await self.mutate(name, of, **given)
        assert answer["order"] is None and answer["orderErrors"]
        return [(error["__typename"], error["message"]) for error in answer["orderErrors"]]

    async def create(self, **details: Any) -> Any:
        """A new order."""
        return await self.done("createOrder", "NewOrder", **({"details": details} if details else {}))

    async def order(self, order_id: str) -> Any:
        """An order as it is now, with every field."""
        return (await self.ask(f"query($id: ID!) {{ order(id: $id) {{ {ORDER} }} }}", id=order_id))["order"]


@pytest.fixture
async def dealer(world: "World") -> AsyncIterator[Dealer]:
    """The dealer of Makola Demo, with both keys."""
    async with ClientSession() as session:
        yield Dealer(world, session, DEMO)


@pytest.fixture
async def app(world: "World") -> AsyncIterator[Dealer]:
    """The app of Makola Demo, with the shop's own key."""
    async with ClientSession() as session:
        yield Dealer(world, session, APP)


@pytest.fixture
async def stranger(world: "World") -> AsyncIterator[Dealer]:
    """The dealer of Kasuwa Demo."""
    async with ClientSession() as session:
        yield Dealer(world, session, KASUWA)
