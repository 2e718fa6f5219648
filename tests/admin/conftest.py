"""Hands for the stories of the admin API: a desk in a browser."""

import json
from collections.abc import AsyncIterator, Callable, Mapping
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import ClientSession, CookieJar, FormData

if TYPE_CHECKING:
    from tests.conftest import World

LOGIN = """mutation($u: String!, $p: String!, $r: Boolean) { login(username: $u, password: $p, rememberMe: $r) {
  __typename ... on CurrentUser { id identifier channels { code permissions } }
  ... on ErrorResult { errorCode message } } }"""


class DeskHands:
    """One browser: it keeps its cookies."""

    def __init__(self, world: "World", session: ClientSession) -> None:
        self.world, self.session = world, session
        self.headers: dict[str, str] = {}
        self.token = ""

    async def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """The data of an operation that must have no errors."""
        body = await self.send(query, **variables)
        assert "errors" not in body, body
        data: dict[str, Any] = body["data"]
        return data

    async def refused(self, query: str, **variables: Any) -> str:
        """The code of the first error of an operation that must have one."""
        code: str = (await self.send(query, **variables))["errors"][0]["extensions"]["code"]
        return code

    async def send(self, query: str, **variables: Any) -> dict[str, Any]:
        url = f"{self.world.settings.base_url}/admin-api"
        body = {"query": query, "variables": variables}
        async with self.session.post(url, json=body, headers=self.headers) as answer:
            self.token = answer.headers.get("vendure-auth-token", self.token)
            told: dict[str, Any] = await answer.json()
            return told

    async def upload(self, query: str, files: Mapping[str, tuple[str, bytes]], **variables: Any) -> Any:
        """The body of the answer to an operation with files, by their paths: `variables.input.0.file`."""
        form = FormData()
        form.add_field("operations", json.dumps({"query": query, "variables": variables}))
        form.add_field("map", json.dumps({str(n): [path] for n, path in enumerate(files)}))
        for n, (name, content) in enumerate(files.values()):
            form.add_field(str(n), content, filename=name, content_type="image/png")
        url = f"{self.world.settings.base_url}/admin-api"
        headers = self.headers | {"apollo-require-preflight": "true"}
        async with self.session.post(url, data=form, headers=headers) as answer:
            return await answer.json()

    async def log_in(self, username: str = "admin@makola.test", password: str = "makola-demo") -> Any:
        return (await self.ask(LOGIN, u=username, p=password, r=False))["login"]


@pytest.fixture
async def desks(world: "World") -> AsyncIterator[Callable[[], DeskHands]]:
    """Makes browsers that know nothing of one another."""
    sessions: list[ClientSession] = []

    def make() -> DeskHands:
        sessions.append(ClientSession(cookie_jar=CookieJar(unsafe=True)))
        return DeskHands(world, sessions[-1])

    yield make
    for session in sessions:
        await session.close()


@pytest.fixture
async def desk(desks: Callable[[], DeskHands]) -> DeskHands:
    return desks()
