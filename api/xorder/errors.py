"""Refusals in the dialect: GraphQL errors with a code in Pascal case, `Unauthorized` and `Forbidden` among them."""

from collections.abc import Awaitable, Callable, Mapping
from functools import wraps
from typing import Any

from tartiflette.types.exceptions.tartiflette import TartifletteError

from core import errors
from core.errors import DomainError

Resolver = Callable[[Any, dict[str, Any], Any, Any], Awaitable[Any]]

# Every other code is the house's own, written as the dialect writes codes.
CODES: dict[type[DomainError], str] = {errors.NotSignedIn: "Unauthorized"}


def code_of(error: DomainError) -> str:
    """`PaymentPending` for PAYMENT_PENDING."""
    return CODES.get(type(error)) or "".join(word.capitalize() for word in error.code.split("_"))


def as_told(error: DomainError) -> TartifletteError:
    """A refusal as it leaves the door."""
    extensions: dict[str, Any] = {"code": code_of(error)}
    if error.field:
        extensions["field"] = error.field
    if isinstance(error, errors.IllegalTransition):
        extensions["allowed"] = error.allowed
    return TartifletteError(error.message, extensions=extensions)


def told(resolvers: Mapping[str, Resolver]) -> dict[str, Resolver]:
    """The same resolvers, whose refusals are told in the dialect."""
    return {name: _telling(resolve) for name, resolve in resolvers.items()}


def _telling(resolve: Resolver) -> Resolver:
    @wraps(resolve)
    async def resolved(parent: Any, args: dict[str, Any], context: Any, info: Any) -> Any:
        try:
            return await resolve(parent, args, context, info)
        except DomainError as error:
            raise as_told(error) from None

    return resolved
