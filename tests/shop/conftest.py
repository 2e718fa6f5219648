"""Hands for the stories of the shop API."""

from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import ClientSession, CookieJar

if TYPE_CHECKING:
    from tests.conftest import World

PATH = "/shop-api"


class Phone:
    """One visitor's app: keeps its cookies, and asserts that an operation was executed."""

    def __init__(self, world: "World", session: ClientSession) -> None:
        self.world, self.session = world, session
        self.headers: dict[str, str] = {}

    async def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """The data of an operation that must have no errors."""
        status, body = await self.send({"query": query, "variables": variables})
        assert (status, body.get("errors")) == (200, None)
        return body["data"]

    async def refused(self, query: str, **variables: Any) -> dict[str, Any]:
        """The first error of an operation that must have one."""
        _, body = await self.send({"query": query, "variables": variables})
        return body["errors"][0]

    async def send(self, body: Any, **headers: str) -> tuple[int, dict[str, Any]]:
        url = f"{self.world.settings.base_url}{PATH}"
        async with self.session.post(url, json=body, headers=self.headers | headers) as answer:
            return answer.status, await answer.json()


@pytest.fixture
async def phones(world: "World") -> AsyncIterator[Callable[[], Phone]]:
    """Makes visitors who know nothing of one another."""
    sessions: list[ClientSession] = []

    def make() -> Phone:
        sessions.append(ClientSession(cookie_jar=CookieJar(unsafe=True)))
        return Phone(world, sessions[-1])

    yield make
    for session in sessions:
        await session.close()


@pytest.fixture
async def phone(phones: Callable[[], Phone]) -> Phone:
    return phones()
