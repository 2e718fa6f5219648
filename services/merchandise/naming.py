"""Slugs: the names of products and categories in addresses."""

from core.db import fetch
from core.errors import InvalidInput
from services.tenants import Scope

LONGEST = 130


async def free_slug(scope: Scope, table: str, wanted: str, id_: int = 0) -> str:
    """`wanted`, or with a number behind it where another row of `table` has it. Raises `InvalidInput` after a thousand."""
    wanted = wanted[:LONGEST].strip("-") or table
    rows = await fetch(
        f"SELECT slug FROM {table} WHERE platform_id = $1 AND environment = $2 AND id <> $3 "
        "AND (slug = $4 OR slug LIKE $5)",
        scope.platform_id,
        scope.environment,
        id_,
        wanted,
        f"{wanted}-%",
    )
    taken = {row["slug"] for row in rows}
    candidates = (wanted if number == 1 else f"{wanted}-{number}" for number in range(1, 1000))
    free = next((slug for slug in candidates if slug not in taken), None)
    if free is None:
        raise InvalidInput("Too many have that name.", field="slug")
    return free
