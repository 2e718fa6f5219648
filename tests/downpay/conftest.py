"""Hands for the stories of the Downpay API."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import ClientSession

from services.tenants import Scope, scope_by_key
from tests.downpay.contract import document

if TYPE_CHECKING:
    from tests.conftest import World

PATH = "/downpay/graphql"
DEMO, KASUWA = "dp_test_demo", "dp_test_kasuwa"


class Merchant:
    """A back office with its token."""

    def __init__(self, world: "World", session: ClientSession, token: str) -> None:
        self.world, self.session = world, session
        self.headers = {"Authorization": f"Token {token}"}
        self.token = token

    async def scope(self) -> Scope:
        return await scope_by_key(self.token, "downpay")

    async def query(self, name: str, **variables: Any) -> Any:
        """What a query answers, with every documented field."""
        return (await self.ask(document("query", name), **variables))[name]

    async def mutate(self, name: str, **given: Any) -> Any:
        """A mutation's payload, with every documented field; the client's mark must come back."""
        given = {"clientMutationId": "mark"} | given
        payload = (await self.ask(document("mutation", name), input=given))[name]
        assert payload["clientMutationId"] == given["clientMutationId"]
        return payload

    async def done(self, name: str, **given: Any) -> Any:
        """The payload of a mutation that must be done."""
        payload = await self.mutate(name, **given)
        assert payload["errors"] == []
        return payload

    async def refused(self, name: str, **given: Any) -> list[list[str] | None]:
        """The paths of what is wrong with a mutation that must be refused."""
        errors = (await self.mutate(name, **given))["errors"]
        assert errors and all(error["message"] for error in errors)
        return [error["field"] for error in errors]

    async def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """The data of an operation that must have no errors."""
        status, body = await self.send({"query": query, "variables": variables})
        assert (status, body.get("errors")) == (200, None)
        return body["data"]

    async def send(self, body: Any, **headers: str) -> tuple[int, dict[str, Any]]:
        url = f"{self.world.settings.base_url}{PATH}"
        async with self.session.post(url, json=body, headers=self.headers | headers) as answer:
            return answer.status, await answer.json()


@pytest.fixture
async def merchant(world: "World") -> AsyncIterator[Merchant]:
    """The back office of Makola Demo."""
    async with ClientSession() as session:
        yield Merchant(world, session, DEMO)


@pytest.fixture
async def stranger(world: "World") -> AsyncIterator[Merchant]:
    """The back office of Kasuwa Demo, which has no groups."""
    async with ClientSession() as session:
        yield Merchant(world, session, KASUWA)


def percentage(share: float, **more: Any) -> dict[str, Any]:
    """A billing policy's input."""
    return {"checkoutCharge": {"type": "PERCENTAGE", "value": {"percentage": share}}, **more}


def price(amount: str, **more: Any) -> dict[str, Any]:
    return {"checkoutCharge": {"type": "PRICE", "value": {"fixedValue": amount}}, **more}


THIRTY = {
    "description": "30% now",
    "billingPolicy": percentage(30, remainingBalanceChargeTimeAfterCheckout="P14D"),
}


def group(**more: Any) -> dict[str, Any]:
    """A PurchaseOptionGroupInput with one option."""
    usual = {"merchantCode": "code", "lineItemDescriptor": "Deposit", "purchaseOptionsToCreate": [THIRTY]}
    return usual | more


async def made(merchant: Merchant, assignment: str = "PRODUCTS", **resources: Any) -> Any:
    """A new group."""
    payload = await merchant.done(
        "createPurchaseOptionGroup",
        purchaseOptionGroupInput=group(),
        resourceAssignmentType=assignment,
        resources=resources,
    )
    return payload["purchaseOptionGroup"]
