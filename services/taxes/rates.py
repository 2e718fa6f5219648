"""What prices contain of tax: at the platform's own rate, or at that of a tax category's goods."""

from dataclasses import dataclass
from uuid import UUID

from tortoise.queryset import QuerySet

from core.clock import now
from core.db import fetch, fetch_one, transaction
from core.errors import InvalidInput, NotFound
from models import TaxCategory, TaxRate, Variant
from services.accounts.customers import checked_text
from services.paging import possible_ids
from services.tenants import Scope
from services.values import as_uid

WHOLE = 10_000


@dataclass(frozen=True, slots=True)
class TaxRateView:
    """What a category's prices contain; 1500 basis points are 15 %."""

    id: int
    uid: UUID
    name: str
    enabled: bool
    basis_points: int
    category_id: int
    category: str


# The rate of a variant `v` in basis points, NULL where the platform's own holds: for statements that read variants anyhow.
RATE_OF_VARIANT = (
    "(SELECT r.basis_points FROM tax_rate r WHERE r.category_id = v.tax_category_id AND r.enabled "
    "ORDER BY r.id DESC LIMIT 1)"
)


def rate_of(scope: Scope, found: int | None) -> int:
    """What a price contains of tax, in basis points, from what `RATE_OF_VARIANT` found."""
    return scope.tax_basis_points if found is None else found


async def list_tax_rates(scope: Scope) -> list[TaxRateView]:
    """All rates with their categories, the oldest first."""
    rows = await fetch(
        "SELECT r.id, r.uid, r.name, r.enabled, r.basis_points, r.category_id, c.name AS category FROM tax_rate r "
        "JOIN tax_category c ON c.id = r.category_id WHERE r.platform_id = $1 AND r.environment = $2 ORDER BY r.id",
        scope.platform_id,
        scope.environment,
    )
    return [
        TaxRateView(**{**row, "uid": as_uid(row["uid"]), "enabled": bool(row["enabled"])}) for row in rows
    ]


async def create_tax_category(scope: Scope, name: str) -> int:
    """A new category; its id. Raises `InvalidInput` for a name that there is already."""
    named = checked_text(name, "name", 80)
    async with transaction():
        if await fetch_one(
            "SELECT id FROM tax_category WHERE platform_id = $1 AND environment = $2 AND name = $3",
            scope.platform_id,
            scope.environment,
            named,
        ):
            raise InvalidInput("There is a tax category with that name.", field="name")
        made = await TaxCategory.create(
            platform_id=scope.platform_id, environment=scope.environment, name=named
        )
    return int(made.id)


async def create_tax_rate(
    scope: Scope, category_id: int, name: str, basis_points: int, *, enabled: bool = True
) -> int:
    """A new rate, which holds for its category from now on, where it is enabled; its id. Raises `InvalidInput`, `NotFound`."""
    await check_category(scope, category_id)
    made = await TaxRate.create(
        platform_id=scope.platform_id,
        environment=scope.environment,
        category_id=category_id,
        name=checked_text(name, "name", 80),
        enabled=enabled,
        basis_points=_checked_rate(basis_points),
    )
    return int(made.id)


async def update_tax_rate(
    scope: Scope,
    rate_id: int,
    *,
    name: str | None = None,
    basis_points: int | None = None,
    enabled: bool | None = None,
) -> None:
    """Change a rate; what isn't given stays. Orders that are being paid keep theirs. Raises `InvalidInput`, `NotFound`."""
    written = {
        "name": None if name is None else checked_text(name, "name", 80),
        "basis_points": None if basis_points is None else _checked_rate(basis_points),
        "enabled": enabled,
    }
    changes = {column: value for column, value in written.items() if value is not None}
    if not await _rates(scope, rate_id).update(**changes, updated_at=now()):
        raise NotFound("There is no such tax rate.", field="id")


async def delete_tax_rate(scope: Scope, rate_id: int) -> None:
    """Raises `NotFound`."""
    if not await _rates(scope, rate_id).delete():
        raise NotFound("There is no such tax rate.", field="id")


async def tax_variant(scope: Scope, variant_id: int, category_id: int | None) -> None:
    """Put a variant into a category, or with None into none. Raises `NotFound`."""
    if category_id is not None:
        await check_category(scope, category_id)
    if not await Variant.filter(
        id=variant_id, platform_id=scope.platform_id, environment=scope.environment
    ).update(tax_category_id=category_id, updated_at=now()):
        raise NotFound("There is no such variant.", field="id")


def _rates(scope: Scope, rate_id: int) -> QuerySet[TaxRate]:
    return TaxRate.filter(id=rate_id, platform_id=scope.platform_id, environment=scope.environment)


async def check_category(scope: Scope, category_id: int) -> None:
    """Raises `NotFound` where the platform has no such category."""
    if not possible_ids([category_id]) or not await TaxCategory.exists(
        id=category_id, platform_id=scope.platform_id, environment=scope.environment
    ):
        raise NotFound("There is no such tax category.", field="taxCategoryId")


def _checked_rate(basis_points: int) -> int:
    if not 0 <= basis_points <= WHOLE:
        raise InvalidInput("A tax rate is between 0 and 100 percent.", field="value")
    return basis_points
