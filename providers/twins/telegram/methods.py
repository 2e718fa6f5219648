"""The Bot API methods that a shop's bot uses, with the limits and refusals of the real ones."""

import asyncio
import hashlib
import re
from collections.abc import Awaitable, Callable
from typing import Any

from yarl import URL

from providers.twins.store import Document
from providers.twins.telegram.bots import Bots, message_as_sent, update_as_sent
from providers.twins.telegram.keyboards import is_inline, reply_markup
from providers.twins.telegram.wire import (
    LARGEST_ID,
    BotError,
    Params,
    bad_request,
    flag,
    nested,
    number,
    shown_text,
    text,
)

TEXT_LIMIT, CAPTION_LIMIT, TOAST_LIMIT = 4096, 1024, 200
LONGEST_POLL_S = 5
SECRET_TOKEN = re.compile(r"[A-Za-z0-9_-]{0,256}")
# A web address, or the file_id of a picture that was sent before.
PHOTO = re.compile(r"https?://|photo-[0-9a-f]{16}$")
ACTIONS = {"typing", "upload_photo", "upload_document", "find_location", "choose_sticker"}

Method = Callable[[Bots, str, Params], Awaitable[Any]]


async def get_me(bots: Bots, token: str, _: Params) -> Document:
    return bots.me(token)


async def set_webhook(bots: Bots, token: str, params: Params) -> bool:
    """The real one wants https; the stand-in also takes http, since it never leaves the machine."""
    url, secret = text(params, "url"), text(params, "secret_token")
    if url and URL(url).scheme not in ("http", "https"):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if not SECRET_TOKEN.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    account = bots.account(token)
    account |= {
        "url": url,
        "secret_token": secret,
        "allowed_updates": nested(params, "allowed_updates") or [],
    }
    bots.save_account(account)
    if flag(params, "drop_pending_updates"):
        bots.confirm(token, below=LARGEST_ID)
    bots.deliver_later(token)
    return True


async def delete_webhook(bots: Bots, token: str, params: Params) -> bool:
    drop = {"drop_pending_updates": params.get("drop_pending_updates")}
    return await set_webhook(bots, token, drop)


async def get_webhook_info(bots: Bots, token: str, _: Params) -> Document:
    account = bots.account(token)
    return {
        "url": account["url"],
        "has_custom_certificate": False,
        "pending_update_count": len(bots.pending(token, limit=10_000)),
        "allowed_updates": account["allowed_updates"],
    }


async def get_updates(bots: Bots, token: str, params: Params) -> list[Document]:
    """Long polling, of at most five seconds."""
    if bots.account(token)["url"]:
        raise BotError(
            409,
            "Conflict: can't use getUpdates method while webhook is active; "
            "use deleteWebhook to delete the webhook first",
        )
    bots.confirm(token, below=number(params, "offset", 0))
    limit = min(max(number(params, "limit", 100), 1), 100)
    timeout_s = min(max(number(params, "timeout", 0), 0), LONGEST_POLL_S)
    async with bots.arrived:
        try:
            await asyncio.wait_for(
                bots.arrived.wait_for(lambda: bots.pending(token, limit=1)), max(timeout_s, 0.001)
            )
        except TimeoutError:
            return []
    return [update_as_sent(update) for update in bots.pending(token, limit)]


async def send_message(bots: Bots, token: str, params: Params) -> Document:
    words = shown_text(params, "text", TEXT_LIMIT, "message text is empty", "message is too long")
    return _sent(bots, token, params, {"text": words})


async def send_photo(bots: Bots, token: str, params: Params) -> Document:
    """A picture by web address or as an upload. It is not fetched: the stand-in shows nothing."""
    caption = shown_text(params, "caption", CAPTION_LIMIT, "", "message caption is too long")
    return _sent(bots, token, params, _photo(params, params.get("photo"), caption))


async def edit_message_text(bots: Bots, token: str, params: Params) -> Document:
    kept = _editable(bots, token, params)
    if "text" not in kept["content"]:
        raise bad_request("there is no text in the message to edit")
    words = shown_text(params, "text", TEXT_LIMIT, "message text is empty", "MESSAGE_TOO_LONG")
    return _edited(bots, token, kept, kept["content"] | {"text": words}, params)


async def edit_message_caption(bots: Bots, token: str, params: Params) -> Document:
    kept = _editable(bots, token, params)
    if "photo" not in kept["content"]:
        raise bad_request("there is no caption in the message to edit")
    caption = shown_text(params, "caption", CAPTION_LIMIT, "", "message caption is too long")
    return _edited(bots, token, kept, kept["content"] | {"caption": caption}, params)


async def edit_message_media(bots: Bots, token: str, params: Params) -> Document:
    """A picture in place of another, or of words. Other media are not known here."""
    kept = _editable(bots, token, params)
    media = nested(params, "media")
    if not isinstance(media, dict) or media.get("type") != "photo":
        raise bad_request("can't parse InputMedia: the stand-in knows photos only")
    caption = shown_text(media, "caption", CAPTION_LIMIT, "", "message caption is too long")
    return _edited(bots, token, kept, _photo(params, media.get("media"), caption), params)


async def edit_message_reply_markup(bots: Bots, token: str, params: Params) -> Document:
    kept = _editable(bots, token, params)
    return _edited(bots, token, kept, kept["content"], params)


