"""Operations that select all that a schema knows, and what was answered to them held against that schema."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_leaf_type,
)

DEEP = 4  # levels of objects within one another that a selection goes down to
PAGE = "(options: {take: 3})"


def operation(schema: GraphQLSchema, name: str, given: Iterable[str], deep: int = DEEP) -> str:
    """The query or mutation of that name with these arguments as variables, selecting all that there is."""
    root, field = _root(schema, name)
    arguments = {each: field.args[each] for each in given}
    declared = ", ".join(f"${each}: {argument.type}" for each, argument in arguments.items())
    passed = ", ".join(f"{each}: ${each}" for each in arguments)
    head = f"{root.lower()}{f'({declared})' if declared else ''}"
    return f"{head} {{ {name}{f'({passed})' if passed else ''} {selection(field.type, deep)} }}"


def selection(of: GraphQLOutputType, deep: int = DEEP, within: tuple[str, ...] = ()) -> str:
    """Everything of a type; of what is too deep down, or a thing of its own kind, only what holds no objects."""
    named = get_named_type(of)
    if isinstance(named, GraphQLUnionType):
        members = " ".join(f"... on {each.name} {selection(each, deep, within)}" for each in named.types)
        return f"{{ __typename {members} }}"
    if not isinstance(named, GraphQLObjectType):
        return ""
    plain = named.name in within or deep == 0
    chosen = [
        f"{name}{PAGE if 'options' in field.args else ''} {selection(field.type, deep - 1, (*within, named.name))}"
        for name, field in named.fields.items()
        if not plain or is_leaf_type(get_named_type(field.type))
    ]
    return f"{{ {' '.join(chosen)} }}" if chosen else "{ __typename }"


class Seen:
    """What has been answered: each value is what the schema says, and fields with a value are remembered."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._fields: set[tuple[str, str]] = set()

    def read(self, name: str, answered: Any) -> None:
        """Hold the answer of a field of Query or Mutation against the schema."""
        root, field = _root(self._schema, name)
        self._value(field.type, answered, name)
        self._fields.add((root, name))

    def unseen(self) -> list[str]:
        """The fields that nothing was ever answered to, those of refusals left out."""
        return sorted(
            f"{kind.name}.{name}"
            for kind in self._schema.type_map.values()
            if isinstance(kind, GraphQLObjectType) and not kind.name.startswith("__") and not kind.interfaces
            for name in kind.fields
            if (kind.name, name) not in self._fields
        )

    def _value(self, of: Any, value: Any, path: str) -> None:
        if isinstance(of, GraphQLNonNull):
            assert value is not None, f"{path} is null"
            of = of.of_type
        if value is None:
            return
        if isinstance(of, GraphQLList):
            assert isinstance(value, list), path
            for each in value:
                self._value(of.of_type, each, path)
        elif is_leaf_type(of):
            assert _fits(of, value), f"{path} is {value!r}"
        else:
            self._object(of, value, path)

    def _object(self, of: Any, value: dict[str, Any], path: str) -> None:
        kind = self._schema.type_map[value["__typename"]] if isinstance(of, GraphQLUnionType) else of
        assert isinstance(kind, GraphQLObjectType)
        for name, answered in value.items():
            if name == "__typename":
                continue
            self._value(kind.fields[name].type, answered, f"{path}.{name}")
            if answered not in (None, []):
                self._fields.add((kind.name, name))


def _root(schema: GraphQLSchema, name: str) -> tuple[str, GraphQLField]:
    """A field of Query or Mutation, and which of the two has it."""
    roots = [root for root in (schema.query_type, schema.mutation_type) if root is not None]
    return next((root.name, root.fields[name]) for root in roots if name in root.fields)


def _fits(of: Any, value: Any) -> bool:
    if isinstance(of, GraphQLEnumType):
        return value in of.values
    if of.name == "DateTime":
        return datetime.fromisoformat(value) is not None
    if of.name == "JSON":
        return True
    return isinstance(value, KINDS[of.name]) and (of.name == "Boolean") == isinstance(value, bool)


KINDS: dict[str, type | tuple[type, ...]] = {
    "ID": str,
    "String": str,
    "Boolean": bool,
    "Int": int,
    "Money": int,
    "Float": (int, float),
}
