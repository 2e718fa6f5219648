"""What every request goes through: what is written down of a fault holds no secret that stood in its path."""

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from api.middleware import MIDDLEWARES
from tests.logged import all_logs


async def test_a_fault_is_logged_with_its_route_and_without_the_secret_in_its_path() -> None:
    async def breaks(_: web.Request) -> web.Response:
        raise RuntimeError("unforeseen")

    app = web.Application(middlewares=MIDDLEWARES)
    app.add_routes([web.get("/webhooks/vtpass/{secret}", breaks)])
    async with TestClient(TestServer(app)) as client:
        with all_logs() as events:
            answer = await client.get("/webhooks/vtpass/hush-hush")
            assert answer.status == 500 and "unforeseen" not in await answer.text()
    [fault] = [event for event in events if event["event"] == "unexpected"]
    assert fault["path"] == "/webhooks/vtpass/{secret}" and "hush-hush" not in str(events)
