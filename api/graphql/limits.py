"""What a GraphQL document may ask for, judged before it is validated or executed."""

from dataclasses import dataclass
from typing import Any

from tartiflette.schema.schema import GraphQLSchema

Ast = dict[str, Any]

MAX_TEXT = 20_000  # characters
MAX_BRACKETS = 400  # of one kind, so that neither the parser nor the walk can be led too deep
MAX_ROOT_FIELDS = 20
DEFAULT_TAKE = 20  # rows a paginated field is reckoned with where the document doesn't say
MAX_TAKE = 100
USUAL_FIRST = 50  # the same two of a Relay connection
MAX_FIRST = 250
PLAIN_LIST = 3  # entries a list without pages is reckoned with

# What a connection is asked with, and what holds the rows of a page, which are reckoned with it.
CONNECTION = {"first", "after"}
PAGES = frozenset({"items", "edges", "nodes"})

_INTROSPECTION_LISTS = frozenset(
    {"types", "fields", "args", "inputFields", "interfaces", "possibleTypes", "enumValues", "directives"}
)


class TooMuch(Exception):
    """The document asks for more than the server gives."""


@dataclass(slots=True)
class Weight:
    """What a selection amounts to, with every fragment written out."""

    cost: int = 0  # fields that would be resolved
    aliases: int = 0
    depth: int = 0  # levels of fields
    schema_depth: int = 0  # the same, of introspection
    schema_lists: int = 0  # lists of introspection within one another


# The standard introspection query is 15 deep and nests three lists: types, their fields, their arguments.
MOST = Weight(cost=50_000, aliases=30, depth=12, schema_depth=20, schema_lists=3)


def check_text(text: str) -> None:
    """Refuse what isn't worth parsing. Raises `TooMuch`."""
    if len(text) > MAX_TEXT:
        raise TooMuch(f"The document is longer than {MAX_TEXT} characters.")
    if "\0" in text:
        raise TooMuch("The document holds a NUL character.")
    if max(text.count(bracket) for bracket in "{[(") > MAX_BRACKETS:
        raise TooMuch(f"The document holds more than {MAX_BRACKETS} brackets of one kind.")


def check_document(document: Ast, schema: GraphQLSchema, most: Weight = MOST) -> None:
    """Refuse a parsed document that is too deep, too wide or too dear, or turns in a circle. Raises `TooMuch`.

    A fragment is weighed once, so that a document that doubles with every fragment is judged as fast as another.
    """
    scale = _Scale(document, schema, most)
    for definition in document["definitions"]:
        if definition["kind"] == "FragmentDefinition":
            scale.fragment(definition["name"]["value"])
        else:
            root = getattr(schema, f"{definition['operation']}_operation_name", None)
            scale.selection(definition["selectionSet"], root)
            if scale.count_fields(definition["selectionSet"]) > MAX_ROOT_FIELDS:
                raise TooMuch(f"An operation has at most {MAX_ROOT_FIELDS} fields at its root.")


class _Scale:
    """Weighs the selections of one document."""

    def __init__(self, document: Ast, schema: GraphQLSchema, most: Weight) -> None:
        self._schema, self._most = schema, most
        self._fragments = {
            definition["name"]["value"]: definition
            for definition in document["definitions"]
            if definition["kind"] == "FragmentDefinition"
        }
        self._weighed: dict[str, Weight] = {}
        self._open: set[str] = set()

    def fragment(self, name: str) -> Weight:
        """What a spread of that fragment adds. An unknown one is left to validation."""
        if name in self._open:
            raise TooMuch(f'The fragment "{name}" spreads itself.')
        if name not in self._weighed:
            definition = self._fragments.get(name)
            if definition is None:
                return Weight()
            self._open.add(name)
            self._weighed[name] = self.selection(definition["selectionSet"], _condition(definition))
            self._open.discard(name)
        return self._weighed[name]

    def selection(self, selection_set: Ast | None, parent: str | None) -> Weight:
        """The weight of a selection on the type named `parent`; one that is too much raises on the way."""
        total = Weight()
        for node in selection_set["selections"] if selection_set else ():
            if node["kind"] == "Field":
                part = self._field(node, parent)
            elif node["kind"] == "FragmentSpread":
                part = self.fragment(node["name"]["value"])
            else:
                part = self.selection(node["selectionSet"], _condition(node) or parent)
            total.cost += part.cost + 1
            total.aliases += part.aliases
            total.depth = max(total.depth, part.depth)
            total.schema_depth = max(total.schema_depth, part.schema_depth)
            total.schema_lists = max(total.schema_lists, part.schema_lists)
            for what in Weight.__slots__:
                allowed = getattr(self._most, what)
                if getattr(total, what) > allowed:
                    raise TooMuch(f"The document's {what.replace('_', ' ')} is above {allowed}.")
        return total

    def count_fields(self, selection_set: Ast) -> int:
        """How many fields a selection has itself; `selection` has seen that it doesn't turn in a circle."""
        count = 0
        for node in selection_set["selections"]:
            if node["kind"] == "Field":
                count += 1
            elif node["kind"] == "InlineFragment":
                count += self.count_fields(node["selectionSet"])
            elif node["name"]["value"] in self._fragments:
                count += self.count_fields(self._fragments[node["name"]["value"]]["selectionSet"])
        return count

    def _field(self, node: Ast, parent: str | None) -> Weight:
        name = node["name"]["value"]
        field = self._definition(parent, name)
        inner = self.selection(node["selectionSet"], _named(field.gql_type) if field else None)
        inner.aliases += node["alias"] is not None
        if name in ("__schema", "__type") or (parent or "").startswith("__"):
            inner.schema_depth += 1
            inner.schema_lists += name in _INTROSPECTION_LISTS
            return inner
        inner.depth += 1
        inner.cost *= self._rows(node, field) if field else 1
        return inner

    def _definition(self, parent: str | None, name: str) -> Any:
        kind: Any = self._schema.type_definitions.get(parent or "")
        try:
            return kind.find_field(name)
        except (AttributeError, KeyError):
            return None

    def _rows(self, node: Ast, field: Any) -> int:
        """How many objects a field's selection is reckoned to be run on."""
        given = {argument["name"]["value"]: argument["value"] for argument in node["arguments"] or ()}
        if "take" in field.arguments:
            return _take(given.get("take"))
        for name, argument in field.arguments.items():
            kind: Any = self._schema.type_definitions.get(_named(argument.gql_type))
            if "take" in getattr(kind, "input_fields", ()):
                value = given.get(name)
                if value is None or value["kind"] != "ObjectValue":
                    return _take(value)
                return _take({f["name"]["value"]: f["value"] for f in value["fields"]}.get("take"))
        if field.arguments.keys() >= CONNECTION:
            return _take(given.get("first") or given.get("last"), USUAL_FIRST, MAX_FIRST)
        is_page = node["name"]["value"] in PAGES
        return PLAIN_LIST if "[" in str(field.gql_type) and not is_page else 1


def _condition(node: Ast) -> str | None:
    return node["typeCondition"]["name"]["value"] if node["typeCondition"] else None


def _named(gql_type: Any) -> str:
    while not isinstance(gql_type, str):
        gql_type = gql_type.gql_type
    return gql_type


def _take(value: Ast | None, usual: int = DEFAULT_TAKE, most: int = MAX_TAKE) -> int:
    if value is None or value["kind"] == "NullValue":
        return usual
    return max(1, min(int(value["value"]), most)) if value["kind"] == "IntValue" else MAX_TAKE
