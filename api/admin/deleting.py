"""Taking something away, one or several: what can't be is said, and doesn't stop the others."""

from collections.abc import Awaitable, Callable
from typing import Any

from api.admin.context import AdminContext
from api.admin.several import several
from api.graphql.ids import parse_id, parse_ids
from core.errors import DomainError, Forbidden
from services.staff import Desk

Args = dict[str, Any]
Shape = dict[str, Any]
Delete = Callable[[Desk, int], Awaitable[None]]


def deletion(delete: Delete) -> Callable[..., Awaitable[Shape]]:
    """A resolver of `(id: ID!): DeletionResponse!`."""

    async def resolve(_: Any, args: Args, context: AdminContext, __: Any) -> Shape:
        return await _deleted(await context.desk(), delete, parse_id(args["id"]))

    return resolve


def deletions(delete: Delete) -> Callable[..., Awaitable[list[Shape]]]:
    """A resolver of `(ids: [ID!]!): [DeletionResponse!]!`."""

    async def resolve(_: Any, args: Args, context: AdminContext, __: Any) -> list[Shape]:
        desk = await context.desk()
        return [await _deleted(desk, delete, each) for each in parse_ids(several(args["ids"], "ids"))]

    return resolve


async def _deleted(desk: Desk, delete: Delete, id_: int) -> Shape:
    try:
        await delete(desk, id_)
    except Forbidden:
        raise
    except DomainError as error:
        return {"result": "NOT_DELETED", "message": error.message}
    return {"result": "DELETED"}
