"""Endpoints as data: what each takes and answers is read from its handler's annotations, once."""

import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, TypeVar, get_type_hints

from pydantic import BaseModel, TypeAdapter

from core.errors import DomainError

Handler = Callable[..., Awaitable[Any]]
H = TypeVar("H", bound=Handler)
SOURCES = ("path", "query", "body")


class Who(Enum):
    """Who may call: any holder of the API key, a signed-in customer, or also a guest with a `sessionId`.

    A token is of no account to `ANYBODY`; to `EITHER` one that comes must be good.
    """

    ANYBODY = "anybody"
    EITHER = "either"
    CUSTOMER = "customer"
    BUYER = "buyer"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One line of the contract. `says` is the message of a success.

    `words` are the contract's own sentences for a refusal; `required` for a missing field. `fields` are its own names of
    the services' fields. `refused_data` is what
    `data` holds in a refusal. `statuses` are further ones that it may answer with, `refusals` further ones that it may
    refuse with. `most_per_address` is how often one
    client address may call it in fifteen minutes, 0 any number of times.
    """

    method: str
    path: str
    section: str
    handler: Handler
    who: Who
    says: str
    inputs: Mapping[str, type[BaseModel]]
    answer: TypeAdapter[Any]
    answer_type: Any
    money: bool = False
    aliases: tuple[str, ...] = ()
    words: Mapping[type[DomainError], str] = field(default_factory=dict)
    required: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    refused_data: bool | None = None
    statuses: tuple[int, ...] = ()
    refusals: tuple[int, ...] = ()
    most_per_address: int = 0

    @property
    def name(self) -> str:
        """What the OpenAPI document calls it."""
        return f"{self.handler.__module__.rpartition('.')[2]}_{self.handler.__name__}"


class Section:
    """The endpoints of one part of the contract, in the order in which they are declared.

    `misspelt` is a path as the contract spells it, with the well-spelt one that serves as well.
    """

    def __init__(self, title: str, base: str, *, well_spelt: str | None = None) -> None:
        self.title, self.base, self.well_spelt = title, base, well_spelt
        self.endpoints: list[Endpoint] = []

    def get(self, path: str, says: str, **more: Any) -> Callable[[H], H]:
        return self._declare("GET", path, says, **more)

    def post(self, path: str, says: str, **more: Any) -> Callable[[H], H]:
        return self._declare("POST", path, says, **more)

    def put(self, path: str, says: str, **more: Any) -> Callable[[H], H]:
        return self._declare("PUT", path, says, **more)

    def delete(self, path: str, says: str, **more: Any) -> Callable[[H], H]:
        return self._declare("DELETE", path, says, **more)

    def _declare(
        self, method: str, path: str, says: str, *, who: Who = Who.CUSTOMER, **more: Any
    ) -> Callable[[H], H]:
        def declare(handler: H) -> H:
            hints = get_type_hints(handler, include_extras=True)
            taken = inspect.signature(handler).parameters
            inputs = {source: hints[source] for source in SOURCES if source in taken}
            answer: Any = hints.get("return")
            alias = (self.well_spelt + path,) if self.well_spelt else ()
            self.endpoints.append(
                Endpoint(
                    method,
                    self.base + path,
                    self.title,
                    handler,
                    who,
                    says,
                    inputs,
                    TypeAdapter(answer),
                    answer,
                    aliases=alias,
                    **more,
                )
            )
            return handler

        return declare
