"""Hands on every door of a running market: a telephone's call and texts, a Telegram chat, an app."""

from typing import Any

from aiohttp import ClientSession, CookieJar

from core.ids import new_token
from tests.conftest import World


class Call:
    """A USSD call through the gateway's form post; each screen must fit."""

    def __init__(self, world: World, phone: str) -> None:
        self.world, self.phone = world, phone
        self.session, self.inputs = "", list[str]()

    async def dial(self, *inputs: str) -> str:
        """A new call, with inputs as in `*920*44*2*1#`."""
        self.session, self.inputs = new_token(), list(inputs)
        return await self._send()

    async def type(self, *inputs: str) -> str:
        """Answer screen after screen; the last one."""
        shown = ""
        for one in inputs:
            self.inputs.append(one)
            shown = await self._send()
        return shown

    async def _send(self) -> str:
        form = {
            "sessionId": self.session,
            "phoneNumber": self.phone,
            "networkCode": "62001",
            "serviceCode": "*920*44#",
            "text": "*".join(self.inputs),
        }
        answer = await self.world.http.post("/channels/ussd/africastalking", data=form)
        shown = await answer.text()
        assert answer.status == 200 and shown[:4] in ("CON ", "END "), shown
        assert len(shown[4:]) <= 160
        return shown


class Texts:
    """The same telephone's text messages, at the gateway's stand-in."""

    def __init__(self, world: World, phone: str) -> None:
        self.world, self.phone = world, phone

    async def text(self, words: str, **sent: str) -> str:
        """Text the market; the text that answers."""
        before = len(await self.world.outbox(self.phone))
        told = await self.world.twin(
            "/africastalking/control/sms", **{"from": self.phone, "text": words, **sent}
        )
        assert told["taken"], told
        await self.world.drain()
        messages = await self.world.outbox(self.phone)
        # The receipt of what was just paid may come beside the answer.
        new = [message["text"] for message in messages[: len(messages) - before]]
        return next((text for text in new if ": order " not in text), "")


class Chat:
    """Somebody on Telegram, at the stand-in Bot API."""

    def __init__(self, world: World, chat_id: int) -> None:
        self.world, self.chat_id = world, chat_id

    async def do(self, **action: Any) -> str:
        """Write, press or share; what the bot shows then."""
        await self.world.twin("/telegram/control/user", chat_id=self.chat_id, **action)
        await self.world.drain()
        return await self.newest()

    async def newest(self) -> str:
        url = f"{self.world.twins}/telegram/control/chat"
        async with ClientSession() as client, client.get(url, params={"chat_id": self.chat_id}) as answer:
            messages = (await answer.json())["messages"]
        return [message for message in messages if message["from"] == "bot"][-1]["text"]


class App:
    """A mobile app on /shop-api, with the token it was given."""

    def __init__(self, world: World) -> None:
        self.url = f"{world.settings.base_url}/shop-api"
        self.client = ClientSession(cookie_jar=CookieJar(unsafe=True))
        self.headers: dict[str, str] = {}

    async def __aenter__(self) -> "App":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.client.close()

    async def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        body = {"query": query, "variables": variables}
        async with self.client.post(self.url, json=body, headers=self.headers) as answer:
            told = await answer.json()
            assert answer.status == 200 and "errors" not in told, told
            return told["data"]

    async def sign_in(self, identifier: str, password: str) -> None:
        login = "mutation($i: String!, $p: String!) { customLogin(input: {identifier: $i, password: $p}) { token } }"
        token = (await self.ask(login, i=identifier, p=password))["customLogin"]["token"]
        self.headers["Authorization"] = f"Bearer {token}"
