"""Filters and sorts of any list: conditions over declared columns become SQL that both databases read."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from tortoise.exceptions import OperationalError

from core.db import Row, dialect, fetch
from core.errors import InvalidInput
from core.patterns import check_pattern
from services.paging import LARGEST_ID, Sort, page, storable

MOST_CLAUSES = 50
MOST_VALUES = 100  # of one `in`
DEEPEST = 5  # groups within groups

Kind = Literal["id", "text", "number", "flag", "time"]


@dataclass(frozen=True, slots=True)
class Column:
    """What a list may be filtered and sorted by: an expression over the tables of its statement."""

    sql: str
    kind: Kind
    nullable: bool = False


Columns = Mapping[str, Column]


@dataclass(frozen=True, slots=True)
class Clause:
    """One question about one column. `operator` is one of `OPERATORS` for its kind; several values are a tuple."""

    column: str
    operator: str
    value: Any


@dataclass(frozen=True, slots=True)
class Group:
    """Conditions of which all hold, or `any_of` them at least one; without conditions it holds."""

    parts: "tuple[Condition, ...]"
    any_of: bool = False


Condition = Clause | Group


@dataclass(frozen=True, slots=True)
class Listing:
    """Which rows of a list, in which order; without `sort` in the list's own."""

    where: Condition | None = None
    sort: Sort = ()
    skip: int = 0
    take: int = 20


_SIGNS = {
    "eq": "=",
    "not_eq": "<>",
    "lt": "<",
    "lte": "<=",
    "gt": ">",
    "gte": ">=",
    "before": "<",
    "after": ">",
}
_SET = frozenset({"in", "not_in"})
OPERATORS: dict[Kind, frozenset[str]] = {
    "id": frozenset({"eq", "not_eq", "is_null"}) | _SET,
    "text": frozenset({"eq", "not_eq", "contains", "not_contains", "regex", "is_null"}) | _SET,
    "number": frozenset({"eq", "lt", "lte", "gt", "gte", "between", "is_null"}),
    "flag": frozenset({"eq", "is_null"}),
    "time": frozenset({"eq", "before", "lte", "after", "gte", "between", "is_null"}),
}

# PostgreSQL wants to be told what a parameter is; SQLite compares values as they are.
_TYPES: dict[Kind, str] = {"id": "bigint", "text": "text", "flag": "boolean", "time": "timestamptz"}


def where_sql(condition: Condition | None, columns: Columns, values: list[Any]) -> str:
    """` AND …` for a WHERE; what it compares with is put behind `values`. Empty where nothing is asked.

    Raises `InvalidInput` for an unknown column, an operator that its kind doesn't have, a pattern that isn't taken
    (see `check_pattern`), and for more than the bounds of this module.
    """
    if condition is None:
        return ""
    if _weight(condition) > MOST_CLAUSES:
        raise InvalidInput(f"A filter has at most {MOST_CLAUSES} conditions.", field="filter")
    sql = _sql(condition, columns, values, DEEPEST)
    return f" AND {sql}" if sql else ""


def order_sql(sort: Sort, columns: Columns, tie: str) -> str:
    """The ORDER BY list of (column, "ASC" or "DESC") pairs; equal rows come in the order of `tie`.

    Rows without a value are last ascending and first descending. Raises `InvalidInput` for an unknown column.
    """
    terms = []
    for name, direction in sort:
        if name not in columns or direction not in ("ASC", "DESC"):
            raise InvalidInput(f"Sort by one of {', '.join(columns)}, ASC or DESC.", field="sort")
        column = columns[name]
        nulls = (" NULLS LAST" if direction == "ASC" else " NULLS FIRST") if column.nullable else ""
        terms.append(f"{column.sql} {direction}{nulls}")
    return ", ".join([*terms, tie])


async def fetch_listed(sql: str, *values: Any) -> list[Row]:
    """`fetch`, for a statement with conditions of a caller: a pattern that PostgreSQL won't read is their mistake."""
    try:
        return await fetch(sql, *values)
    except OperationalError as error:
        if "invalid regular expression" in str(error):
            raise InvalidInput("The regular expression can't be read.", field="regex") from None
        raise


