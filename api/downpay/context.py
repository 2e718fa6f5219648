"""Which merchant asks, and what was read of their groups so far in this request."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from api.graphql.batches import Batch
from api.graphql.documents import Document
from core.errors import NotSignedIn
from core.settings import Settings
from services.keyset import LARGEST_PAGE, Page, Window
from services.purchase_options.orders_of import BoughtOrder, orders_of_groups
from services.tenants import KEY_HEADERS, Scope, scope_by_key

Read = Callable[[list[int]], Awaitable[Mapping[int, Any]]]


@dataclass(slots=True)
class DownpayContext:
    """One request. `groups` are those that were shown, of which parts are asked one by one and read together."""

    scope: Scope
    settings: Settings
    idempotency_key: str | None = None
    document: Document = field(init=False)
    groups: set[int] = field(default_factory=set)
    _parts: dict[Read, Batch[Any]] = field(default_factory=dict)
    _orders: dict[Window, Batch[Page[BoughtOrder]]] = field(default_factory=dict)

    def asset_url(self, path: str) -> str:
        """The public address of a picture."""
        return f"{self.settings.base_url}/assets/{path}"

    async def part(self, read: Read, group_id: int) -> Any:
        """What `read` gives for a group, or None; one statement for all groups of a page."""
        if read not in self._parts:
            self._parts[read] = Batch(self.groups, read, LARGEST_PAGE)
        return await self._parts[read].get(group_id)

    async def orders(self, window: Window, group_id: int) -> Page[BoughtOrder]:
        """That part of a group's orders; one statement for all groups of a page."""
        if window not in self._orders:

            async def read(group_ids: list[int]) -> dict[int, Page[BoughtOrder]]:
                return await orders_of_groups(group_ids, window)

            self._orders[window] = Batch(self.groups, read, LARGEST_PAGE)
        return await self._orders[window].get(group_id) or Page([], False, False)


async def open_context(request: web.Request, settings: Settings) -> DownpayContext:
    """The context of a request. Raises `NotSignedIn` without a merchant's key, as `Authorization: Token <key>`."""
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "token" or not key.strip():
        raise NotSignedIn(
            "A token is needed: send it as Authorization: Token <your token>.", field=KEY_HEADERS["downpay"]
        )
    scope = await scope_by_key(key.strip(), "downpay")
    return DownpayContext(scope, settings, request.headers.get("Idempotency-Key") or None)
