"""What every mutation answers: the order, or why it was not done."""

from collections.abc import Awaitable, Callable
from typing import Any

import structlog

from api.financing.context import FinancingContext
from api.financing.errors import fatal, members
from core.errors import DomainError

Shape = dict[str, Any]
Args = dict[str, Any]
Act = Callable[[FinancingContext, Args], Awaitable[Shape]]
Resolver = Callable[[Any, Args, FinancingContext, Any], Awaitable[Shape]]

log = structlog.get_logger(__name__)


def answering(
    act: Act, *, errors: str = "orderErrors", told: Callable[[DomainError], list[Shape]] = members
) -> Resolver:
    """A root field from a function of the context and the input; what it refuses is listed under `errors`.

    What nobody foresaw is logged, and a FatalError.
    """

    async def resolve(_: Any, args: Args, context: FinancingContext, __: Any) -> Shape:
        try:
            return {errors: [], **await act(context, args["input"])}
        except DomainError as error:
            return {errors: told(error)}
        except Exception:
            log.exception("financing failed", correlation_id=context.correlation_id)
            return {errors: fatal()}

    return resolve
