"""What docs/financing-api.md prints is true: its journey is played as it stands there, by the shell."""

import asyncio
import json
import os
import re
from pathlib import Path
from typing import Any

from tests.conftest import World

GUIDE = Path(__file__).parents[2] / "docs" / "financing-api.md"


def script(world: World) -> str:
    """All that is to be pasted, at this market's addresses."""
    blocks = re.findall(
        r"^( *)```sh\n(.*?)^ *```$", GUIDE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )
    lines = [line.removeprefix(indent) for indent, block in blocks for line in block.splitlines()]
    here, twins = world.settings.base_url, world.twins
    return "\n".join(lines).replace("http://127.0.0.1:8080", here).replace("http://127.0.0.1:8081", twins)


async def test_the_journey_leads_to_a_delivered_order(world: World, tmp_path: Path) -> None:
    shell = await asyncio.create_subprocess_exec(
        "bash", "-c", script(world), cwd=tmp_path, env=dict(os.environ), stdout=asyncio.subprocess.PIPE
    )
    running = asyncio.create_task(shell.communicate())
    while not running.done():
        await world.drain()
        await asyncio.sleep(0.05)
    printed = (await running)[0].decode()
    answers = [json.loads(line)["data"] for line in re.findall(r'\{"data":.*\}', printed)]
    created, changed, applied, looked, taken, checked_out, delivered, found = answers
    assert '"__typename"' not in printed
    assert created["createOrder"]["order"]["id"]
    assert changed["updateOrderItems"]["order"]["details"]["items"][0]["quantity"] == 2
    assert applied["applyForFinancing"]["order"]["application"]["loan"]["status"] == "Submitted"
    loan: dict[str, Any] = looked["order"]["application"]["loan"]
    assert (loan["status"], loan["approvedAmount"], len(loan["options"])) == ("Approved", "845.00", 3)
    assert taken["acceptOffer"]["order"]["status"] == "Accepting"
    code = checked_out["checkoutOrder"]["order"]["orderCode"]
    assert f"order {code} is placed, GHS 845.00 to pay" in printed
    assert delivered["markOrderDelivered"]["markOrderDeliveredErrors"] == []
    assert found["customer"]["customers"][0]["firstName"] == "Ama"
