"""Pages as data: where each one lies, who may see it, and what can be done on it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from aiohttp import web

from api.desk.forms import Form, NoFields

if TYPE_CHECKING:
    from api.desk.visits import Visit

ROOT = "/admin"
# How the navigation is divided; a page names its group.
GROUPS = ("", "Sales", "Catalogue", "Finance", "Administration", "Settings")
MOST_BYTES = 1024 * 1024

FormT = TypeVar("FormT", bound=Form)


@dataclass(frozen=True, slots=True)
class Done:
    """It is done: `said` is shown on the page that the browser is sent to, the page itself where none is named."""

    said: str
    to: str = ""


@dataclass(frozen=True, slots=True)
class Show:
    """It is done, and the page is shown at once with these values beside its own: for what is shown only once."""

    values: Mapping[str, Any]


Outcome = Done | Show
Answer = Mapping[str, Any] | web.StreamResponse
Showing = Callable[["Visit"], Awaitable[Answer]]
Acting = Callable[["Visit", Any], Awaitable[Outcome]]


@dataclass(frozen=True, slots=True)
class Act:
    """Something that a form of a page does. `needs` are permissions of which one is enough."""

    name: str
    needs: tuple[str, ...]
    form: type[Form]
    run: Acting
    fields: Mapping[str, str]  # the services' names of fields, where the form has another
    most_bytes: int


@dataclass(slots=True)
class Page:
    """One page. `needs` are permissions of which one is enough; with none, everybody who is signed in may see it.

    `nav` is its group and its name in the navigation; without one it is reached from another page.
    """

    path: str  # below /admin
    title: str
    template: str
    needs: tuple[str, ...]
    nav: tuple[str, str] | None
    show: Showing
    acts: dict[str, Act] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return ROOT + self.path

    def matches(self, path: str) -> bool:
        """Whether that path (below /admin) leads here."""
        start, brace, rest = self.path.partition("{id:[0-9]{1,18}}")
        if not brace:
            return path == start
        number = path.removeprefix(start).removesuffix(rest)
        return path == f"{start}{number}{rest}" and number.isascii() and number.isdigit()

    def act(
        self,
        name: str,
        *,
        needs: tuple[str, ...] | None = None,
        form: type[FormT] = NoFields,  # type: ignore[assignment]
        fields: Mapping[str, str] | None = None,
        most_bytes: int = MOST_BYTES,
    ) -> Callable[[Callable[["Visit", FormT], Awaitable[Outcome]]], Acting]:
        """Let a function do what the form `name` of this page asks for; it needs what the page needs, or `needs`."""

        def keep(run: Acting) -> Acting:
            assert name not in self.acts, name
            wanted = self.needs if needs is None else needs
            self.acts[name] = Act(name, wanted, form, run, fields or {}, most_bytes)
            return run

        return keep


class Pages:
    """The pages of one module."""

    def __init__(self) -> None:
        self.all: list[Page] = []

    def page(
        self,
        path: str,
        title: str,
        template: str,
        *,
        needs: tuple[str, ...] = (),
        nav: tuple[str, str] | None = None,
    ) -> Callable[[Showing], Page]:
        """A page whose values the function tells; or that it answers itself, where it is a file."""

        def keep(show: Showing) -> Page:
            assert nav is None or nav[0] in GROUPS, nav
            self.all.append(Page(path, title, template, needs, nav, show))
            return self.all[-1]

        return keep
