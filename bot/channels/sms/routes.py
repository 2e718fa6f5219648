"""SMS through Africa's Talking: the form of a text that came in is stored, and answered at once with 200.

Source: https://developers.africastalking.com/docs/sms/notifications, as noted in PROVIDERS.md.
"""

from aiohttp import web

from bot.channels.gateway import add_hook, market_of, number_of, plain_id
from core.errors import InvalidInput
from core.forms import read_form
from core.keys import SETTINGS
from core.settings import Settings
from providers.africastalking import incoming_sms
from services.inbound import store_inbound

PATH = "/channels/sms/africastalking"
GATEWAY = "africastalking"
CHANNEL = "sms"
LONGEST_ID, LONGEST_LINE = 100, 20
# More than anybody types; the dialogue reads a part of it.
LONGEST_TEXT = 1000


def add_sms_routes(app: web.Application) -> None:
    """`POST /channels/sms/africastalking/<hook secret>`."""
    add_hook(app, PATH, take)


async def take(request: web.Request) -> web.Response:
    """Store a text. 200 also for what is none, since it would only come again."""
    try:
        await store_text(await read_form(request), request.app[SETTINGS])
    except InvalidInput:
        return web.Response()
    return web.Response()


async def store_text(form: dict[str, str], settings: Settings) -> bool:
    """Store the text in a gateway's form; False for one that came before. Raises `InvalidInput` for what is none."""
    message = incoming_sms(form)
    external_id = plain_id(message.provider_message_id) if message else ""
    if message is None or not external_id or len(external_id) > LONGEST_ID:
        raise InvalidInput("That is not a text message.")
    sender = number_of(form, "from")
    return await store_inbound(
        await market_of(sender, settings),
        channel=CHANNEL,
        gateway=GATEWAY,
        external_id=external_id,
        sender=sender,
        body={"text": _one_line(message.text), "line": plain_id(message.recipient)[:LONGEST_LINE]},
    )


def _one_line(text: str) -> str:
    """What was written, lines and all, as one line of what can be shown."""
    return "".join(c for c in " ".join(text[:LONGEST_TEXT].split()) if c.isprintable())
