"""The door opens to a merchant's token and to nothing else, and shows each merchant what is theirs."""

from typing import Any

import pytest

from core.clock import now
from models import ApiKey
from services.tenants import hash_key
from tests.conftest import World
from tests.downpay.conftest import PATH, Merchant, group, made

ASK = {"query": "{ purchaseOptionGroups { nodes { id } } }"}


@pytest.mark.parametrize(
    "credentials",
    [
        None, "", "Token", "Token ", "dp_test_demo", "Bearer dp_test_demo", "Token mk_test_demo", "Token ks_test_demo",
        "Token dp_test_dem", "Token dp_test_demo dp_test_demo", "Token é", "Token " + "x" * 4000,
    ],
)  # fmt: skip
async def test_without_a_merchant_s_token_nothing_is_shown(world: World, credentials: str | None) -> None:
    headers = {} if credentials is None else {"Authorization": credentials}
    for query in (ASK["query"], "{ __schema { types { name } } }", "{ __typename }"):
        async with world.http.post(PATH, json={"query": query}, headers=headers) as answer:
            assert answer.status == 401
            body = await answer.json()
        assert list(body) == ["errors"]
        assert body["errors"][0]["extensions"] == {"code": "NOT_SIGNED_IN", "field": "Authorization"}


async def test_the_scheme_is_read_whatever_its_case(merchant: Merchant) -> None:
    assert (await merchant.send(ASK, Authorization="token dp_test_demo"))[0] == 200


async def test_a_merchant_s_token_opens_no_other_door(world: World) -> None:
    shop = {"query": "{ activeChannel { code } }"}
    async with world.http.post("/shop-api", json=shop, headers={"x-api-key": "dp_test_demo"}) as answer:
        assert answer.status == 401
    async with world.http.get("/api/CustomerProduct", headers={"x-api-key": "dp_test_demo"}) as answer:
        assert answer.status == 401


async def test_a_revoked_token_is_none(world: World, merchant: Merchant) -> None:
    await ApiKey.filter(key_hash=hash_key("dp_test_demo")).update(revoked_at=now())
    assert (await merchant.send(ASK))[0] == 401


async def test_a_browser_is_shown_the_explorer(world: World) -> None:
    async with world.http.get(PATH, headers={"Accept": "text/html"}) as answer:
        page = await answer.text()
    assert "Downpay API" in page and "Token …" in page
    async with world.http.get("/") as answer:
        assert f'href="{PATH}"' in await answer.text()


async def test_another_merchant_sees_and_changes_nothing(merchant: Merchant, stranger: Merchant) -> None:
    products = await made(merchant, productIds=["7"])
    variants = await made(merchant, "VARIANTS", productVariantIds=["46"])
    tags = await made(merchant, "TAGS", productTags=["turbo"])
    assert (await stranger.query("purchaseOptionGroups"))["nodes"] == []
    assert await stranger.query("purchaseOptionGroup", id=products["id"]) is None
    option = products["purchaseOptions"][0]["id"]
    for name, given, path in (
        ("deletePurchaseOptionGroup", {"id": products["id"]}, ["id"]),
        ("purchaseOptionGroupAddProducts", {"id": products["id"], "productIds": ["8"]}, ["id"]),
        ("purchaseOptionGroupRemoveProducts", {"id": products["id"], "productIds": ["7"]}, ["id"]),
        ("purchaseOptionGroupAddProductVariants", {"id": variants["id"], "productVariantIds": ["1"]}, ["id"]),
        (
            "purchaseOptionGroupRemoveProductVariants",
            {"id": variants["id"], "productVariantIds": ["46"]},
            ["id"],
        ),
        ("purchaseOptionGroupAddTags", {"id": tags["id"], "productTags": ["brakes"]}, ["id"]),
        ("purchaseOptionGroupRemoveTags", {"id": tags["id"], "productTags": ["turbo"]}, ["id"]),
        (
            "updatePurchaseOptionGroup",
            {"purchaseOptionGroupInput": {"id": products["id"], "merchantCode": "mine"}},
            ["purchaseOptionGroupInput", "id"],
        ),
    ):
        assert await stranger.refused(name, **given) == [path]
    mine = await made(stranger, "TAGS", productTags=["turbo"])
    assert (mine["productCount"], mine["products"]) == (0, [])
    takeover: dict[str, Any] = {"id": mine["id"], "purchaseOptionsToDelete": [option]}
    assert await stranger.refused("updatePurchaseOptionGroup", purchaseOptionGroupInput=takeover) == [
        ["purchaseOptionGroupInput", "purchaseOptionsToDelete", "0"]
    ]
    assert await stranger.refused(
        "createPurchaseOptionGroup",
        purchaseOptionGroupInput=group(),
        resourceAssignmentType="VARIANTS",
        resources={"productVariantIds": ["46"]},
    ) == [["resources", "productVariantIds", "0"]]
    for before in (products, variants, tags):
        assert await merchant.query("purchaseOptionGroup", id=before["id"]) == before
