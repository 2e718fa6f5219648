"""Plans: what becomes of a resolved value is worked out once a document, then done without a coroutine a field.

The engine spends some 8 µs on every field, a plan 0.2. Where a value or a document isn't plain (a directive in the
selection, a null where none may be, a value of the wrong kind) the plan steps back and the engine does it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tartiflette.coercers.common import Path
from tartiflette.language.ast import FieldNode, FragmentSpreadNode
from tartiflette.schema.schema import GraphQLSchema
from tartiflette.types.enum import GraphQLEnumType
from tartiflette.types.exceptions.tartiflette import MultipleException
from tartiflette.types.object import GraphQLObjectType
from tartiflette.types.scalar import GraphQLScalarType

# Scalars whose output is the value itself, where it is of that type.
_NATIVE = {"String": str, "ID": str, "Boolean": bool, "Float": float}


class NotPlain(Exception):
    """The engine has to do it."""


@dataclass(slots=True, frozen=True)
class Plan:
    """How to complete a value: `run(value)`, or `await run(value, execution, path)` where fields are resolved."""

    run: Callable[..., Any]
    waits: bool


@dataclass(slots=True, frozen=True)
class _Entry:
    """One key of an answer: a constant, an attribute with its plan, or a field with a resolver."""

    key: str
    name: str
    nodes: list[FieldNode]
    plan: Plan | None = None
    resolver: Callable[..., Any] | None = None


def use_plans(schema: GraphQLSchema, field_name: str) -> None:
    """Let what the resolver of `Type.field` returns be completed by a plan."""
    field = schema.get_field_by_name(field_name)
    keywords = field.resolver.keywords
    by_engine = keywords["output_coercer"]
    graphql_type = field.graphql_type

    async def complete(value: Any, info: Any, execution: Any, nodes: list[FieldNode], path: Path) -> Any:
        plans = execution.context.document.plans
        key = tuple(map(id, nodes))
        if key not in plans:
            plans[key] = _plan_or_none(schema, graphql_type, nodes, info.fragments)
        plan = plans[key]
        if plan is None:
            return await by_engine(value, info, execution, nodes, path)
        errors_before = len(execution.errors)
        try:
            return await plan.run(value, execution, path) if plan.waits else plan.run(value)
        except (NotPlain, AttributeError):
            del execution.errors[errors_before:]
            return await by_engine(value, info, execution, nodes, path)

    keywords["output_coercer"] = complete


def _plan_or_none(
    schema: GraphQLSchema, of: Any, nodes: list[FieldNode], fragments: dict[str, Any]
) -> Plan | None:
    try:
        return _Planner(schema, fragments).plan(of, nodes)
    except NotPlain:
        return None


class _Planner:
    """Makes the plans of one document."""

    def __init__(self, schema: GraphQLSchema, fragments: dict[str, Any]) -> None:
        self._schema, self._fragments = schema, fragments

    def plan(self, of: Any, nodes: list[FieldNode]) -> Plan:
        """A plan for values of type `of`, which the field `nodes` select from."""
        required = of.is_non_null_type
        if required:
            of = of.wrapped_type
        if of.is_list_type:
            return _list(self.plan(of.wrapped_type, nodes), required)
        if isinstance(of, GraphQLScalarType):
            return _scalar(of, required)
        if isinstance(of, GraphQLEnumType):
            return _enum(of, required)
        if isinstance(of, GraphQLObjectType):
            return _object(of, self._entries(of, nodes), required)
        kinds = {kind.name: _object(kind, self._entries(kind, nodes), True) for kind in of.possibleTypes}
        return _one_of(kinds, required)

    def _entries(self, of: GraphQLObjectType, nodes: list[FieldNode]) -> list[_Entry]:
        grouped: dict[str, list[FieldNode]] = {}
        for node in nodes:
            self._group(of, node.selection_set, grouped)
        return [self._entry(of, key, same) for key, same in grouped.items()]

    def _group(self, of: GraphQLObjectType, selection_set: Any, grouped: dict[str, list[FieldNode]]) -> None:
        for node in selection_set.selections:
            if node.directives:
                raise NotPlain
            if isinstance(node, FieldNode):
                grouped.setdefault(node.alias.value if node.alias else node.name.value, []).append(node)
                continue
            fragment = self._fragments[node.name.value] if isinstance(node, FragmentSpreadNode) else node
            condition = fragment.type_condition
            if (
                condition is None
                or of.name in self._schema.find_type(condition.name.value).possible_types_set
            ):
                self._group(of, fragment.selection_set, grouped)

    def _entry(self, of: GraphQLObjectType, key: str, nodes: list[FieldNode]) -> _Entry:
        name = nodes[0].name.value
        if name == "__typename":
            # Asked of the value by a name that each has, and not looked at.
            return _Entry(key, "__class__", nodes, Plan(lambda _: of.name, False))
        field = of.find_field(name)
        if field.raw_resolver is not None:
            return _Entry(key, name, nodes, resolver=field.resolver)
        return _Entry(key, name, nodes, self.plan(field.graphql_type, nodes))


def _scalar(of: GraphQLScalarType, required: bool) -> Plan:
    native = _NATIVE.get(of.name)
    coerce: Any = of.coerce_output

    def run(value: Any) -> Any:
        if type(value) is native:
            return value
        if value is None:
            return _nothing(required)
        try:
            return coerce(value)
        except (TypeError, ValueError):
            raise NotPlain from None

    return Plan(run, False)


def _enum(of: GraphQLEnumType, required: bool) -> Plan:
    known = frozenset(str(value.value) for value in of.values)

    def run(value: Any) -> Any:
        if value in known:
            return value
        if value is None:
            return _nothing(required)
        raise NotPlain

    return Plan(run, False)


def _list(of: Plan, required: bool) -> Plan:
    item = of.run

    def run(values: Any) -> Any:
        if type(values) is not list:
            return _nothing(required, values)
        return [item(value) for value in values]

    async def wait(values: Any, execution: Any, path: Path) -> Any:
        if type(values) is not list:
            return _nothing(required, values)
        return [await item(value, execution, Path(path, i)) for i, value in enumerate(values)]

    return Plan(_or_null(wait, required), True) if of.waits else Plan(run, False)


def _object(of: GraphQLObjectType, entries: list[_Entry], required: bool) -> Plan:
    plain = [(entry.key, entry.name, entry.plan.run) for entry in entries if entry.plan]

    def run(value: Any) -> Any:
        if value is None:
            return _nothing(required)
        get = _getter(value)
        return {key: finish(get(name)) for key, name, finish in plain}

    async def wait(value: Any, execution: Any, path: Path) -> Any:
        if value is None:
            return _nothing(required)
        get, answer = _getter(value), {}
        for entry in entries:
            if entry.resolver is not None:
                answer[entry.key] = await entry.resolver(
                    execution, of, value, entry.nodes, Path(path, entry.key), False
                )
            elif entry.plan and entry.plan.waits:
                answer[entry.key] = await entry.plan.run(get(entry.name), execution, Path(path, entry.key))
            elif entry.plan:
                answer[entry.key] = entry.plan.run(get(entry.name))
        return answer

    if any(entry.plan is None or entry.plan.waits for entry in entries):
        return Plan(_or_null(wait, required), True)
    return Plan(run, False)


def _one_of(kinds: dict[str, Plan], required: bool) -> Plan:
    def chosen(value: Any) -> Plan:
        try:
            return kinds[value["__typename"]]
        except (KeyError, TypeError):
            raise NotPlain from None

    def run(value: Any) -> Any:
        return _nothing(required) if value is None else chosen(value).run(value)

    async def wait(value: Any, execution: Any, path: Path) -> Any:
        if value is None:
            return _nothing(required)
        plan = chosen(value)
        return await plan.run(value, execution, path) if plan.waits else plan.run(value)

    waits = any(plan.waits for plan in kinds.values())
    return Plan(_or_null(wait, required), True) if waits else Plan(run, False)


def _or_null(wait: Callable[..., Any], required: bool) -> Callable[..., Any]:
    """An error below a field that may be null ends there."""
    if required:
        return wait

    async def guarded(value: Any, execution: Any, path: Path) -> Any:
        try:
            return await wait(value, execution, path)
        except MultipleException as error:
            execution.add_error(error)
            return None

    return guarded


def _getter(value: Any) -> Callable[[str], Any]:
    return value.get if isinstance(value, dict) else value.__getattribute__


def _nothing(required: bool, value: Any = None) -> None:
    """Null, where that may be."""
    if required or value is not None:
        raise NotPlain
