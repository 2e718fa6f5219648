"""The Bot API's wire format: parameters in any encoding it takes, answers, and its own errors."""

from html.parser import HTMLParser
from typing import Any

import orjson
from aiohttp import web

from providers.twins.store import Document

Params = dict[str, Any]
# Ids have at most 52 significant bits.
LARGEST_ID = 2**52
TAGS = {"b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "code", "pre", "a", "blockquote"}
TAGS |= {"span", "tg-spoiler", "tg-emoji"}


class BotError(Exception):
    """`{"ok": false, …}` with an HTTP status of the same code. `retry_after` in seconds goes with 429."""

    def __init__(self, error_code: int, description: str, retry_after: int | None = None) -> None:
        super().__init__(description)
        self.error_code = error_code
        self.body: Document = {"ok": False, "error_code": error_code, "description": description}
        if retry_after is not None:
            self.body["parameters"] = {"retry_after": retry_after}


def bad_request(description: str) -> BotError:
    return BotError(400, f"Bad Request: {description}")


def answer(body: object, status: int = 200) -> web.Response:
    return web.Response(status=status, body=orjson.dumps(body), content_type="application/json")


async def parameters(request: web.Request) -> Params:
    """Query, form, multipart (a file is its bytes) or JSON; nested values still as they came."""
    found: Params = dict(request.query)
    if request.content_type == "application/json":
        try:
            body = orjson.loads(await request.read() or b"{}")
        except orjson.JSONDecodeError:
            raise bad_request("can't parse JSON object") from None
        return found | (body if isinstance(body, dict) else {})
    for name, value in (await request.post()).items():
        found[name] = value.file.read() if isinstance(value, web.FileField) else value
    return found


def number(params: Params, name: str, default: int | None = None) -> int:
    """An integer parameter."""
    given = params.get(name, default)
    try:
        found = int(given)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        raise bad_request(f"parameter {name} is not specified or no integer") from None
    if abs(found) >= LARGEST_ID:
        raise bad_request(f"parameter {name} is out of range")
    return found


def text(params: Params, name: str) -> str:
    """A string parameter, empty where it is missing."""
    given = params.get(name, "")
    return given if isinstance(given, str) else str(given)


def flag(params: Params, name: str) -> bool:
    return params.get(name) in (True, "true", "True", "1", 1)


def nested(params: Params, name: str) -> Any:
    """A parameter that is an object or a list: as JSON in a string, or itself in a JSON body."""
    given = params.get(name)
    if not isinstance(given, str):
        return given
    try:
        return orjson.loads(given) if given else None
    except orjson.JSONDecodeError:
        raise bad_request(f"can't parse {name.replace('_', ' ')} JSON object") from None


def shown_text(params: Params, name: str, limit: int, empty: str, long: str) -> str:
    """A text as a person sees it, without its markup; `empty` and `long` word the refusals."""
    given = text(params, name)
    mode = text(params, "parse_mode").lower()
    if mode == "html":
        given = _without_tags(given)
    elif mode:
        raise bad_request("the stand-in knows the parse mode HTML only")
    if not given.strip() and empty:
        raise bad_request(empty)
    if len(given) > limit:
        raise bad_request(long)
    return given


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            raise bad_request(f'can\'t parse entities: Unsupported start tag "{tag}"')
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            raise bad_request(f'can\'t parse entities: Unexpected end tag "{tag}"')

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def _without_tags(html: str) -> str:
    tags = _Tags()
    tags.feed(html)
    tags.close()
    if tags.open:
        raise bad_request(
            f"can't parse entities: Can't find end tag corresponding to start tag \"{tags.open[-1]}\""
        )
    return "".join(tags.text)
