"""The chat in a terminal: a telephone that dials over HTTP, as a gateway would."""

import asyncio

from aiohttp import ClientError, ClientSession
from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from bot.channels.ussd.africastalking import PATH
from core.ids import new_token

SERVICE_CODE = "*920*44#"
WIDTH = 40


async def chat_in_terminal(url: str, phone: str, console: Console) -> None:
    """Dial the market at `url` as `phone` and talk until it ends the call, or the input ends."""
    call, inputs = new_token(), list[str]()
    async with ClientSession() as http:
        while True:
            form = {
                "sessionId": call,
                "phoneNumber": phone,
                "serviceCode": SERVICE_CODE,
                "text": "*".join(inputs),
            }
            try:
                async with http.post(f"{url}{PATH}", data=form) as answer:
                    kind, _, words = (await answer.text()).partition(" ")
            except ClientError as error:
                console.print(f"Nobody answers at {url}: {error}", style="red", markup=False)
                return
            console.print(Panel(Text(words), width=WIDTH, subtitle=phone))
            if kind != "CON":
                return
            try:
                inputs.append(await asyncio.to_thread(console.input, "> "))
            except EOFError:
                return
