"""Documents: parsed, judged and validated once, then remembered within bounds."""

import re
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

import orjson
import structlog
from tartiflette.language.ast import DocumentNode, OperationDefinitionNode
from tartiflette.language.parsers.libgraphqlparser.parser import _parse_to_json_ast
from tartiflette.language.parsers.libgraphqlparser.transformers import document_from_ast_json
from tartiflette.language.validators.query import RULE_SET
from tartiflette.language.validators.query.rule import June2018ReleaseValidationRule
from tartiflette.schema.schema import GraphQLSchema
from tartiflette.types.exceptions.tartiflette import GraphQLSyntaxError, TartifletteError

from api.graphql.limits import MOST, Ast, TooMuch, Weight, check_document, check_text

log = structlog.get_logger(__name__)

MOST_DOCUMENTS = 1_000
MOST_CHARACTERS = 2_000_000  # a parsed document takes some fifty times its text

_POSITION = re.compile(r"^(\d+)\.(\d+)(?:-\d+)?: (.*)$", re.DOTALL)


class _CyclesAreJudgedElsewhere(June2018ReleaseValidationRule):
    """Stands in for a rule that takes two paths to one fragment for a cycle, and misses real ones in fields."""

    def validate(self, **_: Any) -> list[TartifletteError]:
        return []


RULE_SET["fragment-spreads-must-not-form-cycles"] = _CyclesAreJudgedElsewhere()


@dataclass(slots=True)
class Document:
    """A parsed document, or what is wrong with it; and what was worked out for it."""

    node: DocumentNode | None
    errors: list[TartifletteError]
    operations: dict[str | None, str] = field(default_factory=dict)  # name -> query, mutation, subscription
    selections: dict[int, frozenset[str]] = field(default_factory=dict)
    plans: dict[tuple[int, ...], Any] = field(default_factory=dict)

    def kind(self, operation_name: str | None) -> str | None:
        """`query` or `mutation`; None where it isn't clear which operation is meant."""
        if operation_name:
            return self.operations.get(operation_name)
        return next(iter(self.operations.values())) if len(self.operations) == 1 else None


class Documents:
    """The documents of one schema, the least recently used forgotten first."""

    def __init__(self, most: Weight = MOST) -> None:
        self._most = most
        self._kept: OrderedDict[str, Document] = OrderedDict()
        self._characters = 0

    def get(self, text: str, schema: GraphQLSchema) -> Document:
        """The document of `text`; one with errors is not kept."""
        known = self._kept.get(text)
        if known:
            self._kept.move_to_end(text)
            return known
        document = _read(text, schema, self._most)
        if document.node:
            self._kept[text] = document
            self._characters += len(text)
            while len(self._kept) > MOST_DOCUMENTS or self._characters > MOST_CHARACTERS:
                oldest, _ = self._kept.popitem(last=False)
                self._characters -= len(oldest)
        return document


def _read(text: str, schema: GraphQLSchema, most: Weight) -> Document:
    try:
        check_text(text)
        ast = orjson.loads(_parse_to_json_ast(text))
        check_document(ast, schema, most)
        node = _validated(ast, text, schema)
    except TooMuch as error:
        return Document(None, [TartifletteError(str(error), extensions={"code": "TOO_COMPLEX"})])
    except GraphQLSyntaxError as error:
        return Document(None, [_syntax_error(str(error))])
    except (orjson.JSONDecodeError, UnicodeEncodeError, RecursionError):
        return Document(None, [_syntax_error("The document can't be read.")])
    errors = node.validators.errors if node.validators else []
    if errors:
        return Document(None, [_validation_error(error) for error in errors])
    operations = {
        definition.name.value if definition.name else None: definition.operation_type
        for definition in node.definitions
        if isinstance(definition, OperationDefinitionNode)
    }
    return Document(node, [], operations)


def _validated(ast: Ast, text: str, schema: GraphQLSchema) -> DocumentNode:
    try:
        return document_from_ast_json(ast, text, schema)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        # Some of the engine's rules break on the very mistakes they look for, e.g. an object where an ID belongs.
        log.info("document not valid", error=repr(error))
        raise GraphQLSyntaxError("The document is not valid: a value is of the wrong kind.") from None


@dataclass(slots=True)
class _Position:
    line: int
    column: int

    def collect_value(self) -> dict[str, int]:
        return {"line": self.line, "column": self.column}


def _syntax_error(message: str) -> TartifletteError:
    found = _POSITION.match(message)
    where = [_Position(int(found[1]), int(found[2]))] if found else []
    return TartifletteError(
        found[3] if found else message, locations=where, extensions={"code": "GRAPHQL_PARSE_FAILED"}
    )


def _validation_error(error: TartifletteError) -> TartifletteError:
    error.extensions = {"code": "GRAPHQL_VALIDATION_FAILED"}
    error.path = None
    return error
