"""What the variants of a product differ in: groups of options, and which of these a variant is."""

from collections.abc import Mapping, Sequence
from typing import Any

from core.clock import now
from core.db import Row, execute, fetch, fetch_one, for_update, placeholders, transaction
from core.errors import InvalidInput, NotFound
from models import Option, OptionGroup, Variant, VariantOption
from services.accounts.customers import checked_text
from services.catalogue.options import GroupView, groups_by_id
from services.merchandise.owning import own_product
from services.paging import possible_ids, storable
from services.search.indexing import reindex_products
from services.search.words import slug
from services.staff import Desk, changes, check_may, record

LONGEST_NAME, LONGEST_CODE, LONGEST_OPTION = 120, 140, 120
MOST_OPTIONS = 100  # of a group that is made
MOST_GROUPS = 100  # shown at once
# A name that was made of the product's and what the variant was so far is made anew.
_NAME_FOLLOWS = (
    "UPDATE variant SET name = SUBSTR(TRIM(p.name || ' ' || $2), 1, 255) FROM product p "
    "WHERE p.id = variant.product_id AND variant.id = $1 AND variant.name = TRIM(p.name || ' ' || variant.option)"
)

Said = Mapping[str, Any]


class OptionsInUse(Exception):
    """A group stays since `variants` of its product are one of its options."""

    def __init__(self, code: str, variants: int) -> None:
        self.code, self.variants = code, variants
        are = "variant is" if variants == 1 else "variants are"
        super().__init__(f"{variants} {are} an option of {code}.")


async def list_groups(desk: Desk, term: str | None = None) -> list[GroupView]:
    """The newest groups whose name or code has the term in it, 100 at most; of a seller, theirs. Raises `Forbidden`."""
    check_may(desk, "ReadProduct", "ReadCatalog")
    rows = await fetch(
        f"SELECT g.id FROM option_group g LEFT JOIN product p ON p.id = g.product_id WHERE {_mine(desk)} "
        f"AND lower(g.name || ' ' || g.code) LIKE $3 ESCAPE '!' ORDER BY g.id DESC LIMIT {MOST_GROUPS}",
        *_tenant(desk),
        f"%{storable(term or '').lower().replace('!', '!!').replace('%', '!%').replace('_', '!_')}%",
    )
    return await groups_by_id([row["id"] for row in rows])


async def find_group(desk: Desk, group_id: int) -> GroupView | None:
    """None where there is none, or none of theirs. Raises `Forbidden`."""
    check_may(desk, "ReadProduct", "ReadCatalog")
    row = await _row(desk, group_id)
    return (await groups_by_id([row["id"]]))[0] if row else None


async def create_group(desk: Desk, said: Said, options: Sequence[Said]) -> int:
    """A new group that no product has yet, with its options; its id. Raises `Forbidden`, `InvalidInput`."""
    check_may(desk, "CreateProduct", "CreateCatalog")
    if len(options) > MOST_OPTIONS:
        raise InvalidInput(f"At most {MOST_OPTIONS} options at once.", field="options")
    columns = _named(said)
    async with transaction():
        group = await OptionGroup.create(
            platform_id=desk.scope.platform_id,
            environment=desk.scope.environment,
            seller_id=desk.seller_id,
            **columns,
        )
        await record(desk, "created", "optionGroup", group.id, **columns)
        for option in options:
            await _add_option(desk, group.id, option, "options")
    return int(group.id)


async def add_group(desk: Desk, product_id: int, said: Said, options: Sequence[Said]) -> int:
    """A new group of a product with its options, all or nothing; its id. Raises `Forbidden`, `InvalidInput`, `NotFound`."""
    async with transaction():
        group_id = await create_group(desk, said, options)
        await give_group(desk, product_id, group_id)
    return group_id


async def update_group(desk: Desk, group_id: int, said: Said) -> None:
    """Write what is said of `code` and `name`. Raises `Forbidden`, `InvalidInput`, `NotFound`."""
    check_may(desk, "UpdateProduct", "UpdateCatalog")
    async with transaction():
        before = await _group(desk, group_id)
        columns = _named(before | dict(said))
        if different := changes(before, columns):
            await _check_free_in_product(before["product_id"], columns["code"], group_id)
            await OptionGroup.filter(id=group_id).update(**columns, updated_at=now())
            await record(desk, "updated", "optionGroup", group_id, **different)


