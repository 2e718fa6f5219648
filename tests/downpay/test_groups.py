"""The document's requests about groups, each with every documented field."""

from typing import Any

from services.tenants import scope_by_key
from tests.conftest import World
from tests.downpay.conftest import DEMO, Merchant, group, made, percentage, price
from tests.downpay.contract import TYPES, document, paths
from tests.purchase_options.hands import bought, tagged, variants_of

LATER = "2090-12-15T00:00:00Z"


async def test_a_group_with_everything_shows_every_documented_field(merchant: Merchant) -> None:
    options = [
        {"description": "30% now", "billingPolicy": percentage(33.3333, remainingBalanceChargeTimeAfterCheckout="P14D")},
        {"description": "GHS 150", "billingPolicy": price("150", remainingBalanceChargeExactTime="2090-12-15T01:00:00+01:00")},
        {"description": "All", "billingPolicy": percentage(100, remainingBalanceChargeTrigger="NoRemainingBalance")},
        {"description": "Later", "billingPolicy": percentage(0, remainingBalanceChargeExactTime=LATER)},
    ]  # fmt: skip
    payload = await merchant.done(
        "createPurchaseOptionGroup",
        purchaseOptionGroupInput=group(purchaseOptionsToCreate=options, productsRequirePurchaseOption=True),
        resourceAssignmentType="TAGS",
        resources={"productTags": ["turbo"]},
    )
    found = payload["purchaseOptionGroup"]
    policies = [option["billingPolicy"] for option in found["purchaseOptions"]]
    assert [policy["checkoutCharge"]["value"] for policy in policies] == [
        {"__typename": "Percentage", "percentage": 33.3333},
        {"__typename": "Price", "amount": "150.00", "currencyCode": "GHS"},
        {"__typename": "Percentage", "percentage": 100.0},
        {"__typename": "Percentage", "percentage": 0.0},
    ]
    assert [policy["remainingBalanceChargeTrigger"] for policy in policies] == [
        "TimeAfterCheckout",
        "ExactTime",
        "NoRemainingBalance",
        "ExactTime",
    ]
    assert policies[1]["remainingBalanceChargeExactTime"] == LATER
    assert policies[0]["remainingBalanceChargeTimeAfterCheckout"] == "P14D"
    assert (found["productCount"], found["productVariantCount"]) == (5, 5)
    assert (found["tags"], found["resourceAssignmentType"]) == (["turbo"], "TAGS")
    assert all(p["imageUrl"].startswith(merchant.world.settings.base_url) for p in found["products"])
    assert len(found["variants"]) == 5 and found["productsRequirePurchaseOption"] is True
    order_id = await bought(
        await merchant.scope(), int(found["purchaseOptions"][0]["id"]), int(found["variants"][0]["id"])
    )
    again = await merchant.query("purchaseOptionGroup", id=found["id"])
    assert [order["id"] for order in again["orders"]["nodes"]] == [str(order_id)]
    page = await merchant.query("purchaseOptionGroups", last=1)
    assert page["nodes"] == [again] == [edge["node"] for edge in page["edges"]]
    shown = paths("PurchaseOptionGroupConnection", page)
    reachable = [n for n, t in TYPES.items() if t["kind"] == "object" and not n.endswith("Payload")]
    documented = {f"{n}.{f}" for n in reachable for f in TYPES[n]["fields"]}
    elsewhere = {n for n in documented if n.startswith(("DisplayableError.", "OrderPaymentStatus."))}
    assert shown == documented - elsewhere


async def test_a_group_of_products(merchant: Merchant) -> None:
    found = await made(merchant, productIds=["8", 7, "7"])
    assert [product["id"] for product in found["products"]] == ["7", "8"]
    assert (found["productCount"], found["tags"]) == (2, [])
    variants = [*await variants_of(7), *await variants_of(8)]
    assert [int(v["id"]) for v in found["variants"]] == variants
    assert found["productVariantCount"] == len(variants)
    added = await merchant.done("purchaseOptionGroupAddProducts", id=found["id"], productIds=["9"])
    assert added["purchaseOptionGroupId"] == found["id"]
    removed = await merchant.done(
        "purchaseOptionGroupRemoveProducts", id=found["id"], productIds=["7", "9", "1", "nothing"]
    )
    assert (removed["purchaseOptionGroupId"], removed["removedProductIds"]) == (found["id"], ["7", "9"])
    left = await merchant.query("purchaseOptionGroup", id=found["id"])
    assert [product["id"] for product in left["products"]] == ["8"]


async def test_a_group_of_variants(merchant: Merchant) -> None:
    found = await made(merchant, "VARIANTS")
    assert (found["productCount"], found["productVariantCount"], found["variants"]) == (0, 0, [])
    payload = await merchant.done(
        "purchaseOptionGroupAddProductVariants", id=found["id"], productVariantIds=["46", "56"]
    )
    assert [v["id"] for v in payload["purchaseOptionGroup"]["variants"]] == ["46", "56"]
    assert payload["purchaseOptionGroup"]["productVariantCount"] == 2
    removed = await merchant.done(
        "purchaseOptionGroupRemoveProductVariants", id=found["id"], productVariantIds=["46"]
    )
    assert removed["removedProductVariantIds"] == ["46"]


