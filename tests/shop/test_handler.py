"""GraphQL over HTTP: whatever comes in, a JSON answer with the right status goes out."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from api.graphql.engine import build_engine
from api.graphql.handler import add_graphql
from api.graphql.refusals import MAX_BODY
from core.errors import InvalidInput, NotSignedIn

SCHEMA = """
type Query { echo(text: String, at: DateTime, money: Money, json: JSON): Echo  fails(unexpected: Boolean): String  must: String! }
type Mutation { act: Boolean! }
type Echo { text: String  at: DateTime  money: Money  json: JSON }
"""


async def echo(_: Any, args: dict[str, Any], __: Any, ___: Any) -> dict[str, Any]:
    return args


async def fails(_: Any, args: dict[str, Any], __: Any, ___: Any) -> str:
    if args.get("unexpected"):
        raise RuntimeError("the password is hunter2")
    raise InvalidInput("That won't do.", field="text")


async def must(*_: Any) -> None:
    return None


async def act(*_: Any) -> bool:
    return True


RESOLVERS = {"Query.echo": echo, "Query.fails": fails, "Query.must": must, "Mutation.act": act}


class Door:
    """A door that knows nobody with a wrong key."""

    title = "Echo <API>"
    headers_example = '{"X-Who": "me"}'
    takes_files = False

    async def open(self, request: web.Request) -> Any:
        if "x-api-key" in request.headers:
            raise NotSignedIn("That API key is not valid.")
        return SimpleNamespace()

    def close(self, context: Any, response: web.Response) -> None:
        response.headers["X-Closed"] = "yes"


@pytest.fixture
async def http(tmp_path: Path) -> AsyncIterator[TestClient[web.Request, web.Application]]:
    (tmp_path / "echo.graphql").write_text(SCHEMA)
    engine = await build_engine("echo", [tmp_path], [SimpleNamespace(RESOLVERS=RESOLVERS)])  # type: ignore[list-item]
    app = web.Application()
    add_graphql(app, "/graphql", engine, Door())
    async with TestClient(TestServer(app)) as client:
        yield client


@pytest.fixture
def post(http: TestClient[web.Request, web.Application]) -> Callable[..., Any]:
    async def send(body: Any, **headers: str) -> tuple[int, dict[str, Any]]:
        options = {"data": body} if isinstance(body, (str, bytes)) else {"json": body}
        headers = {"Content-Type": "application/json"} | headers
        async with http.post("/graphql", headers=headers, **options) as answer:
            assert answer.content_type == "application/json"
            return answer.status, await answer.json()

    return send


async def test_an_operation_is_executed_with_its_variables(post: Callable[..., Any]) -> None:
    query = "query A($t: String) { echo(text: $t) { text } } query B { __typename }"
    status, body = await post({"query": query, "variables": {"t": "₵"}, "operationName": "A"})
    assert (status, body) == (200, {"data": {"echo": {"text": "₵"}}})
    status, body = await post("{ __typename }", **{"Content-Type": "application/graphql"})
    assert (status, body) == (200, {"data": {"__typename": "Query"}})


async def test_scalars_go_in_and_come_out(post: Callable[..., Any]) -> None:
    query = """{ echo(at: "2024-05-01T14:00:00+02:00", money: 9007199254740991, json: {a: [1, 2.5, null, RED]}) {
      at money json } }"""
    _, body = await post({"query": query})
    assert body["data"]["echo"]["money"] == 9007199254740991
    assert body["data"]["echo"]["json"] == {"a": [1, 2.5, None, "RED"]}
    assert body["data"]["echo"]["at"] in ("2024-05-01T12:00:00Z", "2024-05-01T14:00:00+02:00")


@pytest.mark.parametrize(
    "argument",
    ["money: 9007199254740992", "money: 1.5", 'at: "soon"', "at: 5", "json: " + "{a:" * 17 + "1" + "}" * 17],
    ids=range(5),
)
async def test_a_literal_that_is_no_such_scalar_is_refused(post: Callable[..., Any], argument: str) -> None:
    status, body = await post({"query": f"{{ echo({argument}) {{ text }} }}"})
    assert (status, "data" in body) == (400, False)


@pytest.mark.parametrize("value", [True, 2**53, "1", 1.5])
async def test_a_variable_that_is_no_such_scalar_is_refused(post: Callable[..., Any], value: Any) -> None:
    query = "query($m: Money) { echo(money: $m) { money } }"
    status, body = await post({"query": query, "variables": {"m": value}})
    assert (status, "data" in body) == (400, False)
    assert body["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("{", "not valid JSON"),
        (b"\xff\xfe", "not valid JSON"),
        ("[]", "Batches"),
        ('[{"query": "{ __typename }"}]', "Batches"),
        ('"x"', "JSON object"),
        ("{}", "document"),
        ('{"query": ""}', "document"),
        ('{"query": 5}', "wrong type"),
        ('{"query": "{ __typename }", "variables": []}', "wrong type"),
        ('{"query": "{ __typename }", "operationName": {}}', "wrong type"),
        ('{"query": "{ __typename }", "more": 1}', "not part"),
        ('{"query": "{ __typename }", "variables": {"a": "\\u0000"}}', "NUL"),
        ("[" * 100_000, "not valid JSON"),
    ],
)
async def test_an_envelope_that_is_none_is_refused(post: Callable[..., Any], body: Any, says: str) -> None:
    status, answer = await post(body)
    assert status == 400
    assert says in answer["errors"][0]["message"]


async def test_a_request_that_is_too_large_is_refused(post: Callable[..., Any]) -> None:
    status, answer = await post({"query": "{ __typename }", "variables": {"a": "x" * MAX_BODY}})
    assert (status, answer["errors"][0]["extensions"]["code"]) == (413, "TOO_LARGE")


async def test_a_large_request_without_a_length_is_refused(
    http: TestClient[web.Request, web.Application],
) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(30):
            yield b" " * 10_000

    async with http.post("/graphql", data=pieces(), headers={"Content-Type": "application/json"}) as answer:
        assert answer.status == 413


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
async def test_a_form_of_another_site_is_not_executed(post: Callable[..., Any], kind: str) -> None:
    status, _ = await post('{"query": "mutation { act }"}', **{"Content-Type": kind})
    assert status == 415


async def test_queries_may_come_by_get_and_mutations_not(
    http: TestClient[web.Request, web.Application],
) -> None:
    query = "query($t: String) { echo(text: $t) { text } }"
    async with http.get("/graphql", params={"query": query, "variables": '{"t": "a"}'}) as answer:
        assert await answer.json() == {"data": {"echo": {"text": "a"}}}
    for query in ("mutation { act }", "query A { __typename } mutation B { act }"):
        params = {"query": query} | ({"operationName": "B"} if "A" in query else {})
        async with http.get("/graphql", params=params) as answer:
            assert (answer.status, answer.headers["Allow"]) == (405, "POST")
    async with http.get("/graphql", params={"query": "{ a", "variables": "{"}) as answer:
        assert answer.status == 400
    async with http.get("/graphql") as answer:
        assert (answer.status, answer.content_type) == (400, "application/json")


async def test_what_was_not_begun_is_the_clients_mistake(post: Callable[..., Any]) -> None:
    for body in (
        {"query": "{ nope }"},
        {"query": "{"},
        {"query": "query A { __typename } query B { __typename }"},
        {"query": "{ __typename }", "operationName": "C"},
        {"query": "query($t: String!) { echo(text: $t) { text } }"},
    ):
        status, answer = await post(body)
        assert (status, "data" in answer) == (400, False)
        assert answer["errors"][0]["message"]


async def test_a_refusal_is_told_and_a_fault_is_masked(post: Callable[..., Any]) -> None:
    status, answer = await post({"query": "{ fails }"})
    assert (status, answer["data"]) == (200, {"fails": None})
    assert answer["errors"][0]["message"] == "That won't do."
    assert answer["errors"][0]["extensions"] == {"code": "INVALID_INPUT", "field": "text"}
    _, answer = await post({"query": "{ fails(unexpected: true) }"})
    assert "hunter2" not in str(answer)
    assert answer["errors"][0]["extensions"]["code"] == "INTERNAL"
    status, answer = await post({"query": "{ must }"})
    assert (status, answer["data"]) == (200, None)


async def test_a_door_that_refuses_answers_as_graphql(post: Callable[..., Any]) -> None:
    status, answer = await post({"query": "{ __typename }"}, **{"x-api-key": "wrong"})
    assert (status, answer["errors"][0]["extensions"]["code"]) == (401, "NOT_SIGNED_IN")


async def test_a_browser_sees_the_explorer(http: TestClient[web.Request, web.Application]) -> None:
    async with http.get("/graphql", headers={"Accept": "text/html,*/*"}) as answer:
        page, policy = await answer.text(), answer.headers["Content-Security-Policy"]
    assert "Echo &lt;API&gt;" in page
    assert "unsafe-inline" not in policy and "default-src 'none'" in policy
    assert "<script>" not in page and "style=" not in page
    for name in ("explorer.js", "explorer.css"):
        assert f"/static/graphql/{name}" in page
        async with http.get(f"/static/graphql/{name}") as answer:
            assert answer.status == 200