async def give_group(desk: Desk, product_id: int, group_id: int) -> None:
    """Let a product's variants differ in a group that no other product has. Raises `Forbidden`, `InvalidInput`, `NotFound`."""
    check_may(desk, "UpdateProduct", "UpdateCatalog")
    async with transaction():
        await own_product(desk, product_id)
        before = await _group(desk, group_id)
        if before["product_id"] == product_id:
            return
        if before["product_id"] is not None:
            raise InvalidInput("Another product has this group: make one for each.", field="optionGroupId")
        await _check_free_in_product(product_id, before["code"], group_id)
        await OptionGroup.filter(id=group_id).update(product_id=product_id, updated_at=now())
        await record(desk, "updated", "product", product_id, option_group=group_id)


async def take_group(desk: Desk, product_id: int, group_id: int, *, force: bool = False) -> None:
    """Take a group from a product. Raises `Forbidden`, `NotFound`, and `OptionsInUse` unless it is forced."""
    check_may(desk, "UpdateProduct", "UpdateCatalog")
    async with transaction():
        product = await own_product(desk, product_id)
        before = await _group(desk, group_id)
        if before["product_id"] != product_id:
            raise NotFound("The product has no such group.", field="optionGroupId")
        used = await _variants_with("o.group_id", group_id)
        if used and not force:
            raise OptionsInUse(before["code"], used)
        await VariantOption.filter(option__group_id=group_id).delete()
        await OptionGroup.filter(id=group_id).update(
            product_id=None, seller_id=product["seller_id"], updated_at=now()
        )
        await record(desk, "updated", "product", product_id, option_group_taken=group_id)


async def create_option(desk: Desk, group_id: int, said: Said) -> int:
    """A new option of `code` and `name`; its id. Raises `Forbidden`, `InvalidInput`, `NotFound`."""
    check_may(desk, "CreateProduct", "CreateCatalog")
    async with transaction():
        await _group(desk, group_id)
        return await _add_option(desk, group_id, said)


async def update_option(desk: Desk, option_id: int, said: Said) -> int:
    """Write what is said of `code` and `name`; its group's id. Raises `Forbidden`, `InvalidInput`, `NotFound`."""
    check_may(desk, "UpdateProduct", "UpdateCatalog")
    async with transaction():
        before = await _option(desk, option_id)
        columns = _named(before | dict(said))
        if different := changes(before, columns):
            await _check_free_in_group(before["group_id"], columns["code"], option_id)
            await Option.filter(id=option_id).update(**columns, updated_at=now())
            await record(desk, "updated", "option", option_id, **different)
        if "name" in different:
            await _rename_variants(desk, option_id)
    return int(before["group_id"])


async def delete_option(desk: Desk, option_id: int) -> None:
    """Raises `Forbidden`, `NotFound`, `InvalidInput` while a variant is it."""
    check_may(desk, "DeleteProduct", "DeleteCatalog")
    async with transaction():
        before = await _option(desk, option_id)
        if used := await _variants_with("o.id", option_id):
            raise InvalidInput(f"Variants are it: {used}.", field="id")
        await Option.filter(id=option_id).delete()
        await record(desk, "deleted", "option", option_id, code=before["code"])


async def write_options(
    product_id: int, variant_id: int, option_ids: Sequence[int], *, named: bool = False
) -> None:
    """Say which options a variant is, in the caller's transaction.

    Its name follows where it was made of the product's and what the variant was, unless it is `named` just now.
    Raises `NotFound` for an option that the product's groups don't have, `InvalidInput` for two of one group, or where
    another variant is the same.
    """
    wanted = possible_ids(option_ids) or [0]
    rows = await fetch(
        "SELECT o.id, o.name, o.group_id FROM option o JOIN option_group g ON g.id = o.group_id "
        f"WHERE g.product_id = $1 AND o.id IN ({placeholders(wanted, 2)}) ORDER BY g.position, g.id",
        product_id,
        *wanted,
    )
    if len(rows) != len(set(option_ids)):
        raise NotFound("The product has no such option.", field="optionIds")
    if len({row["group_id"] for row in rows}) != len(rows):
        raise InvalidInput("A variant is one option of each group.", field="optionIds")
    await _check_alone(product_id, variant_id, {row["id"] for row in rows})
    await VariantOption.filter(variant_id=variant_id).delete()
    await VariantOption.bulk_create(VariantOption(variant_id=variant_id, option_id=row["id"]) for row in rows)
    await _write_words(variant_id, [row["name"] for row in rows], named=named)


async def _write_words(variant_id: int, names: Sequence[str], *, named: bool = False) -> None:
    """What a variant is in words, "Left, Chrome", which chats and the search show, and its name where that is made of them."""
    words = ", ".join(names)[:LONGEST_OPTION]
    if not named:
        await execute(_NAME_FOLLOWS, variant_id, words)
    await Variant.filter(id=variant_id).update(option=words)


