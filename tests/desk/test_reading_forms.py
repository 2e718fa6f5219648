"""Reading a form: what isn't a file may not be large, whatever the page's largest file is."""

from typing import Any

import pytest
from aiohttp import FormData, web
from aiohttp.test_utils import TestClient, TestServer

from api.desk.pages import MOST_BYTES
from api.desk.uploads import MOST_PARTS, read_form

LARGEST = 4 * MOST_BYTES


@pytest.fixture
async def browser() -> Any:
    async def answer(request: web.Request) -> web.Response:
        form = await read_form(request, LARGEST)
        shown = [
            [name, each if isinstance(each, str) else [each.filename, len(each.file.read())]]
            for name, each in form.items()
        ]
        return web.json_response(shown)

    app = web.Application()
    app.add_routes([web.post("/", answer)])
    async with TestClient(TestServer(app)) as client:
        yield client


def a_form(*files: tuple[str, bytes], **texts: str) -> FormData:
    form = FormData(default_to_multipart=True)
    for name, text in texts.items():
        form.add_field(name, text)
    for name, content in files:
        form.add_field(name, content, filename="goods.csv", content_type="text/csv")
    return form


async def test_texts_and_files_are_read_by_their_names(browser: TestClient) -> None:
    whole = a_form(("file", b"x" * (3 * MOST_BYTES)), act="upload", name="Ọlá")
    answer = await browser.post("/", data=whole)
    assert await answer.json() == [
        ["act", "upload"],
        ["name", "Ọlá"],
        ["file", ["goods.csv", 3 * MOST_BYTES]],
    ]
    answer = await browser.post("/", data=[("line", "1"), ("line", "2")])
    assert await answer.json() == [["line", "1"], ["line", "2"]]


@pytest.mark.parametrize(
    "large",
    [
        a_form(name="x" * (MOST_BYTES + 1)),
        a_form(one="x" * MOST_BYTES, two="x"),
        a_form(("file", b"x" * (LARGEST + 1))),
        a_form(("one", b"x" * LARGEST), ("two", b"x")),
        {"name": "x" * (MOST_BYTES + 1)},
    ],
    ids=["a text", "texts together", "a file", "files together", "without files"],
)
async def test_what_is_too_large_is_refused(browser: TestClient, large: Any) -> None:
    assert (await browser.post("/", data=large)).status == 413


async def test_what_is_no_form_is_refused(browser: TestClient) -> None:
    kind = {"Content-Type": "multipart/form-data"}
    assert (await browser.post("/", data=b"nonsense", headers=kind)).status == 400
    many = FormData(default_to_multipart=True)
    for _ in range(MOST_PARTS + 1):
        many.add_field("x", "1")
    assert (await browser.post("/", data=many)).status == 400