async def list_rows(
    select: str,
    tables: str,
    mine: str,
    values: list[Any],
    listing: Listing,
    columns: Columns,
    *,
    usual: str,
    most: int | None = None,
) -> tuple[list[Row], int]:
    """A page of `select` from `tables` where `mine` holds of `values`, and how many rows there are in all.

    `usual` is the order where none is asked for, and settles ties. With `most`, counting ends at one more than that. Raises `InvalidInput` as `where_sql` and
    `order_sql` do.
    """
    values = list(values)
    where = mine + where_sql(listing.where, columns, values)
    limit, offset = page(listing.skip, listing.take)
    rows = await fetch_listed(
        f"SELECT {select} FROM {tables} WHERE {where} "
        f"ORDER BY {order_sql(listing.sort, columns, usual)} LIMIT {limit} OFFSET {offset}",
        *values,
    )
    counted = f"FROM {tables} WHERE {where}"
    if most is not None:
        counted = f"FROM (SELECT 1 AS one {counted} LIMIT {most + 1}) x"
    count = await fetch_listed(f"SELECT COUNT(*) AS n {counted}", *values)
    return rows, int(count[0]["n"])


def _weight(condition: Condition) -> int:
    return 1 if isinstance(condition, Clause) else sum(map(_weight, condition.parts))


def _sql(condition: Condition, columns: Columns, values: list[Any], levels: int) -> str:
    if isinstance(condition, Clause):
        return _clause_sql(condition, columns, values)
    if levels == 0:
        raise InvalidInput(f"Conditions are nested at most {DEEPEST} deep.", field="filter")
    parts = [sql for part in condition.parts if (sql := _sql(part, columns, values, levels - 1))]
    return f"({(' OR ' if condition.any_of else ' AND ').join(parts)})" if parts else ""


def _clause_sql(clause: Clause, columns: Columns, values: list[Any]) -> str:
    column = columns.get(clause.column)
    if column is None or clause.operator not in OPERATORS[column.kind]:
        raise InvalidInput(f"{clause.column} can't be asked for {clause.operator}.", field="filter")

    def bind(value: Any) -> str:
        value, kind = _plain(value, column.kind)
        values.append(value)
        return f"${len(values)}::{kind}" if dialect() == "postgres" else f"${len(values)}"

    sign = _SIGNS.get(clause.operator)
    if sign:
        return f"{column.sql} {sign} {bind(clause.value)}"
    return _SPECIAL[clause.operator](column.sql, clause.value, bind)


def _plain(value: Any, kind: Kind) -> tuple[Any, str]:
    """A value as the drivers take it, and PostgreSQL's type for it."""
    if kind == "text":
        return storable(value), "text"
    if kind == "number":
        whole = math.isfinite(value) and value == int(value) and abs(value) <= LARGEST_ID
        return (int(value), "bigint") if whole else (float(value), "double precision")
    if kind == "time":
        return _utc(value), "timestamptz"
    return value, _TYPES[kind]


def _utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise InvalidInput("There is no such time.", field="filter") from None


Bind = Callable[[Any], str]


def _null(column: str, value: Any, _: Bind) -> str:
    return f"{column} IS {'' if value else 'NOT '}NULL"


def _one_of(column: str, value: Any, bind: Bind) -> str:
    if len(value) > MOST_VALUES:
        raise InvalidInput(f"A list to compare with has at most {MOST_VALUES} values.", field="filter")
    return f"{column} IN ({', '.join(map(bind, value))})" if value else "1 = 0"


def _none_of(column: str, value: Any, bind: Bind) -> str:
    return f"NOT ({_one_of(column, value, bind)})"


def _between(column: str, value: Any, bind: Bind) -> str:
    start, end = value
    return f"{column} BETWEEN {bind(start)} AND {bind(end)}"


def _contains(column: str, value: Any, bind: Bind) -> str:
    escaped = value.lower().replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return f"lower({column}) LIKE {bind(f'%{escaped}%')} ESCAPE '!'"


def _contains_not(column: str, value: Any, bind: Bind) -> str:
    return f"NOT ({_contains(column, value, bind)})"


def _regex(column: str, value: Any, bind: Bind) -> str:
    pattern = bind(check_pattern(value))
    return f"{column} ~* {pattern}" if dialect() == "postgres" else f"matches({pattern}, {column})"


_SPECIAL: dict[str, Callable[[str, Any, Bind], str]] = {
    "is_null": _null,
    "in": _one_of,
    "not_in": _none_of,
    "between": _between,
    "contains": _contains,
    "not_contains": _contains_not,
    "regex": _regex,
}
