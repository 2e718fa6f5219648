"""The route of the financing API, and its engine."""

from pathlib import Path
from typing import Any

from aiohttp import web
from tartiflette.schema.registry import SchemaRegistry

from api.financing import applying, orders, store
from api.financing.checking import input_problems
from api.financing.context import FinancingContext, open_context
from api.graphql.engine import Engine, build_engine
from api.graphql.handler import add_graphql

PATH = "/financing/graphql"
SDL = (Path(__file__).parent / "schema",)
SCALARS = "api.financing.scalars"
NAME = "financing"


class FinancingEngine(Engine):
    """The cooked schema, which tells of every field with a wrong format before it does anything."""

    async def run(
        self, text: str, operation_name: str | None, variables: dict[str, Any] | None, context: Any
    ) -> dict[str, Any]:
        country = context.known.country if context.known else None
        schema = SchemaRegistry.find_schema(NAME)
        problems = input_problems(schema, self.read(text), operation_name, variables or {}, country)
        if problems:
            return {"errors": [{"message": told, "path": path} for told, path in problems], "data": None}
        return await super().run(text, operation_name, variables, context)


class FinancingDoor:
    """How the financing door takes part in a request."""

    title = "Financing API"
    headers_example = '{"public-dealer-id": "…", "private-api-key": "…"}'
    takes_files = False

    async def open(self, request: web.Request) -> FinancingContext:
        return await open_context(request)

    def close(self, context: FinancingContext, response: web.Response) -> None:
        """The caller's own mark goes back with the answer."""
        if context.correlation_id:
            response.headers["correlation-id"] = context.correlation_id


async def financing_engine() -> Engine:
    """The financing schema, cooked."""
    return await build_engine(NAME, SDL, [orders, applying, store], SCALARS, engine=FinancingEngine)


async def add_financing_door(app: web.Application) -> None:
    """Serve the financing API, and its explorer to browsers."""
    add_graphql(app, PATH, await financing_engine(), FinancingDoor())
