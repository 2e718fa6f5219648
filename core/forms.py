"""Posted forms: small, decoded, and refused with a sentence where they are none."""

from aiohttp import web

from core.errors import InvalidInput


async def read_form(request: web.Request) -> dict[str, str]:
    """The text fields of a form. Raises `InvalidInput` for a body that is broken, too large or in no known charset."""
    try:
        form = await request.post()
    except (ValueError, LookupError, web.HTTPException):
        raise InvalidInput("That is no form.") from None
    return {name: value for name, value in form.items() if isinstance(value, str)}
