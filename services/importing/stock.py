"""Writing stock: last of all, so that what is being sold meanwhile waits least."""

from collections.abc import Mapping, Sequence

from core.db import execute, fetch, placeholders

_BATCH = 500


async def write_stock(on_hand: Mapping[int, int]) -> set[int]:
    """Set the pieces on the shelf by variant, never below what is promised; the variants where that changed.

    Only rows that change are locked, in the order of their ids, as orders lock them.
    """
    ids = sorted(on_hand)
    changed: set[int] = set()
    for start in range(0, len(ids), _BATCH):
        different = await _different(on_hand, ids[start : start + _BATCH])
        changed.update(different)
        if different:
            places = ", ".join(f"(${n}, ${n + 1}, 0)" for n in range(1, 2 * len(different), 2))
            await execute(
                f"INSERT INTO stock_level (variant_id, on_hand, allocated) VALUES {places} "
                "ON CONFLICT (variant_id) DO UPDATE SET on_hand = CASE WHEN excluded.on_hand < stock_level.allocated "
                "THEN stock_level.allocated ELSE excluded.on_hand END",
                *(value for i in different for value in (i, on_hand[i])),
            )
    return changed


async def _different(on_hand: Mapping[int, int], ids: Sequence[int]) -> list[int]:
    """Those whose stock is not yet as it should be."""
    rows = await fetch(
        f"SELECT variant_id, on_hand, allocated FROM stock_level WHERE variant_id IN ({placeholders(ids)})",
        *ids,
    )
    right = {
        row["variant_id"]
        for row in rows
        if row["on_hand"] == max(on_hand[row["variant_id"]], row["allocated"])
    }
    return [i for i in ids if i not in right]
