"""Pages of what happened between two days, and names that may come as numbers."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from functools import partial
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from api.rest.fields import Number, Query


def _moment(at: time, given: Any) -> Any:
    """A time from ISO 8601, in UTC where it names no zone; of a bare date, `at`."""
    if not isinstance(given, str):
        return given
    try:
        if len(given) == len("2024-01-31"):
            return datetime.combine(date.fromisoformat(given), at, UTC)
        # The plus of a zone arrives as a blank where it wasn't escaped.
        moment = datetime.fromisoformat(given.replace(" ", "+") if "T" in given else given)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise ValueError("must be a date such as 2024-01-31, or a time of ISO 8601") from None


def one_of(names: Sequence[str], given: Any) -> Any:
    """A name, from itself or from its place among `names`."""
    choices = {**{name.lower(): name for name in names}, **{str(n): name for n, name in enumerate(names)}}
    found = choices.get(str(given).strip().lower())
    if found is None:
        listed = ", ".join(f"{name} ({number})" for number, name in enumerate(names))
        raise ValueError(f"must be one of {listed}")
    return found


Since = Annotated[datetime, BeforeValidator(partial(_moment, time.min))]
Until = Annotated[datetime, BeforeValidator(partial(_moment, time.max))]


class Period(Query):
    """Days are UTC's; a bare `endDate` counts in whole."""

    page_number: Number = 1
    page_size: Annotated[int, Field(ge=1, le=100)] = 50
    start_date: Since | None = None
    end_date: Until | None = None

    @property
    def skip(self) -> int:
        return (self.page_number - 1) * self.page_size

    def pages(self, total: int) -> int:
        return -(-total // self.page_size)
