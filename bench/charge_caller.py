"""The floor of charging stored cards: a bare client that charges and asks after each, so many at once.

`python -m bench.charge_caller PORT AT_ONCE FIRST COUNT`: no database, no rows, nothing is remembered.
"""

import asyncio
import sys

import aiohttp
import orjson
import uvloop

from bench.charge_rows import AMOUNT_MINOR, CARD_CODE
from providers.registry import PAYSTACK_SANDBOX_KEY

# As a worker waits before it asks what became of a charge.
ASK_AFTER_S = 2.0


async def main(port: int, at_once: int, first: int, count: int) -> None:
    """Charge cards `first` to `first + count - 1`. Raises `RuntimeError` where one isn't paid."""
    numbers = iter(range(first, first + count))
    headers = {"Authorization": f"Bearer {PAYSTACK_SANDBOX_KEY}", "Content-Type": "application/json"}
    paid: list[asyncio.Task[None]] = []
    async with aiohttp.ClientSession(
        f"http://127.0.0.1:{port}", headers=headers, connector=aiohttp.TCPConnector(limit=at_once)
    ) as session:

        async def ask(reference: str) -> None:
            await asyncio.sleep(ASK_AFTER_S)
            async with session.get(f"/paystack/transaction/verify/{reference}") as answer:
                if orjson.loads(await answer.read())["data"]["status"] != "success":
                    raise RuntimeError(f"{reference} isn't paid")

        async def charge() -> None:
            for number in numbers:
                code, reference = f"{CARD_CODE}{number}", f"floor-{number}"
                body = {
                    "reference": reference,
                    "amount": AMOUNT_MINOR,
                    "currency": "GHS",
                    "authorization_code": code,
                    "email": f"{code.lower()}@bench.test",
                    "queue": True,
                }
                path = "/paystack/transaction/charge_authorization"
                async with session.post(path, data=orjson.dumps(body)) as answer:
                    await answer.read()
                paid.append(asyncio.create_task(ask(reference)))

        await asyncio.gather(*(charge() for _ in range(at_once)))
        await asyncio.gather(*paid)


if __name__ == "__main__":
    uvloop.run(main(*(int(each) for each in sys.argv[1:])))
