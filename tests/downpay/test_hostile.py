"""Whatever comes in, an answer goes out that says what is wrong, and nothing is stored by halves."""

import json
from typing import Any

import pytest

from tests.downpay.conftest import Merchant, group, made, percentage
from tests.downpay.contract import document

IDS = ["", "0", "-1", "x", "١", "9" * 19, "9" * 40, "1.5", " 7", "7; DROP TABLE tag", "é" * 5000, 2**31, -5]


@pytest.mark.parametrize("wrong", IDS, ids=range(len(IDS)))
async def test_an_id_that_is_none_names_nothing(merchant: Merchant, wrong: Any) -> None:
    assert await merchant.query("purchaseOptionGroup", id=wrong) is None
    assert await merchant.refused("deletePurchaseOptionGroup", id=wrong) == [["id"]]
    found = await made(merchant)
    assert await merchant.refused(
        "purchaseOptionGroupAddProducts", id=found["id"], productIds=["7", wrong]
    ) == [["productIds", "1"]]
    gone = await merchant.done("purchaseOptionGroupRemoveProducts", id=found["id"], productIds=[wrong])
    assert gone["removedProductIds"] == []
    assert await merchant.query("purchaseOptionGroup", id=found["id"]) == found


TEXTS = ["x" * 10_000, "a\nb", "\u202etext", "\u200b", "\x7f", "   ", "\t"]


@pytest.mark.parametrize("wrong", TEXTS, ids=range(len(TEXTS)))
async def test_text_that_can_not_be_shown_is_refused(merchant: Merchant, wrong: str) -> None:
    option = {"description": wrong, "billingPolicy": percentage(100)}
    assert await merchant.refused(
        "createPurchaseOptionGroup",
        purchaseOptionGroupInput=group(
            merchantCode=wrong, lineItemDescriptor=wrong, purchaseOptionsToCreate=[option]
        ),
        resourceAssignmentType="TAGS",
        resources={"productTags": [wrong]},
    ) == [
        ["purchaseOptionGroupInput", "merchantCode"],
        ["purchaseOptionGroupInput", "lineItemDescriptor"],
        ["purchaseOptionGroupInput", "purchaseOptionsToCreate", "0", "description"],
        ["resources", "productTags", "0"],
    ]


async def test_text_is_kept_as_it_is_written(merchant: Merchant) -> None:
    said = "Ɛyɛ ₵ 30% <b>now</b> 'quoted' \"twice\" 🎉"
    payload = await merchant.done(
        "createPurchaseOptionGroup",
        purchaseOptionGroupInput=group(merchantCode=said, lineItemDescriptor=said),
        resourceAssignmentType="TAGS",
        resources={"productTags": [said]},
        clientMutationId=said * 50,
    )
    found = payload["purchaseOptionGroup"]
    assert (found["merchantCode"], found["lineItemDescriptor"], found["tags"]) == (said, said, [said])


async def test_nul_is_refused_before_anything_is_done(merchant: Merchant) -> None:
    status, body = await merchant.send(
        {"query": document("query", "purchaseOptionGroup"), "variables": {"id": "7\0"}}
    )
    assert (status, list(body)) == (400, ["errors"])


DATE = "mutation($d: ISO8601DateTime!) { orderUpdateDueDate(input: {id: 1, date: $d}) { orderId } }"
GARBAGE = [
    "", "soon", "2026-13-01T00:00:00Z", "2026-02-30", "0001-01-01T00:00:00+14:00", "2026-12-15x00:00:00Z", 7, True,
    [], {}, "2026-12-15T00:00:00Z\n", "٢٠٢٦-12-15", "9" * 10_000, "infinity", "now",
]  # fmt: skip


@pytest.mark.parametrize("wrong", GARBAGE, ids=range(len(GARBAGE)))
async def test_a_time_that_is_none_is_refused_before_anything_is_done(merchant: Merchant, wrong: Any) -> None:
    status, body = await merchant.send({"query": DATE, "variables": {"d": wrong}})
    assert (status, body["errors"][0]["extensions"]["code"]) == (400, "BAD_USER_INPUT")
    if isinstance(wrong, str):
        literal = DATE.replace("($d: ISO8601DateTime!)", "").replace("$d", json.dumps(wrong))
        assert (await merchant.send({"query": literal}))[0] == 400


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2090-12-15", "2090-12-15T00:00:00Z"),
        ("2090-12-15T10:30", "2090-12-15T10:30:00Z"),
        ("2090-12-15T10:30:00+02:00", "2090-12-15T08:30:00Z"),
        ("20901215T103000Z", "2090-12-15T10:30:00Z"),
        ("2090-12-15 10:30:00.250-00:30", "2090-12-15T11:00:00.250000Z"),
    ],
)
async def test_a_time_may_be_written_as_iso_8601_allows(merchant: Merchant, written: str, read: str) -> None:
    option = {"description": "x", "billingPolicy": percentage(30, remainingBalanceChargeExactTime=written)}
    payload = await merchant.done(
        "createPurchaseOptionGroup",
        purchaseOptionGroupInput=group(purchaseOptionsToCreate=[option]),
        resourceAssignmentType="TAGS",
        resources={},
    )
    policy = payload["purchaseOptionGroup"]["purchaseOptions"][0]["billingPolicy"]
    assert policy["remainingBalanceChargeExactTime"] == read


