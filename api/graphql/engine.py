"""The GraphQL engine: cooked once a schema, sequential, masked, with its documents remembered within bounds."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import orjson
from tartiflette import Resolver as register
from tartiflette import create_engine
from tartiflette.resolver.default import sync_arguments_coercer
from tartiflette.schema.registry import SchemaRegistry

from api.graphql.documents import Document, Documents
from api.graphql.errors import coerce_error
from api.graphql.limits import MOST, Weight
from api.graphql.plans import use_plans

Resolver = Callable[..., Awaitable[Any]]
Sdl = Sequence[Path]  # folders

SCALARS = "api.graphql.scalars"

_cooked: dict[str, "Engine"] = {}
_cooking = asyncio.Lock()


class Engine:
    """A cooked schema."""

    def __init__(self, schema_name: str, most: Weight = MOST) -> None:
        self._documents = Documents(most)
        self._schema_name = schema_name

    async def cook(self, sdl: Sdl, resolvers: Mapping[str, Resolver], scalars: str) -> None:
        """Build the schema from the SDL, the resolvers and a module that bakes the scalars."""
        for name, resolver in resolvers.items():
            register(name, schema_name=self._schema_name, parent_concurrently=False)(resolver)
        self._tartiflette = await create_engine(
            [str(path) for path in sdl_files(sdl)],
            schema_name=self._schema_name,
            modules=[scalars],
            error_coercer=coerce_error,  # type: ignore[arg-type]  # the engine awaits it
            custom_default_resolver=resolve_by_name,
            custom_default_type_resolver=resolve_type,
            custom_default_arguments_coercer=sync_arguments_coercer,
            coerce_list_concurrently=False,
            coerce_parent_concurrently=False,
            query_cache_decorator=lambda _: self._parsed,
            json_loader=orjson.loads,
            sdl_file_encoding="utf-8",
        )
        self._schema = SchemaRegistry.find_schema(self._schema_name)
        for name in resolvers:
            use_plans(self._schema, name)

    def read(self, text: str) -> Document:
        """Parse, judge and validate; the document holds what is wrong with it."""
        return self._documents.get(text, self._schema)

    async def run(
        self, text: str, operation_name: str | None, variables: dict[str, Any] | None, context: Any
    ) -> dict[str, Any]:
        """Execute one operation of a document: `{data, errors}`."""
        answer: dict[str, Any] = await self._tartiflette.execute(text, operation_name, context, variables)
        return answer

    def _parsed(self, text: str, schema: Any) -> tuple[Any, Any]:
        document = self._documents.get(text, schema)
        return document.node, document.errors


async def build_engine(
    schema_name: str,
    sdl: Sdl,
    modules: Iterable[ModuleType],
    scalars: str = SCALARS,
    most: Weight = MOST,
    engine: type[Engine] = Engine,
) -> Engine:
    """The engine of that schema, cooked the first time it is asked for.

    Each module holds `RESOLVERS`: `Type.field` to a coroutine function `(parent, args, context, info)`. `scalars` names
    the module whose `bake` registers the dialect's own; `most` is what a document may ask for, `engine` what cooks and runs it.
    """
    async with _cooking:
        if schema_name not in _cooked:
            cooked = engine(schema_name, most)
            resolvers = {k: v for module in modules for k, v in module.RESOLVERS.items()}
            await cooked.cook(sdl, resolvers, scalars)
            _cooked[schema_name] = cooked
        return _cooked[schema_name]


def sdl_files(sdl: Sdl) -> list[Path]:
    """The files of these folders, the folders as given, and in each the files in order of name."""
    return [path for folder in sdl for path in sorted(folder.glob("**/*.graphql"))]


async def resolve_by_name(parent: Any, _: dict[str, Any], __: Any, info: Any) -> Any:
    """A dict's key or an object's attribute of the field's name; what isn't there is null."""
    if isinstance(parent, dict):
        return parent.get(info.field_name)
    return getattr(parent, info.field_name, None)


def resolve_type(value: Any, *_: Any) -> str:
    """Members of unions and interfaces are dicts that name their type."""
    name: str = value["__typename"]
    return name
