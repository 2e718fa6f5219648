"""A visit: one person of staff looks at one page, or does something on it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from api.desk.pages import Page
from api.desk.sessions import csrf_of
from core.clock import now
from core.errors import InvalidInput
from core.keys import SETTINGS
from core.money import format_money, read_amount
from core.settings import Settings
from services.countries import zone_of
from services.listing import Condition, Listing
from services.paging import Sort
from services.staff import Desk, may
from services.staff.sessions import Session
from services.tenants import Scope

PER_PAGE = 25
LAST_PAGE = 10_000
LONGEST_QUERY = 200


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a form was refused: `said` above the page, a sentence by field, and what was typed into which form."""

    act: str
    said: str
    fields: Mapping[str, str]
    typed: Mapping[str, Any]


@dataclass
class Visit:
    """What a page is given. `files` are those that came with a form, by the names of their inputs."""

    request: web.Request
    page: Page
    session: Session
    token: str
    said: str = ""
    trouble: Trouble | None = None
    files: dict[str, web.FileField] = field(default_factory=dict)

    @property
    def desk(self) -> Desk:
        return self.session.desk

    @property
    def scope(self) -> Scope:
        return self.desk.scope

    @property
    def settings(self) -> Settings:
        return self.request.app[SETTINGS]

    @cached_property
    def csrf(self) -> str:
        return csrf_of(self.token)

    @property
    def id(self) -> int:
        """The number in the page's path."""
        return int(self.request.match_info["id"])

    @property
    def path(self) -> str:
        return self.request.path

    def may(self, *any_of: str) -> bool:
        return may(self.desk, *any_of)

    # What the address says.

    def asked(self, name: str) -> str:
        """What the query says of that name, stripped; empty without it."""
        return self.request.query.get(name, "").strip()[:LONGEST_QUERY]

    def asked_number(self, name: str) -> int | None:
        text = self.asked(name)
        return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None

    def asked_choice(self, name: str, among: Collection[str]) -> str:
        """One of some values, or nothing."""
        text = self.asked(name)
        return text if text in among else ""

    def asked_day(self, name: str, *, end: bool = False) -> datetime | None:
        """A day of the shop's as a time (UTC): when it begins, or with `end` when the next one does."""
        try:
            day = date.fromisoformat(self.asked(name)) + timedelta(days=end)
        except (ValueError, OverflowError):
            return None
        return datetime.combine(day, time(), zone_of(self.scope)).astimezone(UTC)

    def listing(
        self,
        *,
        where: Condition | None = None,
        sorts: Collection[str] = (),
        usual: str = "",
        take: int = PER_PAGE,
    ) -> Listing:
        """The page of a list that the address asks for: `?page=2&sort=-total`. `usual` is the sort without one."""
        asked = self.asked("sort") or usual
        name = asked.removeprefix("-")
        sort: Sort = ((name, "DESC" if asked.startswith("-") else "ASC"),) if name in sorts else ()
        return Listing(where, sort, (self.page_number - 1) * take, take)

    @property
    def page_number(self) -> int:
        return min(max(self.asked_number("page") or 1, 1), LAST_PAGE)

    def url(self, **changes: Any) -> str:
        """This page with other words in its query; None takes one away."""
        query = {**self.request.query, **changes}
        said = {name: value for name, value in query.items() if value not in (None, "")}
        return f"{self.path}?{urlencode(said)}" if said else self.path

    # How values are shown, and read.

    def money(self, minor: int, currency: str | None = None) -> str:
        """Minor units in the shop's currency, or another."""
        return format_money(minor, currency or self.scope.currency)

    def amount(self, text: str, name: str = "amount") -> int:
        """What was typed into a field, as minor units of the shop's currency. Raises `InvalidInput`."""
        return read_amount(
            text.replace(",", "").removeprefix(self.scope.currency).strip() or "-", self.scope.currency, name
        )

    def local(self, at: datetime) -> datetime:
        """A time as the shop's clock shows it."""
        return at.astimezone(zone_of(self.scope))

    def time(self, at: datetime | None) -> str:
        """`26 Nov 2026, 21:05`, by the shop's clock."""
        return self.local(at).strftime("%-d %b %Y, %H:%M") if at else ""

    def day(self, at: datetime | None) -> str:
        return self.local(at).strftime("%-d %b %Y") if at else ""

    def today(self) -> datetime:
        """When the shop's day began (UTC)."""
        return self.local(now()).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)

    def day_typed(self, text: str, name: str = "date") -> datetime:
        """A day that was typed (2026-12-24), as the last minute of it. Raises `InvalidInput`."""
        try:
            day = date.fromisoformat(text)
            return datetime.combine(day, time(23, 59), zone_of(self.scope)).astimezone(UTC)
        except (ValueError, OverflowError):
            raise InvalidInput("A day is written like 2026-12-24.", field=name) from None
