"""What the stand-in remembers of each bot: chats, messages, updates and the webhook that takes them."""

import asyncio
from collections import defaultdict
from typing import Any

import orjson

from core import clock
from providers.twins.hooks import RETRY_AFTER_S, Hook
from providers.twins.sandbox import Sandbox
from providers.twins.script import HOOK_MODES
from providers.twins.store import Document, Shelf


class Bots:
    """Keyed by token throughout; ids of messages and updates grow and are never given twice."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._messages = Shelf(sandbox.store, "telegram_messages", ("token", "chat_id"))
        self._chats = Shelf(sandbox.store, "telegram_chats", ("token", "chat_id"))
        self._updates = Shelf(sandbox.store, "telegram_updates", ("token",))
        self._queries = Shelf(sandbox.store, "telegram_queries", ("token",))
        self._accounts = Shelf(sandbox.store, "telegram_accounts", ("token",))
        self._delivering: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._retrying: set[str] = set()
        self.arrived = asyncio.Condition()

    def open(self) -> None:
        """Take up the updates that no webhook has taken yet."""
        for token in self._sandbox.settings.telegram_tokens:
            self.deliver_later(token)

    def knows(self, token: str) -> bool:
        return token in self._sandbox.settings.telegram_tokens

    def me(self, token: str) -> Document:
        """The bot as a user."""
        id = token.partition(":")[0]
        return {
            "id": int(id) if id.isascii() and id.isdigit() else 1,
            "is_bot": True,
            "first_name": "Makola",
            "username": f"makola_{id}_bot",
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
        }

    def account(self, token: str) -> Document:
        """The bot's settings: webhook, and the menu of commands by language."""
        kept = self._accounts.first(token=token)
        if kept:
            return kept
        settings = self._sandbox.settings
        preset = settings.telegram_secret is not None and settings.hooks_url is not None
        return self._accounts.add(
            {
                "token": token,
                "url": f"{settings.hooks_url}/channels/telegram" if preset else "",
                "secret_token": settings.telegram_secret or "",
                "allowed_updates": [],
                "menus": {},
                "last_error": "",
            }
        )

    def save_account(self, account: Document) -> None:
        self._accounts.save(account)

    def chat(self, token: str, chat_id: int) -> Document:
        """A person's chat with the bot; made at the first mention."""
        return self._chats.first(token=token, chat_id=chat_id) or self._chats.add(
            {
                "token": token,
                "chat_id": chat_id,
                "first_name": "Ama",
                "blocked": False,
                "keyboard": None,
                "toast": None,
            }
        )

    def save_chat(self, chat: Document) -> None:
        self._chats.save(chat)

    def add_message(self, token: str, chat: Document, content: Document, by_bot: bool) -> Document:
        """A new message in a chat, and in the outbox where the bot wrote it."""
        kept = self._messages.add(
            {
                "token": token,
                "chat_id": chat["chat_id"],
                "by_bot": by_bot,
                "date": clock.timestamp(),
                "content": content,
            }
        )
        if by_bot:
            self._sandbox.outbox.add(str(chat["chat_id"]), "telegram", said(content))
        return kept

    def message(self, token: str, chat_id: int, message_id: int) -> Document | None:
        kept = self._messages.get(message_id)
        return kept if kept and (kept["token"], kept["chat_id"]) == (token, chat_id) else None

    def edit_message(self, kept: Document) -> None:
        """Store a message again after an edit; the outbox shows the new words too."""
        kept["edit_date"] = clock.timestamp()
        self._messages.save(kept)
        self._sandbox.outbox.add(str(kept["chat_id"]), "telegram", said(kept["content"]))

    def remove_message(self, kept: Document) -> None:
        self._messages.remove(kept)

    def messages(self, token: str, chat_id: int, limit: int = 100) -> list[Document]:
        """The newest messages of a chat, newest first."""
        return self._messages.find(limit=limit, token=token, chat_id=chat_id)

    def ask(self, token: str, chat_id: int) -> str:
        """Note a pressed button; the id with which the bot answers it, once."""
        return str(self._queries.add({"token": token, "chat_id": chat_id})["id"])

    def answered(self, token: str, query_id: str) -> Document | None:
        """The chat of a pressed button that was not answered before."""
        kept = (
            self._queries.get(int(query_id))
            if query_id.isascii() and query_id.isdigit() and len(query_id) < 16
            else None
        )
        if kept is None or kept["token"] != token:
            return None
        self._queries.remove(kept)
        return self.chat(token, kept["chat_id"])

    def pending(self, token: str, limit: int = 100) -> list[Document]:
        """Updates that the bot has not taken yet, oldest first."""
        return self._updates.find(limit=10_000, token=token)[::-1][:limit]

    def confirm(self, token: str, below: int) -> None:
        """Forget the updates with ids under `below`."""
        for update in self.pending(token, limit=10_000):
            if update["id"] < below:
                self._updates.remove(update)

    async def add_update(self, token: str, kind: str, content: Document) -> Document:
        """Give the bot an update: to its webhook, or kept for getUpdates. With how it went."""
        account = self.account(token)
        if account["allowed_updates"] and kind not in account["allowed_updates"]:
            return {"update_id": None, "delivered": False}
        update = self._updates.add({"token": token, "kind": kind, "content": content})
        async with self.arrived:
            self.arrived.notify_all()
        delivered = await self._deliver(token)
        if not delivered:
            self.deliver_later(token)
        return {"update_id": update["id"], "delivered": delivered}

    def deliver_later(self, token: str) -> None:
        """Post what is pending in the background, until the webhook has taken it."""
        if token not in self._retrying:
            self._retrying.add(token)
            self._sandbox.background.start(self._deliver_until_taken(token))

    def clear(self) -> None:
        for shelf in (self._messages, self._chats, self._updates, self._queries):
            shelf.clear()

    async def _deliver(self, token: str) -> bool:
        """Post what is pending, in order; whether the webhook took all of it."""
        async with self._delivering[token]:
            for update in self.pending(token):
                account = self.account(token)
                if not account["url"] or not await self._post(account, update):
                    return False
                self._updates.remove(update)
        return True

    async def _deliver_until_taken(self, token: str) -> None:
        attempt = 0
        try:
            while self.account(token)["url"] and not await self._deliver(token):
                await asyncio.sleep(RETRY_AFTER_S[min(attempt, len(RETRY_AFTER_S) - 1)])
                attempt += 1
        finally:
            self._retrying.discard(token)

    async def _post(self, account: Document, update: Document) -> bool:
        rule = self._sandbox.script.take("telegram", update["kind"], HOOK_MODES)
        mode = rule.mode if rule else None
        hook = _hook(account, update)
        if rule and mode == "late_webhook":
            await asyncio.sleep(rule.delay_s or 0.0)
        if mode == "no_webhook":
            return True
        if mode == "forged_webhook":
            await self._sandbox.hooks.post(hook, forged=True)
        if mode == "duplicate_webhook":
            await self._sandbox.hooks.post(hook)
        return await self._sandbox.hooks.post(hook)