async def test_a_product_that_is_tagged_later_is_in_the_group(merchant: Merchant) -> None:
    found = await made(merchant, "TAGS")
    await merchant.done("purchaseOptionGroupAddTags", id=found["id"], productTags=["season", "turbo"])
    await tagged(await merchant.scope(), 7, "season")
    now = await merchant.query("purchaseOptionGroup", id=found["id"])
    assert now["tags"] == ["season", "turbo"]
    assert now["productCount"] == 6 and now["products"][0]["id"] == "7"
    removed = await merchant.done(
        "purchaseOptionGroupRemoveTags", id=found["id"], productTags=["turbo", "never"]
    )
    assert (removed["purchaseOptionGroupId"], removed["removedProductTags"]) == (found["id"], ["turbo"])


async def test_at_most_250_products_are_listed_and_all_are_counted(merchant: Merchant) -> None:
    found = await made(merchant, productIds=list(range(1, 251)))
    await merchant.done("purchaseOptionGroupAddProducts", id=found["id"], productIds=list(range(200, 321)))
    now = await merchant.query("purchaseOptionGroup", id=found["id"])
    assert (now["productCount"], len(now["products"]), len(now["variants"])) == (320, 250, 250)


async def test_a_group_is_changed_and_deleted(merchant: Merchant) -> None:
    found = await made(merchant, productIds=["7"])
    option = found["purchaseOptions"][0]["id"]
    changed = await merchant.done(
        "updatePurchaseOptionGroup",
        purchaseOptionGroupInput={
            "id": found["id"],
            "merchantCode": "other",
            "purchaseOptionsToUpdate": [{"id": option, "description": "Thirty now"}],
            "purchaseOptionsToCreate": [{"description": "All", "billingPolicy": percentage(100)}],
        },
    )
    now = changed["purchaseOptionGroup"]
    assert (now["merchantCode"], now["lineItemDescriptor"]) == ("other", "Deposit")
    assert [o["description"] for o in now["purchaseOptions"]] == ["Thirty now", "All"]
    gone = await merchant.done("deletePurchaseOptionGroup", id=found["id"])
    assert gone["deletedPurchaseOptionGroupId"] == found["id"]
    assert await merchant.query("purchaseOptionGroup", id=found["id"]) is None
    assert await merchant.refused("deletePurchaseOptionGroup", id=found["id"]) == [["id"]]
    assert await merchant.refused(
        "updatePurchaseOptionGroup", purchaseOptionGroupInput={"id": found["id"]}
    ) == [["purchaseOptionGroupInput", "id"]]


async def test_everything_that_is_wrong_is_said_with_its_path(merchant: Merchant) -> None:
    wrong = {
        "description": "x",
        "billingPolicy": percentage(130, remainingBalanceChargeTimeAfterCheckout="soon"),
    }
    refused = await merchant.refused(
        "createPurchaseOptionGroup",
        purchaseOptionGroupInput={"merchantCode": "", "purchaseOptionsToCreate": [wrong]},
        resourceAssignmentType="VARIANTS",
        resources={"productVariantIds": ["46", "x"], "productTags": ["turbo"]},
    )
    policy = ["purchaseOptionGroupInput", "purchaseOptionsToCreate", "0", "billingPolicy"]
    assert refused == [
        ["purchaseOptionGroupInput", "merchantCode"],
        ["purchaseOptionGroupInput", "lineItemDescriptor"],
        [*policy, "checkoutCharge", "value", "percentage"],
        [*policy, "remainingBalanceChargeTimeAfterCheckout"],
        ["resources", "productTags"],
        ["resources", "productVariantIds", "1"],
    ]


async def test_a_mutation_without_a_mark_has_none(merchant: Merchant) -> None:
    assert (await merchant.mutate("deletePurchaseOptionGroup", id="0", clientMutationId=None))["errors"]
    text = 'mutation { deletePurchaseOptionGroup(input: {id: "0"}) { clientMutationId } }'
    assert (await merchant.ask(text))["deletePurchaseOptionGroup"] == {"clientMutationId": None}


async def test_a_currency_that_the_contract_does_not_know(merchant: Merchant, monkeypatch: Any) -> None:
    from api.downpay import mapping

    monkeypatch.setattr(mapping, "CURRENCIES", frozenset({"USD"}))
    page = await merchant.query("purchaseOptionGroups")
    values = [
        o["billingPolicy"]["checkoutCharge"]["value"] for g in page["nodes"] for o in g["purchaseOptions"]
    ]
    assert {v["currencyCode"] for v in values if "currencyCode" in v} == {"XXX"}


async def test_the_document_s_own_requests_are_not_too_much(world: World, merchant: Merchant) -> None:
    assert (await scope_by_key(DEMO, "downpay")).code == "demo"
    for name, variables in (
        ("purchaseOptionGroups", {"first": 987, "last": None, "after": None, "before": None}),
        ("purchaseOptionGroup", {"id": 4}),
    ):
        status, body = await merchant.send({"query": document("query", name), "variables": variables})
        assert status == 200, body