async def _rename_variants(desk: Desk, option_id: int) -> None:
    """An option has another name: what the variants that are it say of themselves follows."""
    rows = await fetch(
        "SELECT x.variant_id, v.product_id, o.name FROM variant_option x JOIN option o ON o.id = x.option_id "
        "JOIN option_group g ON g.id = o.group_id JOIN variant v ON v.id = x.variant_id "
        "WHERE x.variant_id IN (SELECT variant_id FROM variant_option WHERE option_id = $1) "
        "ORDER BY x.variant_id, g.position, g.id",
        option_id,
    )
    names: dict[int, list[str]] = {}
    for row in rows:
        names.setdefault(row["variant_id"], []).append(row["name"])
    for variant_id, theirs in names.items():
        await _write_words(variant_id, theirs)
    await reindex_products(desk.scope, sorted({row["product_id"] for row in rows}))


async def _check_alone(product_id: int, variant_id: int, wanted: set[int]) -> None:
    rows = await fetch(
        "SELECT x.variant_id, x.option_id FROM variant_option x JOIN variant v ON v.id = x.variant_id "
        "WHERE v.product_id = $1 AND v.deleted_at IS NULL AND v.id <> $2",
        product_id,
        variant_id,
    )
    others: dict[int, set[int]] = {}
    for row in rows:
        others.setdefault(row["variant_id"], set()).add(row["option_id"])
    if wanted and wanted in others.values():
        raise InvalidInput("Another variant is the same.", field="optionIds")


async def _add_option(desk: Desk, group_id: int, said: Said, field: str = "") -> int:
    """`field` is at fault where one of several isn't taken, and `name` or `code` where it is one."""
    columns = _named(said, field)
    await _check_free_in_group(group_id, columns["code"], 0, field)
    place = await fetch_one(
        "SELECT COALESCE(MAX(position) + 1, 0) AS next FROM option WHERE group_id = $1", group_id
    )
    option = await Option.create(group_id=group_id, position=place["next"] if place else 0, **columns)
    await record(desk, "created", "option", option.id, group=group_id, **columns)
    return int(option.id)


def _named(said: Said, field: str = "") -> dict[str, Any]:
    name = checked_text(said.get("name") or "", field or "name", LONGEST_NAME)
    code = checked_text(said.get("code") or slug(name) or name.lower(), field or "code", LONGEST_CODE)
    return {"name": name, "code": code}


async def _check_free_in_product(product_id: int | None, code: str, group_id: int) -> None:
    if product_id is not None and await OptionGroup.filter(product_id=product_id, code=code).exclude(id=group_id).exists():  # fmt: skip
        raise InvalidInput(f'The product has a group "{code}".', field="code")


async def _check_free_in_group(group_id: int, code: str, option_id: int, field: str = "") -> None:
    if await Option.filter(group_id=group_id, code=code).exclude(id=option_id).exists():
        raise InvalidInput(f'The group has an option "{code}".', field=field or "code")


async def _variants_with(column: str, id_: int) -> int:
    row = await fetch_one(
        "SELECT COUNT(DISTINCT v.id) AS n FROM variant_option x JOIN option o ON o.id = x.option_id "
        f"JOIN variant v ON v.id = x.variant_id AND v.deleted_at IS NULL WHERE {column} = $1",
        id_,
    )
    return int(row["n"]) if row else 0


async def _group(desk: Desk, group_id: int) -> Row:
    row = await _row(desk, group_id, f"{for_update()} OF g" if for_update() else "")
    if row is None:
        raise NotFound("There is no such option group.", field="optionGroupId")
    return row


async def _option(desk: Desk, option_id: int) -> Row:
    row = await fetch_one("SELECT * FROM option WHERE id = $1", *(possible_ids([option_id]) or [0]))
    if row is None or await _row(desk, row["group_id"]) is None:
        raise NotFound("There is no such option.", field="id")
    return row


async def _row(desk: Desk, group_id: int, lock: str = "") -> Row | None:
    return await fetch_one(
        "SELECT g.* FROM option_group g LEFT JOIN product p ON p.id = g.product_id "
        f"WHERE {_mine(desk)} AND g.id = $3{lock}",
        *_tenant(desk),
        *(possible_ids([group_id]) or [0]),
    )


def _mine(desk: Desk) -> str:
    """Of a seller: groups of their products, and those that they made for one."""
    own = ""
    if desk.seller_id is not None:
        own = f" AND COALESCE(p.seller_id, g.seller_id) = {int(desk.seller_id)}"
    return f"g.platform_id = $1 AND g.environment = $2 AND p.deleted_at IS NULL{own}"


def _tenant(desk: Desk) -> list[Any]:
    return [desk.scope.platform_id, desk.scope.environment]
