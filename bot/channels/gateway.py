"""What calls of telephone gateways have in common: a secret in the address, a number, and whose market it leads to."""

import hmac
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import orjson
from aiohttp import web

from core.errors import InvalidInput
from core.keys import SETTINGS
from core.phones import parse_phone, region_of
from core.settings import Settings
from services.tenants import Scope, scope_by_code, scope_by_country

FLAGS = {"true": True, "false": False, "1": True, "0": False}
LONGEST_NETWORK = 10

Handler = Callable[[web.Request], Awaitable[web.Response]]


def add_hook(app: web.Application, path: str, handler: Handler) -> None:
    """`POST <path>/<hook secret>`, 404 with another; while developing, without the secret too.

    Nobody signs these calls and their number opens an account, so the address itself must be a secret.
    """

    async def behind_the_secret(request: web.Request) -> web.Response:
        given, right = request.match_info["secret"], request.app[SETTINGS].hook_secret
        if not hmac.compare_digest(given.encode(), right.encode()):
            raise web.HTTPNotFound
        return await handler(request)

    app.router.add_post(f"{path}/{{secret}}", behind_the_secret)
    if app[SETTINGS].environment == "development":
        app.router.add_post(path, handler)


async def read_object(request: web.Request) -> dict[str, Any]:
    """The JSON object in a body. Raises `InvalidInput` for a body that is broken, too large, or anything else."""
    try:
        body = orjson.loads(await request.read())
    except (ValueError, web.HTTPException):
        raise InvalidInput("That is no JSON.") from None
    if not isinstance(body, dict):
        raise InvalidInput("That is no object.")
    return body


def text_of(fields: Mapping[str, Any], name: str) -> str:
    """A field that holds text, or a number that is read as text. Raises `InvalidInput` for any other, and for none."""
    value = fields.get(name)
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise InvalidInput("That field is missing or is no text.", field=name)
    return str(value)


def flag_of(fields: Mapping[str, Any], name: str) -> bool:
    """A field that holds true or false, perhaps in words. Raises `InvalidInput` for any other."""
    flag = FLAGS.get(str(fields.get(name)).lower())
    if flag is None:
        raise InvalidInput("That field is neither true nor false.", field=name)
    return flag


def number_of(fields: dict[str, str], name: str) -> str:
    """The number (E.164) in a form's field. Raises `InvalidInput` where it is none."""
    digits = fields.get(name, "").strip()
    # An unescaped plus sign arrives as a space.
    return parse_phone(digits if digits.startswith("+") else f"+{digits}", "ZZ", name)


def network_of(fields: Mapping[str, Any], name: str) -> str:
    """The network that a gateway says a call came from, in its own words or digits; "" where it says none."""
    value = fields.get(name)
    return plain_id(value)[:LONGEST_NETWORK].lower() if isinstance(value, str) else ""


def plain_id(text: str) -> str:
    """A gateway's id without whatever is not part of one."""
    return "".join(c for c in text if (c.isalnum() and c.isascii()) or c in "-_.")


async def market_of(phone: str, settings: Settings) -> Scope:
    """The market of the number's country, else the default one."""
    environment = settings.default_environment
    return await scope_by_country(region_of(phone) or "", environment) or await scope_by_code(
        settings.default_platform, environment
    )
