"""The cars that a product fits."""

from dataclasses import dataclass
from typing import Any

from core.db import fetch, transaction
from core.errors import InvalidInput, NotFound
from models import Fitment
from services.importing.rows import MOST_FITS
from services.merchandise.drafts import FIRST_YEAR, LAST_YEAR
from services.merchandise.owning import own_product
from services.search.indexing import reindex_products
from services.staff import Desk, check_may, record

LONGEST = 60
# What parts cars, and a car's words, in a file of the catalogue.
_APART = ("|", ";")


@dataclass(frozen=True, slots=True)
class Car:
    """A make and model, of the years from one to the other."""

    id: int
    make: str
    model: str
    year_from: int
    year_to: int


async def cars_of(desk: Desk, product_id: int) -> list[Car]:
    """The cars that a product fits, in their order; none of one that isn't theirs to see. Raises `Forbidden`."""
    check_may(desk, "ReadProduct", "ReadCatalog")
    mine = "" if desk.seller_id is None else f" AND p.seller_id = {desk.seller_id:d}"
    rows = await fetch(
        "SELECT f.id, f.make, f.model, f.year_from, f.year_to FROM fitment f JOIN product p ON p.id = f.product_id "
        f"WHERE p.platform_id = $1 AND p.environment = $2 AND p.id = $3{mine} ORDER BY f.id",
        desk.scope.platform_id,
        desk.scope.environment,
        product_id,
    )
    return [Car(**row) for row in rows]


async def add_car(desk: Desk, product_id: int, make: str, model: str, year_from: int, year_to: int) -> int:
    """A car more; its id. Raises `Forbidden`, `NotFound`, `InvalidInput` (also for more than a file could name)."""
    check_may(desk, "UpdateProduct", "UpdateCatalog")
    make, model = _checked(make, "make"), _checked(model, "model")
    if not FIRST_YEAR <= year_from <= year_to <= LAST_YEAR:
        raise InvalidInput(
            f"Years are from {FIRST_YEAR} to {LAST_YEAR}, the earlier first.", field="yearFrom"
        )
    said: dict[str, Any] = {"make": make, "model": model, "year_from": year_from, "year_to": year_to}
    async with transaction():
        await own_product(desk, product_id)
        if await Fitment.filter(product_id=product_id).count() >= MOST_FITS:
            raise InvalidInput(f"A product fits at most {MOST_FITS} cars.", field="make")
        car = await Fitment.create(product_id=product_id, **said)
        await record(desk, "updated", "product", product_id, car_added=said)
        await reindex_products(desk.scope, [product_id])
    return int(car.id)


async def take_car(desk: Desk, product_id: int, car_id: int) -> None:
    """It doesn't fit that one. Raises `Forbidden`, `NotFound`."""
    check_may(desk, "UpdateProduct", "UpdateCatalog")
    async with transaction():
        await own_product(desk, product_id)
        car = await Fitment.get_or_none(id=car_id, product_id=product_id)
        if car is None:
            raise NotFound("The product has no such car.")
        await car.delete()
        await record(
            desk,
            "updated",
            "product",
            product_id,
            car_taken=[car.make, car.model, car.year_from, car.year_to],
        )
        await reindex_products(desk.scope, [product_id])


def _checked(text: str, field: str) -> str:
    plain = " ".join("".join(c for c in text if c.isprintable()).split())
    if not plain or len(plain) > LONGEST or any(mark in plain for mark in _APART):
        raise InvalidInput(f"1 to {LONGEST} characters, without | and ;.", field=field)
    return plain