CREATE = document("mutation", "createPurchaseOptionGroup")
WRONG = [
    {},
    {"purchaseOptionGroupInput": None, "resourceAssignmentType": "TAGS", "resources": {}},
    {"purchaseOptionGroupInput": {}, "resourceAssignmentType": "tags", "resources": {}},
    {"purchaseOptionGroupInput": {}, "resourceAssignmentType": "TAGS", "resources": {"productTags": [None]}},
    {"purchaseOptionGroupInput": {}, "resourceAssignmentType": "TAGS", "resources": {"productTags": {"a": 1}}},
    {"purchaseOptionGroupInput": {"merchantCode": 5}, "resourceAssignmentType": "TAGS", "resources": {}},
    {"purchaseOptionGroupInput": {"unknown": 5}, "resourceAssignmentType": "TAGS", "resources": {}},
    {"purchaseOptionGroupInput": {"productsRequirePurchaseOption": "yes"}, "resourceAssignmentType": "TAGS", "resources": {}},
    {"purchaseOptionGroupInput": {"purchaseOptionsToCreate": [None]}, "resourceAssignmentType": "TAGS", "resources": {}},
    {"purchaseOptionGroupInput": group(purchaseOptionsToCreate=[{"billingPolicy": {}}]), "resourceAssignmentType": "TAGS", "resources": {}},
    {"purchaseOptionGroupInput": group(purchaseOptionsToCreate=[{"billingPolicy": percentage("30")}]), "resourceAssignmentType": "TAGS", "resources": {}},  # type: ignore[arg-type]
]  # fmt: skip


@pytest.mark.parametrize("given", WRONG, ids=range(len(WRONG)))
async def test_what_does_not_fit_the_schema_is_refused_before_anything_is_done(
    merchant: Merchant, given: Any
) -> None:
    before = await merchant.query("purchaseOptionGroups")
    status, body = await merchant.send({"query": CREATE, "variables": {"input": given}})
    assert status == 400 and body["errors"][0]["message"] and "data" not in body
    assert await merchant.query("purchaseOptionGroups") == before


@pytest.mark.parametrize("number", ["-1", "2147483648", '"3"', "1.5", "true"])
async def test_a_number_of_rows_that_is_none(merchant: Merchant, number: str) -> None:
    _, body = await merchant.send(
        {"query": f"{{ purchaseOptionGroups(first: {number}) {{ nodes {{ id }} }} }}"}
    )
    assert body["errors"]


async def test_more_than_the_largest_page_gives_the_largest_page(merchant: Merchant) -> None:
    for number in (0, 250, 987, 2**31 - 1):
        page = await merchant.query("purchaseOptionGroups", first=number)
        assert len(page["nodes"]) == min(number, 2)
        assert page["pageInfo"]["hasNextPage"] is (number == 0)


async def test_too_much_at_once_is_refused(merchant: Merchant) -> None:
    found = await made(merchant)
    many = [str(i) for i in range(1, 252)]
    assert await merchant.refused("purchaseOptionGroupAddProducts", id=found["id"], productIds=many) == [
        ["productIds"]
    ]
    options = [{"description": "x", "billingPolicy": percentage(100)}] * 500
    assert await merchant.refused(
        "updatePurchaseOptionGroup",
        purchaseOptionGroupInput={"id": found["id"], "purchaseOptionsToCreate": options},
    ) == [["purchaseOptionGroupInput", "purchaseOptionsToCreate"]]
    wide = " ".join(f"a{i}: purchaseOptionGroups(first: 250) {{ nodes {{ id }} }}" for i in range(40))
    assert (await merchant.send({"query": f"{{ {wide} }}"}))[0] == 400


@pytest.mark.parametrize(
    ("query", "fine"),
    [
        ("purchaseOptionGroups(first: 250) { nodes { id orders(first: 10) { nodes { id } } } }", True),
        ("purchaseOptionGroups(first: 250) { nodes { id orders(last: 250) { nodes { id createdAt updatedAt } } } }", False),
        ("purchaseOptionGroups(first: $n) { nodes { orders(first: $n) { nodes { id } edges { cursor } } } }", True),
        ("purchaseOptionGroups(first: 200) { edges { node { orders(first: 100) { edges { node { id createdAt updatedAt } cursor } nodes { id createdAt updatedAt } } } } nodes { orders(last: 100) { edges { node { id createdAt updatedAt } cursor } nodes { id createdAt updatedAt } } } }", False),
    ],
    ids=range(4),
)  # fmt: skip
async def test_a_connection_is_reckoned_with_its_rows(merchant: Merchant, query: str, fine: bool) -> None:
    declared = "query($n: Int) " if "$n" in query else ""
    status, body = await merchant.send({"query": f"{declared}{{ {query} }}", "variables": {"n": 5}})
    assert (status == 200) is fine
    assert fine or body["errors"][0]["extensions"]["code"] == "TOO_COMPLEX"


async def test_a_wrong_window_of_orders_spoils_only_its_group(merchant: Merchant) -> None:
    text = '{ purchaseOptionGroups { nodes { id orders(after: "xyz") { nodes { id } } } pageInfo { hasNextPage } } }'
    status, body = await merchant.send({"query": text})
    assert (status, body["data"]["purchaseOptionGroups"]["nodes"]) == (200, [None, None])
    assert {e["extensions"]["code"] for e in body["errors"]} == {"INVALID_INPUT"}
    assert body["data"]["purchaseOptionGroups"]["pageInfo"] == {"hasNextPage": False}
