"""Every field of the input whose format is wrong is told at once, with its path, before anything is done.

The engine would stop at the first, and say it in its own words.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tartiflette.constants import UNDEFINED_VALUE
from tartiflette.language.ast import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    VariableNode,
)
from tartiflette.schema.schema import GraphQLSchema
from tartiflette.types.enum import GraphQLEnumType
from tartiflette.types.input_object import GraphQLInputObjectType

from api.financing.scalars import SCALARS
from api.graphql.documents import Document

_ROOTS = {"query": "Query", "mutation": "Mutation"}
Path = list[str | int]
Problem = tuple[str, Path]
MOST_TOLD = 50


def input_problems(
    schema: GraphQLSchema,
    document: Document,
    operation_name: str | None,
    variables: Mapping[str, Any],
    country: str | None,
) -> list[Problem]:
    """What is wrong with the arguments of an operation's root fields: a sentence each, and where. At most fifty."""
    checker = _Checker(schema, variables, country)
    return [
        problem
        for problem, _ in zip(checker.problems(document, operation_name), range(MOST_TOLD), strict=False)
    ]


class _Checker:
    """Walks through what one operation was given."""

    def __init__(self, schema: GraphQLSchema, variables: Mapping[str, Any], country: str | None) -> None:
        self._schema, self._variables, self._country = schema, dict(variables), country

    def problems(self, document: Document, operation_name: str | None) -> Iterator[Problem]:
        assert document.node is not None
        definitions = document.node.definitions
        operations = [each for each in definitions if isinstance(each, OperationDefinitionNode)]
        named = [each for each in operations if each.name and each.name.value == operation_name]
        if len(chosen := named if operation_name else operations) != 1:
            return
        operation = chosen[0]
        for each in operation.variable_definitions or ():
            name = each.variable.name.value
            if name not in self._variables and each.default_value is not None:
                self._variables[name] = self._plain(each.default_value)
        fragments = {
            each.name.value: each for each in definitions if isinstance(each, FragmentDefinitionNode)
        }
        root = self._schema.find_type(_ROOTS[operation.operation_type])
        for field in _fields(operation.selection_set, fragments):
            if (known := root.implemented_fields.get(field.name.value)) is not None:
                key = field.alias.value if field.alias else field.name.value
                given = {each.name.value: self._plain(each.value) for each in field.arguments or ()}
                for name, argument in known.arguments.items():
                    value = given.get(name, UNDEFINED_VALUE)
                    yield from self._judge(argument.graphql_type, value, [key, name])

    def _judge(self, of: Any, value: Any, path: Path) -> Iterator[Problem]:
        if of.is_non_null_type:
            of = of.wrapped_type
            if value is None or value is UNDEFINED_VALUE:
                yield f'"{path[-1]}" is needed', path
                return
        if value is None or value is UNDEFINED_VALUE:
            return
        if of.is_list_type:
            # A value alone is a list of one.
            entries = value if isinstance(value, list) else [value]
            for place, entry in enumerate(entries):
                yield from self._judge(of.wrapped_type, entry, [*path, place])
        elif isinstance(of, GraphQLInputObjectType):
            yield from self._judge_object(of, value, path)
        elif problem := self._scalar_problem(of, value, path):
            yield problem, path

    def _judge_object(self, of: GraphQLInputObjectType, value: Any, path: Path) -> Iterator[Problem]:
        if not isinstance(value, dict):
            yield f'"{path[-1]}" should be an object', path
            return
        for name in value:
            if name not in of.input_fields:
                yield f'There is no field "{str(name)[:40]}" here', [*path, str(name)[:40]]
        for name, field in of.input_fields.items():
            yield from self._judge(field.graphql_type, value.get(name, UNDEFINED_VALUE), [*path, name])

    def _scalar_problem(self, of: Any, value: Any, path: Path) -> str | None:
        if of.name in SCALARS:
            problem, otherwise = SCALARS[of.name]
            return problem(value, self._country) if isinstance(value, str) else otherwise
        if isinstance(of, GraphQLEnumType):
            names = [str(each.value) for each in of.values]
            return None if value in names else f'"{path[-1]}" should be one of {", ".join(names)}'
        good, kind = _PLAIN[of.name]
        return None if good(value) else f'"{path[-1]}" should be {kind}'

    def _plain(self, node: Any) -> Any:
        """What a value in a document stands for."""
        if isinstance(node, VariableNode):
            return self._variables.get(node.name.value, UNDEFINED_VALUE)
        if isinstance(node, NullValueNode):
            return None
        if isinstance(node, ListValueNode):
            return [self._plain(each) for each in node.values]
        if isinstance(node, ObjectValueNode):
            return {field.name.value: self._plain(field.value) for field in node.fields}
        return node.value


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and -(2**31) <= value < 2**31


_PLAIN: dict[str, tuple[Callable[[Any], bool], str]] = {
    "String": (lambda value: isinstance(value, str), "text"),
    "Boolean": (lambda value: isinstance(value, bool), "true or false"),
    "Int": (_whole, "a whole number"),
    "ID": (lambda value: isinstance(value, str) or _whole(value), "an id"),
}


def _fields(selection_set: Any, fragments: Mapping[str, FragmentDefinitionNode]) -> Iterator[FieldNode]:
    for node in selection_set.selections:
        if isinstance(node, FieldNode):
            yield node
        elif isinstance(node, FragmentSpreadNode):
            yield from _fields(fragments[node.name.value].selection_set, fragments)
        else:
            yield from _fields(node.selection_set, fragments)