def said(content: Document) -> str:
    """The words of a message's content."""
    return content.get("text") or content.get("caption") or ""


def update_as_sent(update: Document) -> Document:
    """An update as the bot receives it."""
    return {"update_id": update["id"], update["kind"]: update["content"]}


def message_as_sent(bot: Document, chat: Document, kept: Document) -> dict[str, Any]:
    """A message as the bot receives it."""
    person = {"id": chat["chat_id"], "is_bot": False, "first_name": chat["first_name"], "language_code": "en"}
    markup = kept["content"].get("reply_markup")
    content = {name: value for name, value in kept["content"].items() if name != "reply_markup"}
    if markup and "inline_keyboard" in markup:
        content["reply_markup"] = markup
    sent = {
        "message_id": kept["id"],
        "from": bot if kept["by_bot"] else person,
        "chat": {"id": chat["chat_id"], "type": "private", "first_name": chat["first_name"]},
        "date": kept["date"],
    }
    if "edit_date" in kept:
        sent["edit_date"] = kept["edit_date"]
    return sent | content


def _hook(account: Document, update: Document) -> Hook:
    headers = {"Content-Type": "application/json"}
    if account["secret_token"]:
        headers["X-Telegram-Bot-Api-Secret-Token"] = account["secret_token"]
    return Hook(
        provider="telegram",
        event=update["kind"],
        url=account["url"],
        body=orjson.dumps(update_as_sent(update)),
        headers=headers,
        forged={"X-Telegram-Bot-Api-Secret-Token": "forged"},
    )
