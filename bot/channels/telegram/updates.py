"""Telegram's updates: which concern us, and storing them before anybody works on them.

Source: https://core.telegram.org/bots/api#update
"""

import re
from dataclasses import dataclass, replace
from typing import Any

from bot.engine import Inbound
from core.errors import InvalidInput
from core.phones import parse_phone
from services.inbound import store_inbound
from services.tenants import Scope

CHANNEL = "telegram"
# The update as it came, and the turn that was played of it, are two messages with the same id.
UPDATES, TURNS = "updates", "turns"
WANTED = ("message", "callback_query")
LARGEST_ID = 2**52

USER_NAME = re.compile(r"[A-Za-z0-9_]{1,32}", re.ASCII)
HOME = ("start", "menu")
# The menu of commands, each heard on every screen.
COMMANDS = ("menu", "search", "cart", "orders", "card", "pay", "help")
# What follows /start in a link to a product: https://t.me/<bot>?start=p46
PRODUCT = re.compile(r"p\d{1,9}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Update:
    """A person's message or pressed button. `phone` (E.164) is the sender's own, where they shared it; `name` their user
    name, where they have one."""

    sender: int
    inbound: Inbound
    message_id: int
    phone: str | None = None
    query_id: str | None = None
    on_picture: bool = False
    name: str = ""


def read_update(body: Any) -> Update | None:
    """What a person did in a private chat, or None where an update is about anything else."""
    match body:
        case {
            "callback_query": {
                "id": str(query_id),
                "from": {"id": int(sender)},
                "data": str(data),
                "message": {"message_id": int(message_id), "chat": {"type": "private"}},
            }
        }:
            screen, _, digits = data.rpartition(":")
            pressed = Inbound(digits, screen)
            on_picture = "photo" in body["callback_query"]["message"]
            name = _name(body["callback_query"]["from"])
            return _within(
                Update(sender, pressed, message_id, query_id=query_id, on_picture=on_picture, name=name)
            )
        case {
            "message": {
                "message_id": int(message_id),
                "from": {"id": int(sender)},
                "chat": {"type": "private"},
            }
        }:
            message = body["message"]
            return _within(replace(_message(sender, message_id, message), name=_name(message["from"])))
        case _:
            return None


def masked(body: dict[str, Any]) -> dict[str, Any]:
    """An update whose words must not be kept, without them."""
    return {**body, "message": {**body["message"], "text": "***"}} if "message" in body else body


async def store_update(scope: Scope, body: Any) -> bool:
    """Store an update once and wake a worker for it; False for one that is none."""
    update = read_update(body)
    update_id = body.get("update_id") if isinstance(body, dict) else None
    if update is None or not isinstance(update_id, int):
        return False
    await store_inbound(
        scope,
        channel=CHANNEL,
        gateway=UPDATES,
        external_id=str(update_id),
        sender=str(update.sender),
        body=body,
    )
    return True


def _message(sender: int, message_id: int, message: dict[str, Any]) -> Update:
    match message:
        case {"contact": {"user_id": int(owner), "phone_number": str(number)}} if owner == sender:
            phone = _phone(number)
            return Update(sender, Inbound(phone or number, unread=True), message_id, phone)
        case {"text": str(text)}:
            return Update(sender, _typed(text), message_id)
        case _:
            # A picture, a voice, a place, somebody else's card.
            return Update(sender, Inbound("", unread=True), message_id)


def _typed(text: str) -> Inbound:
    """A text message as typed; `/cart@bot` is the keyword `cart`, heard on every screen."""
    if not text.startswith("/"):
        return Inbound(text)
    first, _, rest = text[1:].partition(" ")
    command = first.split("@")[0].lower()
    if command == "start" and PRODUCT.fullmatch(rest.strip()):
        return Inbound(f"item {rest.strip()}", opens=True)
    if command in HOME:
        return Inbound("00")
    return (
        Inbound(f"{command} {rest}".strip(), opens=True) if command in COMMANDS else Inbound("", unread=True)
    )


def _phone(number: str) -> str | None:
    """A shared number in E.164; Telegram gives it with or without its plus sign."""
    try:
        return parse_phone(f"+{number.lstrip('+')}", "ZZ")
    except InvalidInput:
        return None


def _name(sender: dict[str, Any]) -> str:
    """A user name, which Telegram makes of up to 32 letters, digits and underscores."""
    name = sender.get("username")
    return name if isinstance(name, str) and USER_NAME.fullmatch(name) else ""


def _within(update: Update) -> Update | None:
    return update if 0 < update.sender < LARGEST_ID else None
