"""The Paystack twin of the charges' benchmark, with stored cards in it: `python -m bench.charge_twin PORT DATA CARDS`.

It sends no webhooks, so that every charge is asked after, and does a queued charge half a second later.
"""

import asyncio
import sys
from pathlib import Path

import uvloop

from bench.charge_rows import CARD_CODE
from processes import listening
from providers.registry import PAYSTACK_SANDBOX_KEY
from providers.twins.app import create_twins
from providers.twins.cards import Cards
from providers.twins.paystack.wire import CARDS
from providers.twins.sandbox import open_sandbox
from providers.twins.settings import TwinSettings

BUSINESS = "Makola Demo"


async def main(port: int, data: Path, cards: int) -> None:
    """Store the cards, and serve until ended."""
    settings = TwinSettings(
        public_url=f"http://127.0.0.1:{port}",
        hooks_url=None,
        paystack_secrets={BUSINESS: PAYSTACK_SANDBOX_KEY},
        data_dir=data,
        queue_after_s=0.5,
    )
    sandbox = open_sandbox(settings)
    kept = Cards(sandbox)
    for number in range(1, cards + 1):
        code = f"{CARD_CODE}{number}"
        kept.keep("paystack", BUSINESS, f"{code.lower()}@bench.test", CARDS[0].number, code)
    sandbox.store.close()
    async with listening(create_twins(settings), "127.0.0.1", port):
        await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])))
