"""What groups hold for, in products and variants, however they are assigned: read for many groups in one statement."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from core.db import fetch, placeholders

MOST_SHOWN = 250  # of a group's products or variants

# (group, product, variant); a product without variants counts as a product. {ids} is the IN list of groups.
_COVERED = (
    "SELECT m.group_id, v.product_id, v.id AS variant_id FROM purchase_option_member m "
    "JOIN variant v ON v.id = m.variant_id WHERE m.group_id IN ({ids}) "
    "UNION SELECT m.group_id, m.product_id, v.id FROM purchase_option_member m "
    "LEFT JOIN variant v ON v.product_id = m.product_id WHERE m.product_id IS NOT NULL AND m.group_id IN ({ids}) "
    "UNION SELECT m.group_id, t.product_id, v.id FROM purchase_option_member m "
    "JOIN product_tag t ON t.tag_id = m.tag_id LEFT JOIN variant v ON v.product_id = t.product_id "
    "WHERE m.group_id IN ({ids})"
)


@dataclass(frozen=True, slots=True)
class ProductCard:
    """A product as a merchant picks it out; `image` is the key of its picture in the asset store."""

    id: int
    name: str
    image: str | None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many products and variants terms hold for."""

    products: int = 0
    variants: int = 0


async def counts_of(group_ids: Sequence[int]) -> dict[int, Counts]:
    """How much each group holds for; one that holds for nothing isn't in the answer."""
    rows = await fetch(
        f"SELECT group_id, COUNT(DISTINCT product_id) AS products, COUNT(DISTINCT variant_id) AS variants "
        f"FROM ({_COVERED.format(ids=placeholders(group_ids))}) c GROUP BY group_id",
        *group_ids,
    )
    return {row["group_id"]: Counts(row["products"], row["variants"]) for row in rows}


async def products_of(group_ids: Sequence[int]) -> dict[int, list[ProductCard]]:
    """The first 250 products of each group, the oldest first."""
    found: dict[int, list[ProductCard]] = defaultdict(list)
    rows = await fetch(
        "SELECT c.group_id, p.id, p.name, COALESCE(NULLIF(a.preview_path, ''), a.path) AS image FROM (SELECT group_id, product_id, "
        "ROW_NUMBER() OVER (PARTITION BY group_id ORDER BY product_id) AS number FROM (SELECT DISTINCT group_id, "
        f"product_id FROM ({_COVERED.format(ids=placeholders(group_ids))}) d) e) c "
        "JOIN product p ON p.id = c.product_id LEFT JOIN asset a ON a.id = p.asset_id "
        f"WHERE c.number <= {MOST_SHOWN} ORDER BY c.group_id, p.id",
        *group_ids,
    )
    for row in rows:
        found[row["group_id"]].append(ProductCard(row["id"], row["name"], row["image"]))
    return found


async def variants_of(group_ids: Sequence[int]) -> dict[int, list[int]]:
    """The ids of the first 250 variants of each group, the oldest first."""
    found: dict[int, list[int]] = defaultdict(list)
    rows = await fetch(
        "SELECT group_id, variant_id FROM (SELECT group_id, variant_id, ROW_NUMBER() OVER (PARTITION BY group_id "
        f"ORDER BY variant_id) AS number FROM ({_COVERED.format(ids=placeholders(group_ids))}) c "
        f"WHERE variant_id IS NOT NULL) v WHERE number <= {MOST_SHOWN} ORDER BY group_id, variant_id",
        *group_ids,
    )
    for row in rows:
        found[row["group_id"]].append(row["variant_id"])
    return found


async def tags_of(group_ids: Sequence[int]) -> dict[int, list[str]]:
    """The tags that each group is assigned by, in the order of the alphabet."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = await fetch(
        "SELECT m.group_id, t.name FROM purchase_option_member m JOIN tag t ON t.id = m.tag_id "
        f"WHERE m.group_id IN ({placeholders(group_ids)}) ORDER BY m.group_id, t.name",
        *group_ids,
    )
    for row in rows:
        found[row["group_id"]].append(row["name"])
    return found
