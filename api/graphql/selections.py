"""Looking ahead: which fields below a field the document asks for."""

from typing import Any

from tartiflette.language.ast import FieldNode, FragmentSpreadNode

MAX_LEVELS = 4


def selected(info: Any, memory: dict[int, frozenset[str]]) -> frozenset[str]:
    """Dotted paths below the field being resolved, e.g. `{"items", "items.assets"}`.

    Four levels are looked at, and what a directive or a type condition may leave out is counted in: enough to
    decide what to read. `memory` is the document's own, which lives as long as its nodes.
    """
    key = id(info.field_nodes[0])
    if key not in memory:
        found: set[str] = set()
        for node in info.field_nodes:
            _collect(node.selection_set, "", MAX_LEVELS, info.fragments, found)
        memory[key] = frozenset(found)
    return memory[key]


def _collect(
    selection_set: Any, prefix: str, levels: int, fragments: dict[str, Any], found: set[str]
) -> None:
    if selection_set is None or levels == 0:
        return
    for node in selection_set.selections:
        if isinstance(node, FieldNode):
            path = prefix + node.name.value
            found.add(path)
            _collect(node.selection_set, path + ".", levels - 1, fragments, found)
        elif isinstance(node, FragmentSpreadNode):
            _collect(fragments[node.name.value].selection_set, prefix, levels, fragments, found)
        else:
            _collect(node.selection_set, prefix, levels, fragments, found)
