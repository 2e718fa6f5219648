"""Pages are as the specification of Relay's connections says, and stay so while rows come and go."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.graphql.relay import connection, read_window, write_cursor
from core.errors import InvalidInput
from core.settings import Settings
from services.keyset import LARGEST_PAGE, USUAL_PAGE, Window, read_pages
from services.purchase_options.groups import delete_group
from services.purchase_options.reading import list_groups
from services.tenants import Scope, scope_by_code
from tests.catalogue.helpers import counted
from tests.conftest import World
from tests.downpay.conftest import Merchant, made
from tests.purchase_options.hands import bought, group_of

MANY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
# The rows of some categories, as lists of their own.
SHELVES = "SELECT category_id AS part, id FROM product WHERE category_id <= $1 AND id <= $2"


async def examples(run: Callable[[], None]) -> None:
    """Let hypothesis play in a thread, while the loop answers for the database."""
    await asyncio.to_thread(run)


def specified(ids: list[int], window: Window) -> tuple[list[int], bool, bool]:
    """EdgesToReturn, HasNextPage and HasPreviousPage of the specification, over a whole list."""
    forward = USUAL_PAGE if window.first is None and window.last is None else window.first
    edges = [
        i
        for i in ids
        if (window.after is None or i > window.after) and (window.before is None or i < window.before)
    ]
    kept = edges if forward is None else edges[:forward]
    kept = kept if window.last is None else kept[max(0, len(kept) - window.last) :]
    has_next = has_previous = False
    if forward is not None:
        has_next = len(edges) > forward
    elif window.before is not None:
        has_next = any(i >= window.before for i in ids)
    if window.last is not None:
        has_previous = len(edges) > window.last
    elif window.after is not None:
        has_previous = any(i <= window.after for i in ids)
    return kept, has_next, has_previous


async def test_every_window_is_as_specified(market: Settings) -> None:
    rows = await read_pages(
        "SELECT 0 AS part, id, category_id FROM product WHERE id <= $1", [250], [0], Window(first=250)
    )
    shelf = {row["id"]: row["category_id"] for row in rows[0].items}
    loop, shelves = asyncio.get_running_loop(), sorted(set(shelf.values()))
    row_id = st.none() | st.integers(0, 260)
    number = st.none() | st.integers(0, 30)

    @MANY
    @given(st.builds(Window, row_id, row_id, number, number), st.integers(0, 250))
    def compare(window: Window, upto: int) -> None:
        reading = read_pages(SHELVES, [shelves[-1], upto], shelves, window)
        pages = asyncio.run_coroutine_threadsafe(reading, loop).result(30)
        assert set(pages) == set(shelves)
        for part, page in pages.items():
            ids = [i for i, category in shelf.items() if category == part and i <= upto]
            assert ([row["id"] for row in page.items], page.has_next, page.has_previous) == specified(
                ids, window
            )

    await examples(compare)


@pytest.mark.parametrize("forward", [True, False])
async def test_whoever_turns_the_pages_meets_every_row_that_stays_once(demo: Scope, forward: bool) -> None:
    loop = asyncio.get_running_loop()

    async def walk(size: int, changes: list[tuple[int, int]]) -> None:
        before = (await list_groups(demo, Window(first=LARGEST_PAGE))).items
        while len(before) < 8:
            before.append(await group_of(demo, "TAGS"))
        alive, seen = {group.id for group in before}, []
        stays, cursor, more = set(alive), None, True
        while more:
            number = {"first": size, "after": cursor} if forward else {"last": size, "before": cursor}
            page = connection(
                await list_groups(demo, read_window(number, "group")), "group", lambda g: {"id": str(g.id)}
            )
            ids = [int(node["id"]) for node in page["nodes"]]
            seen += ids if forward else ids[::-1]
            info = page["pageInfo"]
            more = info["hasNextPage" if forward else "hasPreviousPage"]
            cursor = info["endCursor" if forward else "startCursor"]
            for added, victim in changes[:1]:
                for _ in range(added):
                    await group_of(demo, "TAGS")
                if alive:
                    # Also the row that the cursor names.
                    gone = int(ids[-1]) if victim == 0 and ids else sorted(alive)[victim % len(alive)]
                    if gone in alive:
                        await delete_group(demo, gone)
                        alive.discard(gone)
                        stays.discard(gone)
            changes = changes[1:]
        assert seen == sorted(set(seen), reverse=not forward)
        assert stays <= set(seen)

    @settings(MANY, max_examples=20)
    @given(st.integers(1, 5), st.lists(st.tuples(st.integers(0, 2), st.integers(0, 9)), max_size=4))
    def play(size: int, changes: list[tuple[int, int]]) -> None:
        asyncio.run_coroutine_threadsafe(walk(size, changes), loop).result(60)

    await examples(play)


GOOD = write_cursor("group", 7)


@pytest.mark.parametrize(
    ("args", "field"),
    [
        ({"first": -1}, "first"),
        ({"last": -(2**31)}, "last"),
        ({"after": "xyz789"}, "after"),
        ({"before": ""}, "before"),
        ({"after": "7"}, "after"),
        ({"after": write_cursor("order", 7)}, "after"),
        ({"after": write_cursor("group", 2**63)}, "after"),
        ({"after": write_cursor("group", -7)}, "after"),
        ({"after": GOOD + "="}, "after"),
        ({"after": GOOD[:-1]}, "after"),
        ({"after": GOOD * 5000}, "after"),
        ({"after": "£€\ud800"}, "after"),
        ({"after": "MTpncm91cDowMDc"}, "after"),
    ],
    ids=range(13),
)  # fmt: skip
def test_what_is_no_window_is_refused(args: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_window(args, "group")
    assert refused.value.field == field


@given(st.integers(0, 2**63 - 1))
def test_a_cursor_leads_back_to_its_row(row_id: int) -> None:
    assert read_window({"after": write_cursor("order", row_id)}, "order") == Window(after=row_id)


async def test_pages_over_http(merchant: Merchant) -> None:
    for _ in range(5):
        await made(merchant, "TAGS")
    everything = [group["id"] for group in (await merchant.query("purchaseOptionGroups"))["nodes"]]
    assert len(everything) == 7
    first = await merchant.query("purchaseOptionGroups", first=3)
    assert [edge["node"]["id"] for edge in first["edges"]] == everything[:3]
    assert first["edges"][-1]["cursor"] == first["pageInfo"]["endCursor"]
    assert (first["pageInfo"]["hasNextPage"], first["pageInfo"]["hasPreviousPage"]) == (True, False)
    second = await merchant.query("purchaseOptionGroups", first=10, after=first["pageInfo"]["endCursor"])
    assert [node["id"] for node in second["nodes"]] == everything[3:]
    assert (second["pageInfo"]["hasNextPage"], second["pageInfo"]["hasPreviousPage"]) == (False, True)
    back = await merchant.query("purchaseOptionGroups", last=2, before=second["pageInfo"]["startCursor"])
    assert [node["id"] for node in back["nodes"]] == everything[1:3]
    assert (back["pageInfo"]["hasNextPage"], back["pageInfo"]["hasPreviousPage"]) == (True, True)
    both = await merchant.query("purchaseOptionGroups", first=4, last=2)
    assert [node["id"] for node in both["nodes"]] == everything[2:4]
    status, body = await merchant.send(
        {"query": '{ purchaseOptionGroups(after: "xyz789") { nodes { id } } }'}
    )
    assert (status, body["errors"][0]["extensions"]) == (200, {"code": "INVALID_INPUT", "field": "after"})


async def test_orders_are_paged_in_each_group_by_itself(merchant: Merchant) -> None:
    scope, expected = await merchant.scope(), {}
    for count in (0, 1, 3):
        found = await made(merchant, productIds=["7"])
        option = int(found["purchaseOptions"][0]["id"])
        expected[found["id"]] = [str(await bought(scope, option, 7)) for _ in range(count)]
        await bought(scope, option, 7, placed=False)
    text = """query($after: String) { purchaseOptionGroups(last: 3) { nodes { id
      orders(first: 2, after: $after) { nodes { id } pageInfo { endCursor hasNextPage hasPreviousPage } } } } }"""
    pages = {g["id"]: g["orders"] for g in (await merchant.ask(text))["purchaseOptionGroups"]["nodes"]}
    assert {i: [o["id"] for o in page["nodes"]] for i, page in pages.items()} == {
        group: orders[:2] for group, orders in expected.items()
    }
    assert [page["pageInfo"]["hasNextPage"] for page in pages.values()] == [False, False, True]
    last = list(pages)[-1]
    cursor = pages[last]["pageInfo"]["endCursor"]
    rest = (await merchant.ask(text, after=cursor))["purchaseOptionGroups"]["nodes"][-1]["orders"]
    assert [order["id"] for order in rest["nodes"]] == expected[last][2:]
    assert rest["pageInfo"]["hasPreviousPage"] is True


async def test_a_page_costs_the_same_number_of_statements_whatever_its_size(
    world: World, merchant: Merchant
) -> None:
    scope = await scope_by_code("demo", "test")
    for _ in range(120):
        found = await group_of(scope, product_ids=[7, 8])
    await bought(scope, found.options[0].id, 7)
    costs = []
    for first in (1, 1, 20, 122, 250):
        with counted() as counter:
            page = await merchant.query("purchaseOptionGroups", first=first)
        assert len(page["nodes"]) == min(first, 122)
        costs.append(counter.statements)
    # The groups, their options, orders, counts, products, tags and variants.
    assert set(costs[1:]) == {7}
