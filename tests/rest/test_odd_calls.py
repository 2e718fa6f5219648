"""Calls that no client means: each is refused in words, none fails inside."""

import asyncio
import gzip
import json

import pytest
from aiohttp import ClientSession
from yarl import URL

from tests.conftest import World
from tests.rest.hands import DEMO_KEY, Rest

ADD, FUND = "/api/customer/cart/add", "/api/transaction/fund-shopping-card"
MEGABYTE = 1024 * 1024


async def test_bodies_that_are_no_call(world: World) -> None:
    async with Rest(world) as app:
        await app.become("+233240000001")
        for body, kind, status in (
            (b"", "", 400),
            (b"null", "", 400),
            (b"\xff\xfe", "", 400),
            (b"\xef\xbb\xbf{}", "", 400),
            (b"[" * 100_000, "", 400),
            (b'{"a":' * 100_000, "", 400),
            (b'{"productId":"\\ud800"}', "", 400),
            (b'{"productId":"\\u0000"}', "", 400),
            (b'{"quantity":%s}' % (b"9" * 5000), "", 400),
            (b"a=b", "application/x-www-form-urlencoded", 400),
            (b"{}", "application/json; charset=klingon", 400),
            (b" " * (MEGABYTE + 1), "", 413),
        ):
            assert await raw(app, "POST", ADD, body, {"Content-Type": kind or "application/json"}) == status
        packed = {"Content-Encoding": "gzip"}
        assert await raw(app, "POST", ADD, gzip.compress(b" " * 8 * MEGABYTE), packed) == 413
        assert await raw(app, "POST", ADD, b"not packed", packed) == 400


async def test_amounts_and_addresses_that_are_none(world: World) -> None:
    async with Rest(world) as app:
        await app.become("+233240000001")
        for amount in ("1e400", "-1e400", '"1e999999"', '"NaN"', "0.001", "1e16", "true", "[]", "-1"):
            body = f'{{"amount":{amount},"callbackUrl":"https://shop.example/"}}'
            assert await raw(app, "POST", FUND, body.encode()) == 400, amount
        for url in ("http://[", "https://", "//x", "javascript:alert(1)", "https://a b", "https://a:99999/"):
            body = json.dumps({"amount": 100, "callbackUrl": url})
            assert await raw(app, "POST", FUND, body.encode()) == 400, url


async def test_paths_and_queries_that_name_nothing(world: World) -> None:
    async with Rest(world) as app:
        await app.become("+233240000001")
        for path, status in (
            ("/api/customer/%00", 400),
            ("/api/customer/%ff", 400),
            ("/api/%", 404),
            ("/api//x", 404),
            ("/api/billspayment/purchases/%00", 400),
            ("/api/billspayment/purchases/%ed%a0%80", 404),
            ("/api/billspayment/purchases/%F0%9F%92%A9", 404),
            ("/api/CustomerProuct/categories/99999999999999999999/subcategories", 400),
            ("/api/CustomerProuct?searchTerm=%00", 400),
            ("/api/CustomerProuct?pageNumber=1&pageNumber=0", 400),
            ("/api/CustomerProuct?pageNumber=9223372036854775807&pageSize=100", 200),
            ("/api/customer/transaction/list?startDate=0001-01-01T00:00:00%2B14:00", 400),
            ("/api/customer/transaction/list?startDate=0001-01-01&endDate=9999-12-31", 200),
        ):
            assert await raw(app, "GET", path) == status, path


async def test_a_name_to_sign_in_with_may_be_longer_than_a_phone_number(world: World) -> None:
    async with Rest(world) as app:
        login = {"emailOrPhone": "9" * 255, "password": "SecurePass123"}
        assert "Invalid" in await app.refused(401, "POST", "/api/customer/login", login)


@pytest.mark.parametrize("octets", [b"\xff\xfe", b"\xc3\xa9", b"a\tb", b"x" * 4000])
@pytest.mark.parametrize("header", ["x-api-key", "Authorization", "Idempotency-Key"])
async def test_headers_of_odd_characters(world: World, header: str, octets: bytes) -> None:
    async with Rest(world) as app:
        await app.become("+233240000001")
        headers = {"x-api-key": DEMO_KEY.encode(), "Authorization": f"Bearer {app.token}".encode()}
        headers[header] = b"Bearer " + octets if header == "Authorization" else octets
        body = b'{"amount":100,"callbackUrl":"https://shop.example/"}'
        sent = b"".join(b"%b: %b\r\n" % (name.encode(), value) for name, value in headers.items())
        head = b"POST %b HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n" % (FUND.encode(), len(body))
        # A key of letters that aren't ASCII is a key like any other.
        expected = 401 if header != "Idempotency-Key" else 200 if octets == b"\xc3\xa9" else 400
        assert await by_octets(world, head + sent + b"\r\n" + body) == expected


async def test_a_broken_chunk_is_refused(world: World) -> None:
    head = b"POST %b HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" % ADD.encode()
    for rest in (b"ZZ\r\nabc\r\n0\r\n\r\n", b"5\r\nabc\r\n0\r\n\r\n"):
        assert await by_octets(world, head + rest) == 400


async def raw(
    app: Rest, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
) -> int:
    """The status of a call whose path and body are sent as they are, on a connection of its own."""
    sent = {"x-api-key": app.key, "Authorization": f"Bearer {app.token}", **(headers or {})}
    url = URL(f"{app.world.settings.base_url}{path}", encoded=True)
    async with ClientSession() as client, client.request(method, url, data=body, headers=sent) as answer:
        told = await answer.json()
        assert told["success"] is (answer.status < 300)
        return answer.status


async def by_octets(world: World, request: bytes) -> int:
    """The status of a request that no client library would send."""
    reader, writer = await asyncio.open_connection(world.settings.host, world.settings.port)
    writer.write(request)
    status = (await asyncio.wait_for(reader.readline(), 10)).split()[1]
    writer.close()
    return int(status)
