"""What calls of telephone gateways have in common: a secret in the address, a number, and whose market it leads to."""

import hmac
from collections.abc import Awaitable, Callable

from aiohttp import web

from core.keys import SETTINGS
from core.phones import parse_phone, region_of
from core.settings import Settings
from services.tenants import Scope, scope_by_code, scope_by_country

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


def number_of(fields: dict[str, str], name: str) -> str:
    """The number (E.164) in a form's field. Raises `InvalidInput` where it is none."""
    digits = fields.get(name, "").strip()
    # An unescaped plus sign arrives as a space.
    return parse_phone(digits if digits.startswith("+") else f"+{digits}", "ZZ", name)


def plain_id(text: str) -> str:
    """A gateway's id without whatever is not part of one."""
    return "".join(c for c in text if (c.isalnum() and c.isascii()) or c in "-_.")


async def market_of(phone: str, settings: Settings) -> Scope:
    """The market of the number's country, else the default one."""
    environment = settings.default_environment
    return await scope_by_country(region_of(phone) or "", environment) or await scope_by_code(
        settings.default_platform, environment
    )
