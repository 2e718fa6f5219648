"""What every mutation's payload has: the client's own mark, and why nothing was done."""

from collections.abc import Awaitable, Callable
from typing import Any

from api.downpay.context import DownpayContext
from api.downpay.errors import displayable
from core.errors import DomainError

Shape = dict[str, Any]
Args = dict[str, Any]
Act = Callable[[DownpayContext, Args], Awaitable[Shape]]
Resolver = Callable[[Any, Args, DownpayContext, Any], Awaitable[Shape]]


def in_payload(act: Act) -> Resolver:
    """A mutation from a function of the context and the input; its refusals become the payload's `errors`."""

    async def resolve(_: Any, args: Args, context: DownpayContext, __: Any) -> Shape:
        given = args["input"]
        try:
            payload = {"errors": [], **await act(context, given)}
        except DomainError as error:
            payload = {"errors": displayable(error)}
        return {"clientMutationId": given.get("clientMutationId"), **payload}

    return resolve
