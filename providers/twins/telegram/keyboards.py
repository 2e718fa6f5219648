"""Keyboards under and beside messages: what the Bot API takes, and what a person then sees."""

from typing import Any

from providers.twins.store import Document
from providers.twins.telegram.wire import Params, bad_request, nested

CALLBACK_DATA_BYTES = 64


def reply_markup(params: Params) -> Document | None:
    """The checked markup of a message, or None."""
    markup = nested(params, "reply_markup")
    if markup is None or markup == {}:
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in markup:
        for button in _buttons(markup["inline_keyboard"]):
            _check_inline(button)
    elif "keyboard" in markup:
        markup["keyboard"] = [[_plain(button) for button in row] for row in _rows(markup["keyboard"])]
    elif not markup.get("remove_keyboard") and not markup.get("force_reply"):
        raise bad_request("can't parse reply keyboard markup JSON object")
    return markup


def is_inline(markup: Document | None) -> bool:
    return bool(markup and "inline_keyboard" in markup)


def labels(markup: Document | None) -> list[list[str]]:
    """The buttons' words, row by row."""
    rows = (markup or {}).get("inline_keyboard") or (markup or {}).get("keyboard") or []
    return [[button["text"] for button in row] for row in rows]


def button_of(markup: Document | None, wanted: str) -> Document | None:
    """The button with that text or that callback data."""
    rows = (markup or {}).get("inline_keyboard") or (markup or {}).get("keyboard") or []
    everything = [button for row in rows for button in row]
    by_text = (button for button in everything if button["text"] == wanted)
    by_data = (button for button in everything if button.get("callback_data") == wanted)
    return next(by_text, None) or next(by_data, None)


def _rows(rows: Any) -> list[list[Any]]:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request("can't parse reply keyboard markup JSON object")
    return rows


def _buttons(rows: Any) -> list[Document]:
    buttons = [button for row in _rows(rows) for button in row]
    if len(buttons) > 100:
        raise bad_request("reply markup is too long")
    return buttons


def _check_inline(button: Any) -> None:
    if not isinstance(button, dict):
        raise bad_request("can't parse inline keyboard button: InlineKeyboardButton must be an Object")
    if not isinstance(button.get("text"), str) or not button["text"]:
        raise bad_request('can\'t parse inline keyboard button: Field "text" must be of type String')
    data = button.get("callback_data")
    if data is not None and not 1 <= len(str(data).encode()) <= CALLBACK_DATA_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    url = button.get("url")
    if url is not None and not str(url).startswith(("http://", "https://", "tg://")):
        raise bad_request("inline keyboard button URL is invalid")
    if data is None and url is None and "web_app" not in button and "switch_inline_query" not in button:
        raise bad_request("Text buttons are unallowed in the inline keyboard")


def _plain(button: Any) -> Document:
    button = {"text": button} if isinstance(button, str) else button
    if not isinstance(button, dict) or not isinstance(button.get("text"), str) or not button["text"]:
        raise bad_request('can\'t parse keyboard button: Field "text" must be of type String')
    return button
