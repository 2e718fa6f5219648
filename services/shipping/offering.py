"""The delivery methods that a platform and its sellers offer to choose from, at a flat price, and what fits which sellers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from core.cache import Remembered
from core.db import fetch
from services.tenants import Scope


@dataclass(frozen=True, slots=True)
class ShippingMethodView:
    """`price_minor` contains tax. Without a seller it is the market's own, which brings the goods of any."""

    id: int
    code: str
    name: str
    description: str
    price_minor: int
    seller_id: int | None = None
    seller: str | None = None


class Way(Protocol):
    """A way of delivery, offered or chosen."""

    @property
    def seller_id(self) -> int | None: ...


W = TypeVar("W", bound=Way)


_known: Remembered[list[ShippingMethodView]] = Remembered(seconds=10)


async def methods_of(scope: Scope) -> list[ShippingMethodView]:
    """The platform's methods, and all sellers', in their order."""

    async def load() -> list[ShippingMethodView]:
        rows = await fetch(
            "SELECT m.id, m.code, m.name, m.description, m.price_minor, m.seller_id, s.name AS seller "
            "FROM shipping_method m LEFT JOIN seller s ON s.id = m.seller_id "
            "WHERE m.platform_id = $1 AND m.environment = $2 AND m.kind = 'flat' AND m.deleted_at IS NULL ORDER BY m.position, m.id",
            scope.platform_id,
            scope.environment,
        )
        return [ShippingMethodView(**row) for row in rows]

    return await _known.get((scope.platform_id, scope.environment), load)


def forget_methods(scope: Scope) -> None:
    """Let what was remembered go, since it was changed."""
    _known.forget((scope.platform_id, scope.environment))


def eligible(ways: Iterable[W], sellers: Iterable[int]) -> list[W]:
    """Those of the market and of these sellers."""
    among = {None, *sellers}
    return [way for way in ways if way.seller_id in among]


def served(ways: Iterable[W], sellers: Iterable[int]) -> list[int]:
    """The sellers whose goods any of the offered ways brings; of others nobody can choose one."""
    offering = {way.seller_id for way in ways}
    return [seller for seller in dict.fromkeys(sellers) if None in offering or seller in offering]


def fitting(ways: Sequence[W], sellers: Iterable[int]) -> list[W]:
    """What of the chosen ways brings something: a seller's own their goods, the market's whatever has no way of its own.

    The market's serve a cart in which nothing is yet.
    """
    there = set(sellers)
    own = {way.seller_id for way in ways if way.seller_id in there}
    markets = not there or bool(there - own)
    return [way for way in ways if way.seller_id in own or (way.seller_id is None and markets)]


def without_way(ways: Sequence[W], sellers: Iterable[int]) -> list[int]:
    """The sellers, in their order, whose goods nothing chosen brings."""
    own = {way.seller_id for way in ways}
    return [] if None in own else [seller for seller in dict.fromkeys(sellers) if seller not in own]


def is_choice(ways: Sequence[W], sellers: Sequence[int]) -> bool:
    """Whether these ways together bring the goods of every seller, none of them for nothing, and no seller's by two of
    their own. The market's may share its part.
    """
    owns = [way.seller_id for way in ways if way.seller_id is not None]
    return (
        bool(ways)
        and len(set(owns)) == len(owns)
        and len(fitting(ways, sellers)) == len(ways)
        and not without_way(ways, sellers)
    )
