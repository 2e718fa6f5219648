"""Reading products: a page or one, with the parts that were asked for and no others."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from core.db import Row, fetch, placeholders
from services.catalogue.assets import assets_of_products
from services.catalogue.categories import categories_with_parents
from services.catalogue.translations import translations_of_products
from services.catalogue.variants import fill_assets, variants_of_products
from services.catalogue.views import Behind, FitmentView, ProductView
from services.listing import Column, Columns, Condition, fetch_listed, order_sql, where_sql
from services.paging import Sort, page, possible_ids, storable
from services.search.filtering import in_name_or_description
from services.tenants import Scope
from services.values import as_time, as_uid

_FIRST_FIT = "(SELECT {column} FROM fitment x WHERE x.product_id = p.id ORDER BY x.id LIMIT 1)"
PRODUCT_COLUMNS: Columns = {
    "id": Column("p.id", "id"),
    "created_at": Column("p.created_at", "time"),
    "updated_at": Column("p.updated_at", "time"),
    "name": Column("p.name", "text"),
    "slug": Column("p.slug", "text"),
    "description": Column("p.description", "text"),
    "enabled": Column("p.enabled", "flag"),
    "language_code": Column("'en'", "text"),
    "sold": Column("p.sold", "number"),
    "featured": Column("p.featured", "flag"),
    "price": Column("first_price", "number"),  # only to sort by
    "condition": Column("p.condition", "text"),
    "country_of_origin": Column("p.country_of_origin", "text"),
    "stars": Column("NULLIF(p.star_count, 0)", "number", nullable=True),
    "average_rating": Column("p.star_sum * 1.0 / NULLIF(p.star_count, 0)", "number", nullable=True),
    # Of the first car that it fits.
    "make": Column(_FIRST_FIT.format(column="x.make"), "text", nullable=True),
    "model": Column(_FIRST_FIT.format(column="x.model"), "text", nullable=True),
    "year": Column(_FIRST_FIT.format(column="x.year_from"), "number", nullable=True),
}
# Beside each product what its first variant costs, which is the one that stands for it.
_FIRST_PRICE = (
    " JOIN variant f ON f.product_id = p.id AND f.enabled AND NOT EXISTS (SELECT 1 FROM variant g "
    "WHERE g.product_id = f.product_id AND g.enabled "
    "AND (g.position < f.position OR (g.position = f.position AND g.id < f.id)))"
)
_COLUMNS = (
    "p.id, p.uid, p.name, p.slug, p.description, p.condition, p.country_of_origin, b.name AS brand, "
    "b.uid AS brand_uid, s.name AS seller, p.seller_id, p.category_id, p.sold, p.star_sum, p.star_count, p.enabled, p.featured, "
    "p.created_at, p.updated_at"
)
_JOINS = "LEFT JOIN seller s ON s.id = p.seller_id LEFT JOIN brand b ON b.id = p.brand_id"


@dataclass(frozen=True, slots=True)
class ProductOptions:
    """Which products, in which order. All conditions hold together; None is no condition.

    `where` asks for columns of `PRODUCT_COLUMNS`. `term`: every word of it begins one of the name or stands in the description. `category_id` includes its
    children's, `subcategory_id` names a child. `behind` shows what isn't for sale as well. `for_sale` leaves out what has no enabled variant. `sort` names
    the same, of which `price` is the first variant's; `take` is 100 at most.
    """

    ids: Sequence[int] | None = None
    where: Condition | None = None
    term: str | None = None
    category_id: int | None = None
    subcategory_id: int | None = None
    brand_uid: UUID | None = None
    for_sale: bool = False
    behind: Behind | None = None
    sort: Sort = (("name", "ASC"),)
    skip: int = 0
    take: int = 20


async def list_products(
    scope: Scope, options: ProductOptions, include: frozenset[str] = frozenset()
) -> tuple[list[ProductView], int]:
    """A page of the enabled products and how many there are in all.

    `include` names the parts wanted: assets, variants, variant_assets, fitments, categories, translations; one more
    statement each, whatever the page's size. Raises `InvalidInput` as `where_sql` and `order_sql` do.
    """
    where, values = _conditions(scope, options)
    order = order_sql(options.sort, PRODUCT_COLUMNS, "p.id")
    limit, offset = page(options.skip, options.take)
    priced, price = (_FIRST_PRICE, ", f.price_minor AS first_price") if _by_price(options) else ("", "")
    rows = await fetch_listed(
        f"SELECT {_COLUMNS}, t.total FROM (SELECT COUNT(*) AS total FROM product p WHERE {where}) t "
        f"LEFT JOIN (SELECT p.*{price} FROM product p{priced} WHERE {where} ORDER BY {order} "
        f"LIMIT {limit} OFFSET {offset}) p "
        f"ON TRUE {_JOINS} ORDER BY {order}",
        *values,
    )
    total: int = rows[0]["total"]
    products = [_product(row) for row in rows if row["id"] is not None]
    await _fill(products, include, options.behind)
    return products, total


async def get_product(
    scope: Scope,
    *,
    product_id: int | None = None,
    slug: str | None = None,
    uid: UUID | None = None,
    include: frozenset[str] = frozenset(),
    behind: Behind | None = None,
) -> ProductView | None:
    """One product that is shown, by whichever name is given; `include` and `behind` as in `list_products`."""
    if product_id is not None and not possible_ids([product_id]):
        return None
    names = (("id", product_id), ("uid", uid), ("slug", storable(slug or "")))
    column, value = next((c, v) for c, v in names if v is not None)
    rows = await fetch(
        f"SELECT {_COLUMNS} FROM product p {_JOINS} "
        f"WHERE p.{column} = $1 AND p.platform_id = $2 AND p.environment = $3 AND {shown(behind)}",
        value,
        scope.platform_id,
        scope.environment,
    )
    products = [_product(row) for row in rows]
    await _fill(products, include, behind)
    return products[0] if products else None


def _conditions(scope: Scope, options: ProductOptions) -> tuple[str, list[Any]]:
    values: list[Any] = [scope.platform_id, scope.environment]
    where = f"p.platform_id = $1 AND p.environment = $2 AND {shown(options.behind)}"
    if options.ids is not None:
        ids = possible_ids(options.ids) or [0]
        where += f" AND p.id IN ({placeholders(ids, len(values) + 1)})"
        values += ids
    if options.category_id is not None:
        values += possible_ids([options.category_id]) or [0]
        where += (
            f" AND p.category_id IN (SELECT id FROM category WHERE id = ${len(values)} "
            f"OR parent_id = ${len(values)})"
        )
    if options.subcategory_id is not None:
        values += possible_ids([options.subcategory_id]) or [0]
        where += f" AND p.category_id = (SELECT id FROM category WHERE id = ${len(values)} AND parent_id > 0)"
    if options.brand_uid is not None:
        values.append(options.brand_uid)
        where += f" AND p.brand_id = (SELECT id FROM brand WHERE uid = ${len(values)})"
    if options.for_sale or _by_price(options):
        where += " AND EXISTS (SELECT 1 FROM variant v WHERE v.product_id = p.id AND v.enabled)"
    if options.term is not None:
        condition, more = in_name_or_description(options.term, len(values) + 1)
        where, values = f"{where} AND {condition}", values + more
    return where + where_sql(options.where, PRODUCT_COLUMNS, values), values


def shown(behind: Behind | None) -> str:
    """The condition on `product p` of what may be seen in the shop, or from behind the counter."""
    if behind is None:
        return "p.enabled"
    mine = "" if behind.seller_id is None else f" AND p.seller_id = {int(behind.seller_id)}"
    return f"p.deleted_at IS NULL{mine}"


def _by_price(options: ProductOptions) -> bool:
    return any(name == "price" for name, _ in options.sort)


def _product(row: Row) -> ProductView:
    stars = row["star_count"]
    return ProductView(
        id=row["id"],
        uid=as_uid(row["uid"]),
        name=row["name"],
        slug=row["slug"],
        description=row["description"],
        condition=row["condition"],
        country_of_origin=row["country_of_origin"],
        brand=row["brand"],
        brand_uid=as_uid(row["brand_uid"]) if row["brand_uid"] else None,
        seller=row["seller"],
        seller_id=row["seller_id"],
        category_id=row["category_id"],
        sold=row["sold"],
        stars=stars,
        average_rating=row["star_sum"] / stars if stars else None,
        enabled=bool(row["enabled"]),
        featured=bool(row["featured"]),
        created_at=as_time(row["created_at"]),
        updated_at=as_time(row["updated_at"]),
    )


async def _fill(products: list[ProductView], include: frozenset[str], behind: Behind | None) -> None:
    by_id = {product.id: product for product in products}
    if not by_id:
        return
    if "variants" in include:
        for variant in await variants_of_products(list(by_id), hidden=behind is not None):
            by_id[variant.product_id].variants.append(variant)
    for part in _PARTS:
        if part in include:
            await _PARTS[part](by_id)
    if "variant_assets" in include:
        await fill_assets([variant for product in products for variant in product.variants])


async def _fill_assets(products: dict[int, ProductView]) -> None:
    for product_id, assets in (await assets_of_products(list(products))).items():
        products[product_id].assets = assets


async def _fill_fitments(products: dict[int, ProductView]) -> None:
    rows = await fetch(
        "SELECT product_id, make, model, year_from, year_to FROM fitment "
        f"WHERE product_id IN ({placeholders(list(products))}) ORDER BY id",
        *products,
    )
    for row in rows:
        products[row.pop("product_id")].fitments.append(FitmentView(**row))


async def _fill_categories(products: dict[int, ProductView]) -> None:
    shelves: dict[int, list[ProductView]] = defaultdict(list)
    for product in products.values():
        if product.category_id is not None:
            shelves[product.category_id].append(product)
    categories = await categories_with_parents(shelves)
    for category_id, placed in shelves.items():
        shelf = categories[category_id]
        parents = [categories[shelf.parent_id]] if shelf.parent_id is not None else []
        for product in placed:
            product.categories = [shelf, *parents]


async def _fill_translations(products: dict[int, ProductView]) -> None:
    for product_id, translations in (await translations_of_products(list(products))).items():
        products[product_id].translations = translations


_PARTS: Mapping[str, Callable[[dict[int, ProductView]], Awaitable[None]]] = {
    "assets": _fill_assets,
    "fitments": _fill_fitments,
    "categories": _fill_categories,
    "translations": _fill_translations,
}
