"""Which options something may be bought with: those of every group that names it, its product or a tag of its product."""

from collections import defaultdict
from collections.abc import Sequence

from core.cache import Remembered
from core.clock import now
from core.db import fetch, fetch_one, placeholders
from core.errors import NotFound
from services.paging import possible_ids
from services.purchase_options.reading import LIVE_GROUP, OPTION_COLUMNS, OPTION_TABLES, option_of
from services.purchase_options.views import OptionView
from services.tenants import Scope

_known: Remembered[bool] = Remembered(seconds=10)
_required: Remembered[bool] = Remembered(seconds=10)

# (the thing asked about, a group whose terms hold for it); {ids} is the IN list.
_OF_VARIANTS = (
    "SELECT m.variant_id AS asked, m.group_id FROM purchase_option_member m WHERE m.variant_id IN ({ids}) "
    "UNION SELECT v.id, m.group_id FROM variant v JOIN purchase_option_member m ON m.product_id = v.product_id "
    "WHERE v.id IN ({ids}) "
    "UNION SELECT v.id, m.group_id FROM variant v JOIN product_tag t ON t.product_id = v.product_id "
    "JOIN purchase_option_member m ON m.tag_id = t.tag_id WHERE v.id IN ({ids})"
)
_OF_PRODUCTS = (
    "SELECT m.product_id AS asked, m.group_id FROM purchase_option_member m WHERE m.product_id IN ({ids}) "
    "UNION SELECT t.product_id, m.group_id FROM product_tag t "
    "JOIN purchase_option_member m ON m.tag_id = t.tag_id WHERE t.product_id IN ({ids})"
)


async def has_groups(scope: Scope) -> bool:
    """Whether the market sells anything on terms; remembered for ten seconds, so that one that doesn't pays nothing."""

    async def load() -> bool:
        found = await fetch_one(
            f"SELECT 1 AS one FROM purchase_option_group g WHERE {LIVE_GROUP} LIMIT 1",
            scope.platform_id,
            scope.environment,
        )
        return found is not None

    return await _known.get((scope.platform_id, scope.environment), load)


async def has_required(scope: Scope) -> bool:
    """Whether anything is sold on terms alone; remembered likewise, so that a checkout asks for nothing else."""

    async def load() -> bool:
        found = await fetch_one(
            f"SELECT 1 AS one FROM purchase_option_group g WHERE {LIVE_GROUP} AND g.requires_option LIMIT 1",
            scope.platform_id,
            scope.environment,
        )
        return found is not None

    return await _required.get((scope.platform_id, scope.environment), load)


def tell_of_group(scope: Scope, *, required: bool) -> None:
    """This process has just stored a group; whether its products can't be bought without an option."""
    _known.put((scope.platform_id, scope.environment), True)
    if required:
        _required.put((scope.platform_id, scope.environment), True)


async def options_by_variant(scope: Scope, variant_ids: Sequence[int]) -> dict[int, list[OptionView]]:
    """The options that each variant may be bought with now, by group, position and id; none for one not in the answer.

    An option whose exact time is over is not offered. One statement, whatever the number.
    """
    return await _offered(scope, _OF_VARIANTS, variant_ids) if await has_groups(scope) else {}


async def options_by_product(scope: Scope, product_ids: Sequence[int]) -> dict[int, list[OptionView]]:
    """The same for products: the options that hold for a product as a whole, by itself or by a tag."""
    return await _offered(scope, _OF_PRODUCTS, product_ids) if await has_groups(scope) else {}


async def option_for(scope: Scope, option_id: int, variant_id: int) -> OptionView:
    """The option, where that variant may be bought with it now. Raises `NotFound`."""
    offered = (await _offered(scope, _OF_VARIANTS, [variant_id])).get(variant_id, [])
    found = next((option for option in offered if option.id == option_id), None)
    if found is None:
        raise NotFound("That can't be bought with this purchase option.", field="purchaseOptionId")
    return found


async def options_by_id(option_ids: Sequence[int]) -> dict[int, OptionView]:
    """Options that orders were bought with, also those that are no longer offered. One statement."""
    ids = possible_ids(option_ids)
    if not ids:
        return {}
    rows = await fetch(
        f"SELECT {OPTION_COLUMNS} FROM {OPTION_TABLES} WHERE o.id IN ({placeholders(ids)})", *ids
    )
    return {row["id"]: option_of(row) for row in rows}


async def _offered(scope: Scope, held: str, asked: Sequence[int]) -> dict[int, list[OptionView]]:
    found: dict[int, list[OptionView]] = defaultdict(list)
    ids = possible_ids(asked)
    if not ids:
        return {}
    rows = await fetch(
        f"WITH held AS ({held.format(ids=placeholders(ids, 4))}) "
        f"SELECT held.asked, {OPTION_COLUMNS} FROM {OPTION_TABLES} JOIN held ON held.group_id = g.id "
        f"WHERE {LIVE_GROUP} AND o.retired_at IS NULL AND (o.due_at IS NULL OR o.due_at > $3) "
        "ORDER BY g.id, o.position, o.id",
        scope.platform_id,
        scope.environment,
        now(),
        *ids,
    )
    for row in rows:
        found[row["asked"]].append(option_of(row))
    return dict(found)