async def delete_message(bots: Bots, token: str, params: Params) -> bool:
    kept = bots.message(token, number(params, "chat_id"), number(params, "message_id"))
    if kept is None:
        raise bad_request("message to delete not found")
    bots.remove_message(kept)
    return True


async def answer_callback_query(bots: Bots, token: str, params: Params) -> bool:
    words = text(params, "text")
    if len(words) > TOAST_LIMIT:
        raise bad_request("MESSAGE_TOO_LONG")
    chat = bots.answered(token, text(params, "callback_query_id"))
    if chat is None:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    chat["toast"] = words or None
    bots.save_chat(chat)
    return True


async def set_my_commands(bots: Bots, token: str, params: Params) -> bool:
    commands = nested(params, "commands")
    if not isinstance(commands, list) or len(commands) > 100:
        raise bad_request("can't parse commands")
    for command in commands:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", str(command.get("command"))):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(str(command.get("description", ""))) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    account = bots.account(token)
    account["menus"] = {**account.get("menus", {}), _language(params): commands}
    bots.save_account(account)
    return True


async def get_my_commands(bots: Bots, token: str, params: Params) -> list[Document]:
    commands: list[Document] = bots.account(token).get("menus", {}).get(_language(params), [])
    return commands


def _language(params: Params) -> str:
    """For whose language commands are; "" for that of everybody who has none of their own."""
    code = text(params, "language_code")
    if code and not re.fullmatch(r"[a-z]{2}", code):
        raise bad_request("invalid language code specified")
    return code


async def send_chat_action(bots: Bots, token: str, params: Params) -> bool:
    if text(params, "action") not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    _reachable(bots, token, params)
    return True


# The Bot API reads method names without regard to case.
METHODS: dict[str, Method] = {
    "getme": get_me,
    "setwebhook": set_webhook,
    "deletewebhook": delete_webhook,
    "getwebhookinfo": get_webhook_info,
    "getupdates": get_updates,
    "sendmessage": send_message,
    "sendphoto": send_photo,
    "editmessagetext": edit_message_text,
    "editmessagecaption": edit_message_caption,
    "editmessagemedia": edit_message_media,
    "editmessagereplymarkup": edit_message_reply_markup,
    "deletemessage": delete_message,
    "answercallbackquery": answer_callback_query,
    "setmycommands": set_my_commands,
    "getmycommands": get_my_commands,
    "sendchataction": send_chat_action,
}


def _digest(photo: str | bytes) -> str:
    return hashlib.sha256(photo.encode() if isinstance(photo, str) else photo).hexdigest()[:16]


def _photo(params: Params, photo: Any, caption: str) -> Document:
    """A message's content that is a picture: by web address, file_id, or the upload that an `attach://` names."""
    if isinstance(photo, str) and photo.startswith("attach://"):
        photo = params.get(photo.removeprefix("attach://"))
    if not photo:
        raise bad_request("there is no photo in the request")
    if isinstance(photo, str) and not PHOTO.match(photo):
        raise bad_request("wrong file identifier/HTTP URL specified")
    id = photo if isinstance(photo, str) and photo.startswith("photo-") else f"photo-{_digest(photo)}"
    size = {"file_id": id, "file_unique_id": id, "width": 800, "height": 600}
    return {"photo": [size], "caption": caption} if caption else {"photo": [size]}


def _reachable(bots: Bots, token: str, params: Params) -> Document:
    """The chat to write to."""
    if not params.get("chat_id"):
        raise bad_request("chat_id is empty")
    try:
        chat = bots.chat(token, number(params, "chat_id"))
    except BotError:
        raise bad_request("chat not found") from None
    if chat["blocked"]:
        raise BotError(403, "Forbidden: bot was blocked by the user")
    return chat


def _sent(bots: Bots, token: str, params: Params, content: Document) -> Document:
    chat = _reachable(bots, token, params)
    markup = reply_markup(params)
    if markup:
        content["reply_markup"] = markup
        if not is_inline(markup):
            chat["keyboard"] = None if markup.get("remove_keyboard") else markup
            bots.save_chat(chat)
    kept = bots.add_message(token, chat, content, by_bot=True)
    return message_as_sent(bots.me(token), chat, kept)


def _editable(bots: Bots, token: str, params: Params) -> Document:
    kept = bots.message(token, number(params, "chat_id"), number(params, "message_id"))
    if kept is None:
        raise bad_request("message to edit not found")
    markup = kept["content"].get("reply_markup")
    if not kept["by_bot"] or (markup and not is_inline(markup)):
        raise bad_request("message can't be edited")
    return kept


def _edited(bots: Bots, token: str, kept: Document, content: Document, params: Params) -> Document:
    """Put in the new content; a keyboard that is not sent again goes."""
    markup = reply_markup(params)
    content = {name: value for name, value in content.items() if name != "reply_markup"}
    if markup and not is_inline(markup):
        raise bad_request("inline keyboard expected")
    if markup and markup["inline_keyboard"]:
        content["reply_markup"] = markup
    if content == kept["content"]:
        raise bad_request(
            "message is not modified: specified new message content and reply markup are exactly the same "
            "as a current content and reply markup of the message"
        )
    kept["content"] = content
    bots.edit_message(kept)
    return message_as_sent(bots.me(token), bots.chat(token, kept["chat_id"]), kept)
