"""Files that come with an operation: put where the map says, bounded while they are read, never from another site's form."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from api.graphql import uploads
from api.graphql.engine import build_engine
from api.graphql.handler import add_graphql
from core.errors import NotSignedIn

SCHEMA = """
type Query { nothing: String }
input Pair { one: Upload  two: Upload }
type Mutation {
  weigh(files: [Upload!]): [String!]
  pair(input: Pair!): [String!]
  text(text: String, json: JSON): String
}
"""
WEIGH = "mutation($files: [Upload!]) { weigh(files: $files) }"
PAIR = "mutation($input: Pair!) { pair(input: $input) }"
KNOCK = {"apollo-require-preflight": "true"}
FILE = b'Content-Disposition: form-data; name="%s"; filename="%s"\r\nContent-Type: image/png\r\n\r\n%s'


def told(file: Any) -> str:
    return f"{file.name} {file.claimed_mime} {file.size} {file.file.read()[:9].decode()}"


ran: list[str] = []


async def weigh(_: Any, args: dict[str, Any], __: Any, ___: Any) -> list[str]:
    ran.append("weigh")
    return [told(file) for file in args["files"]]


async def pair(_: Any, args: dict[str, Any], __: Any, ___: Any) -> list[str]:
    return [told(args["input"][name]) for name in ("one", "two") if args["input"].get(name)]


async def text(*_: Any) -> str:
    ran.append("text")
    return ""


RESOLVERS = {"Mutation.weigh": weigh, "Mutation.pair": pair, "Mutation.text": text}


class Door:
    title, headers_example, takes_files = "Files", "{}", True

    async def open(self, request: web.Request) -> Any:
        if request.headers.get("x-api-key") == "wrong":
            raise NotSignedIn("That API key is not valid.")
        return SimpleNamespace()

    def close(self, context: Any, response: web.Response) -> None:
        response.headers["X-Closed"] = "yes"


Send = Callable[..., Any]


@pytest.fixture
async def http(tmp_path: Path) -> AsyncIterator[TestClient[web.Request, web.Application]]:
    ran.clear()
    (tmp_path / "files.graphql").write_text(SCHEMA)
    modules: Any = [SimpleNamespace(RESOLVERS=RESOLVERS)]
    engine = await build_engine("files", [tmp_path], modules, "api.vendure.scalars")
    app = web.Application()
    add_graphql(app, "/graphql", engine, Door())
    async with TestClient(TestServer(app)) as client:
        yield client


def body(*parts: bytes, end: bytes = b"--b--\r\n") -> bytes:
    return b"".join(b"--b\r\n" + part + b"\r\n" for part in parts) + end


def field(name: str, value: Any) -> bytes:
    text = value if isinstance(value, str) else json.dumps(value)
    return f'Content-Disposition: form-data; name="{name}"\r\n\r\n{text}'.encode()


def file(name: str, content: bytes, called: str = "a.png") -> bytes:
    return FILE % (name.encode(), called.encode(), content)


@pytest.fixture
def send(http: TestClient[web.Request, web.Application]) -> Send:
    async def send(raw: Any, headers: dict[str, str] = KNOCK) -> tuple[int, dict[str, Any]]:
        more = {"Content-Type": "multipart/form-data; boundary=b"} | headers
        async with http.post("/graphql", data=raw, headers=more) as answer:
            assert answer.content_type == "application/json"
            return answer.status, await answer.json()

    return send


def weighing(count: int = 1, **more: Any) -> bytes:
    return field("operations", {"query": WEIGH, "variables": {"files": [None] * count}} | more)


ONE = {"0": ["variables.files.0"]}


async def test_files_stand_where_the_map_says(send: Send) -> None:
    places = {"x": ["variables.files.1"], "y": ["variables.files.0"]}
    raw = body(weighing(2), field("map", places), file("y", b"second", "y.png"), file("x", b"first", "x.png"))
    assert await send(raw) == (
        200,
        {"data": {"weigh": ["y.png image/png 6 second", "x.png image/png 5 first"]}},
    )
    both = {"0": ["variables.input.one"]}
    given = {"query": PAIR, "variables": {"input": {"one": None, "two": None}}}
    raw = body(field("operations", given), field("map", both), file("0", b"1"))
    assert await send(raw) == (200, {"data": {"pair": ["a.png image/png 1 1"]}})


async def test_a_large_file_goes_over_the_disk(send: Send) -> None:
    _, answer = await send(body(weighing(), field("map", ONE), file("0", b"x" * (uploads.IN_MEMORY * 3))))
    assert answer["data"]["weigh"] == [f"a.png image/png {uploads.IN_MEMORY * 3} xxxxxxxxx"]


@pytest.mark.parametrize("header", uploads.PREFLIGHTED)
async def test_any_header_that_no_form_can_send_will_do(send: Send, header: str) -> None:
    raw = body(weighing(), field("map", ONE), file("0", b"1"))
    assert (await send(raw, {header: "x"}))[0] == 200


async def test_a_form_of_another_site_is_not_executed(send: Send) -> None:
    raw = body(weighing(), field("map", ONE), file("0", b"1"))
    status, answer = await send(
        raw, {"Cookie": "session=x", "Accept": "*/*", "Origin": "https://evil.example"}
    )
    assert (status, answer["errors"][0]["extensions"]["code"], ran) == (415, "PREFLIGHT_NEEDED", [])


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "not valid multipart"),
        (b"--b", "come first"),
        (b"hello", "not valid multipart"),
        (body(), "come first"),
        (body(field("map", ONE), weighing()), "come first"),
        (body(file("0", b"1"), weighing(), field("map", ONE)), "come first"),
        (body(field("operations", "{")), "not valid JSON"),
        (body(field("operations", [{"query": WEIGH}])), "Batches"),
        (body(field("operations", "5"), field("map", ONE)), "JSON object"),
        (body(weighing()), '"map" is missing'),
        (body(weighing(), field("map", "[]")), '"map" is an object'),
        (body(weighing(), field("map", {"0": []})), '"map" is an object'),
        (body(weighing(), field("map", {"0": "variables.files.0"})), '"map" is an object'),
        (body(weighing(), field("map", {"0": [5]})), '"map" is an object'),
        (body(weighing(), field("map", {"0": ["variables.files.7"]})), "no place"),
        (body(weighing(), field("map", {"0": ["variables.files.-1"]})), "no place"),
        (body(weighing(), field("map", {"0": ["variables.files.٠"]})), "no place"),
        (body(weighing(), field("map", {"0": ["variables.file"]})), "no place"),
        (body(weighing(), field("map", {"0": ["variables"]})), "no place"),
        (body(weighing(), field("map", {"0": ["query"]})), "no place"),
        (body(weighing(), field("map", {"0": ["operationName"]})), "no place"),
        (body(weighing(), field("map", {"0": ["variables.files.__class__"]})), "no place"),
        (body(weighing(), field("map", {"0": ["variables.files"]})), "no place"),
        (body(weighing(), field("map", {"0": ["variables.files.0", "variables.files.0"]})), "no place"),
        (body(weighing(), field("map", {"0": ["a." * 100]})), "no place"),
        (body(weighing(), field("map", {str(i): ["variables.files.0"] for i in range(11)})), "at most 10"),
        (body(weighing(), field("map", ONE)), "is missing"),
        (body(weighing(), field("map", ONE), file("1", b"1")), "not a file"),
        (body(weighing(), field("map", ONE), file("0", b"1"), file("0", b"1")), "more files"),
        (body(weighing(more=1), field("map", ONE), file("0", b"1")), "not part"),
        (body(weighing(), field("map", ONE), file("0", b"1"), end=b""), "not valid multipart"),
    ],
)
async def test_a_request_that_is_none_is_refused_in_graphqls_form(send: Send, raw: bytes, says: str) -> None:
    status, answer = await send(raw)
    assert status in (400, 413)
    assert says in answer["errors"][0]["message"]
    assert ran == []


async def test_what_is_no_multipart_is_refused(
    http: TestClient[web.Request, web.Application],
) -> None:
    for kind in ("multipart/form-data", "multipart/form-data; boundary=" + "b" * 200):
        async with http.post("/graphql", data=b"--b--", headers=KNOCK | {"Content-Type": kind}) as answer:
            assert (answer.status, "errors" in await answer.json()) == (400, True)


async def test_a_file_where_none_belongs_is_refused(send: Send) -> None:
    for of, name in (("String", "text"), ("JSON", "json")):
        query = f"mutation($v: {of}) {{ text({name}: $v) }}"
        given = {"query": query, "variables": {"v": None}}
        raw = body(field("operations", given), field("map", {"0": ["variables.v"]}), file("0", b"1"))
        status, answer = await send(raw)
        assert (status, answer["errors"][0]["extensions"]["code"], ran) == (400, "BAD_USER_INPUT", [])


@pytest.mark.parametrize("value", ["a.png", 5, {}, []])
async def test_no_file_is_made_of_words(http: TestClient[web.Request, web.Application], value: Any) -> None:
    given = {"query": WEIGH, "variables": {"files": [value]}}
    async with http.post("/graphql", json=given) as answer:
        assert (answer.status, ran) == (400, [])
    async with http.post("/graphql", json={"query": 'mutation { weigh(files: ["a"]) }'}) as answer:
        assert (answer.status, ran) == (400, [])


async def endless(head: bytes) -> AsyncIterator[bytes]:
    """A body that never ends; who reads on for long has believed it."""
    yield head
    for _ in range(2_000):
        yield b"x" * 64 * 1024
    raise AssertionError("it was read whole")


async def test_a_file_that_is_too_large_is_not_read_whole(send: Send) -> None:
    head = body(weighing(), field("map", ONE), end=b"--b\r\n") + file("0", b"")
    try:
        status, answer = await send(endless(head))
    except ConnectionError:
        return  # the door was shut while the file still came
    assert (status, answer["errors"][0]["extensions"]["code"], ran) == (413, "TOO_LARGE", [])


async def test_a_request_that_says_it_is_too_large_is_not_read(send: Send) -> None:
    huge = {"Content-Length": str(uploads.MAX_TOTAL + 1_000_000)}
    try:
        status, _ = await send(endless(b""), KNOCK | huge)
    except ConnectionError:
        return
    assert (status, ran) == (413, [])


async def test_files_are_bounded_together(send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MAX_FILE", 100)
    monkeypatch.setattr(uploads, "MAX_TOTAL", 150)
    places = {str(i): [f"variables.files.{i}"] for i in range(2)}
    for sizes, wanted in (((100, 50), 200), ((101, 1), 413), ((80, 71), 413), ((0, 0), 200)):
        files = [file(str(i), b"x" * size) for i, size in enumerate(sizes)]
        assert (await send(body(weighing(2), field("map", places), *files)))[0] == wanted


async def test_a_document_that_is_not_valid_is_refused_before_its_files_are_read(send: Send) -> None:
    head = body(
        field("operations", {"query": "{ nope }", "variables": {"files": [None]}}),
        field("map", ONE),
        end=b"--b\r\n",
    )
    try:
        status, answer = await send(endless(head + file("0", b"")))
    except ConnectionError:
        return
    assert (status, answer["errors"][0]["extensions"]["code"]) == (400, "GRAPHQL_VALIDATION_FAILED")


async def test_of_whom_the_door_does_not_know_no_file_is_read(send: Send) -> None:
    head = body(weighing(), field("map", ONE), end=b"--b\r\n") + file("0", b"")
    try:
        status, answer = await send(endless(head), {"x-api-key": "wrong"})
    except ConnectionError:
        return
    assert (status, answer["errors"][0]["extensions"]["code"], ran) == (401, "NOT_SIGNED_IN", [])


async def test_a_file_that_never_comes_is_not_waited_for(send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "WITHIN_S", 0.05)
    gone = asyncio.Event()

    async def stalled() -> AsyncIterator[bytes]:
        yield body(weighing(), field("map", ONE), end=b"--b\r\n") + file("0", b"1")
        await gone.wait()

    status, answer = await send(stalled())
    assert (status, answer["errors"][0]["extensions"]["code"]) == (408, "TIMEOUT")
