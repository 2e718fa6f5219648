"""An owner keeps the shop's settings at the desk, and what they write holds at every door."""

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from core import clock
from core.db import fetch, fetch_one
from services.notifications import queue_message
from services.tenants import scope_by_code
from tests.browsers import in_a_browser
from tests.desk.conftest import Chrome, Visitor
from tests.outgoing.receiver import is_signed, receiving

if TYPE_CHECKING:
    from tests.conftest import World

AsRole = Callable[..., Awaitable[Visitor]]
SHOP = {
    "name": "Abosokai Market",
    "default_gateway": "connected-payment-method",
    "commission": "7.25",
    "payout_hold_days": "3",
    "account_days": "30",
}
CODE = re.compile(r'class="code"><strong>([^<]+)</strong>')


async def platform() -> dict[str, Any]:
    row = await fetch_one("SELECT * FROM platform WHERE code = 'demo'")
    assert row
    return row


async def test_what_is_settled_of_the_shop_holds_at_once(as_role: AsRole) -> None:
    owner = await as_role("owner")
    shown = await owner.act("/admin/settings", "shop", **SHOP)
    assert owner.status == 200 and "Abosokai Market" in shown and "Saved for both" in shown
    row = await platform()
    assert (row["name"], row["commission_ppm"], row["payout_hold_days"], row["account_days"]) == (
        "Abosokai Market",
        72_500,
        3,
        30,
    )
    assert not row["guest_checkout"], "a box that isn't ticked"
    scope = await scope_by_code("demo", "test")
    assert (scope.name, scope.guest_checkout) == ("Abosokai Market", False)
    await owner.act("/admin/settings", "deposits", deposit_policy="part", deposit_kept="12.5")
    row = await platform()
    assert (row["deposit_policy"], row["deposit_kept_ppm"]) == ("part", 125_000)
    assert "→ 125000" in await owner.get("/admin/audit?noun=platform")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"commission": "101"}, "commission"),
        ({"commission": "1.00001"}, "commission"),
        ({"commission": "x"}, "commission"),
        ({"payout_hold_days": "-1"}, "payout_hold_days"),
        ({"account_days": "366"}, "account_days"),
        ({"name": "x" * 121}, "name"),
        ({"default_gateway": "nobody"}, "default_gateway"),
    ],
)
async def test_a_wrong_setting_is_said_beside_its_field_and_writes_nothing(
    as_role: AsRole, wrong: dict[str, str], field: str
) -> None:
    owner, before = await as_role("owner"), await platform()
    shown = await owner.act("/admin/settings", "shop", **(SHOP | wrong))
    assert owner.status == 400 and f'id="shop-{field}-wrong"' in shown
    assert await platform() == before


async def test_a_key_is_shown_once_followed_by_another_and_revoked(as_role: AsRole, world: "World") -> None:
    owner = await as_role("owner")

    async def opens(key: str) -> bool:
        answer = await world.http.get("/api/CustomerProduct/categories", headers={"x-api-key": key})
        return answer.status != 401

    page = "/admin/settings/keys"
    first = CODE.findall(await owner.act(page, "create", label="Till", audience="shop"))[0]
    assert first.startswith("mk_test_") and await opens(first)
    assert first not in await owner.get(page) and first[-4:] in await owner.get(page)
    assert first not in str(await fetch("SELECT * FROM api_key"))
    (row,) = await fetch("SELECT id FROM api_key WHERE label = 'Till'")
    second = CODE.findall(await owner.act(page, "rotate", key_id=row["id"], hours="24"))[0]
    assert second != first and await opens(first) and await opens(second)
    clock.travel(timedelta(hours=24, minutes=1))
    # A key is known for ten seconds at every process.
    from core.cache import clear_caches

    clear_caches()
    assert not await opens(first) and await opens(second)
    owner = await as_role("owner")
    (row,) = await fetch("SELECT MAX(id) AS id FROM api_key")
    await owner.act(page, "revoke", key_id=row["id"])
    assert not await opens(second)
    await owner.act(page, "rotate", key_id=row["id"], hours="24")
    assert owner.status == 400, "what is over has no next one"


async def test_a_dealer_is_given_an_id_and_a_key_that_open_the_financing_door_together(
    as_role: AsRole, world: "World"
) -> None:
    owner = await as_role("owner")
    shown = await owner.act("/admin/settings/keys", "create", label="Dealer", audience="financing")
    dealer, key = CODE.findall(shown)
    query = {"query": "mutation { createOrder(input: {}) { order { id } orderErrors { __typename } } }"}

    async def let_in(**headers: str) -> bool:
        answer = await world.http.post("/financing/graphql", json=query, headers=headers)
        return "UnauthorizedError" not in await answer.text()

    assert await let_in(**{"public-dealer-id": dealer, "private-api-key": key})
    assert not await let_in(**{"public-dealer-id": "dealer_1", "private-api-key": key})


async def test_an_endpoint_is_made_tested_seen_in_the_log_and_told_again(
    as_role: AsRole, world: "World"
) -> None:
    owner = await as_role("owner")
    async with receiving() as receiver:
        shown = await owner.act(
            "/admin/settings/webhooks", "create", url=receiver.url, description="Stock", topics="*"
        )
        secret = CODE.findall(shown)[0]
        (row,) = await fetch("SELECT id FROM webhook_endpoint")
        page = f"/admin/settings/webhooks/{row['id']}"
        assert secret not in await owner.get(page)
        await owner.act(page, "test")
        await world.drain()
        assert is_signed(receiver.got[0], secret)
        receiver.way = "fails"
        await owner.act(page, "test")
        await world.drain()
        log = await owner.get(page)
        assert "HTTP 500" in log and "says 500" in log and "Delivered" in log and "Waiting" in log
        assert "HTTP 500" not in await owner.get(f"{page}?state=Delivered")
        (done,) = await fetch("SELECT id FROM webhook_delivery WHERE state = 'Delivered'")
        receiver.way = "takes"
        await owner.act(page, "replay", delivery_id=done["id"])
        await world.drain()
        assert len({got.id for got in receiver.got}) == 2 and len(receiver.got) == 3
        new = CODE.findall(await owner.act(page, "secret", hours="0"))[0]
        assert new != secret
        receiver.way = "is gone"
        await owner.act(page, "test")
        await world.drain()
        assert "Turned off" in await owner.get("/admin/settings/webhooks")
        assert receiver.url in await owner.get("/admin"), "the day begins with what is in trouble"
        await owner.act(page, "delete", sure="yes")
        await owner.get(page)
        assert owner.status == 404


async def test_a_message_is_said_in_the_shops_own_words_until_it_is_reset(
    as_role: AsRole, world: "World"
) -> None:
    owner, page = await as_role("owner"), "/admin/settings/texts?template=receipt&language=fr"
    kasuwa = await scope_by_code("kasuwa", "test")
    demo = await scope_by_code("demo", "test")
    params = {"order": "MK1", "amount": "GHS 1.00", "items": "1."}

    async def received(scope: Any, to: str, language: str) -> str:
        await queue_message(scope, channel="sms", to=to, template="receipt", params=params, language=language)
        await world.drain()
        return str((await world.outbox(to))[0]["text"])

    usual = await received(demo, "+233240000001", "fr")
    look = await owner.act(
        page,
        "write",
        template="receipt",
        language="fr",
        subject="Merci",
        text="{shop} : {order}, ẹ!",
        look="yes",
    )
    assert "Makola Demo : MK7KQ2M9, ẹ!" in look and "Makola Demo : MK7KQ2M9, e!" in look and "1 part" in look
    assert await received(demo, "+233240000002", "fr") == usual, "nothing is written by looking"
    await owner.act(
        page, "write", template="receipt", language="fr", subject="Merci", text="{shop} : {order} est payée."
    )
    assert await received(demo, "+233240000003", "fr") == "Makola Demo : MK1 est payée."
    assert await received(demo, "+233240000004", "en") != "Makola Demo : MK1 est payée."
    assert await received(kasuwa, "+2348030000001", "fr") != "Kasuwa Demo : MK1 est payée."
    assert ">Custom<" in await owner.get(page)
    await owner.act(page, "reset", template="receipt", language="fr")
    assert await received(demo, "+233240000005", "fr") == usual


async def test_a_way_of_delivery_is_offered_changed_and_taken_away(as_role: AsRole) -> None:
    owner, page = await as_role("owner"), "/admin/settings/delivery"
    await owner.act(page, "create", name="Okada", code="okada", price="12.50", description="Within the hour")
    assert "GHS 12.50" in await owner.get(page)
    (row,) = await fetch("SELECT id FROM shipping_method WHERE code = 'okada'")
    await owner.act(f"{page}/{row['id']}", "write", name="Okada", price="GHS 15.00")
    (row,) = await fetch("SELECT id, price_minor FROM shipping_method WHERE code = 'okada'")
    assert row["price_minor"] == 1500
    shown = await owner.act(page, "create", name="Other", code="okada", price="x")
    assert owner.status == 400 and 'id="create-price-wrong"' in shown
    shown = await owner.act(page, "create", name="Other", code="okada", price="1")
    assert owner.status == 400 and 'id="create-code-wrong"' in shown
    await owner.act(f"{page}/{row['id']}", "delete", sure="yes")
    assert "Okada" not in await owner.get(page)


async def test_terms_of_sale_are_made_extended_and_retired(as_role: AsRole) -> None:
    owner, page = await as_role("owner"), "/admin/settings/terms"
    group = {"code": "wheels", "descriptor": "Deposit on wheels", "assignment": "TAGS", "what": "turbo"}
    shown = await owner.act(
        page, "create", **group, description="30% now, the rest in 14 days", percent="30", days="14"
    )
    assert "30 percent at checkout, the rest after P14D" in shown
    (row,) = await fetch("SELECT id FROM purchase_option_group WHERE merchant_code = 'wheels'")
    one = f"{page}/{row['id']}"
    shown = await owner.act(one, "add", description="A deposit", amount="25.50", days="7")
    assert "GHS 25.50 per item at checkout, the rest after P7D" in shown
    for wrong in (
        {"percent": "10", "amount": "5", "days": "7"},
        {"days": "7"},
        {"amount": "-5", "days": "7"},
        {"amount": "5"},
    ):
        await owner.act(one, "add", description="Wrong", **wrong)
        assert owner.status == 400, wrong
    assert "percent at checkout, nothing later" in await owner.act(
        one, "add", description="In full", percent="100"
    )
    (first, *_) = await fetch("SELECT id FROM purchase_option WHERE group_id = $1 ORDER BY id", row["id"])
    assert "30 percent at checkout" not in await owner.act(one, "retire", option_id=first["id"])
    shown = await owner.act(
        page, "create", **group | {"what": "no-such-tag"}, description="x", percent="101", days="1"
    )
    assert owner.status == 400 and 'id="create-percent-wrong"' in shown
    await owner.act(one, "delete", sure="yes")
    await owner.get(one)
    assert owner.status == 404


async def test_providers_are_shown_with_how_they_do_and_without_a_secret(
    as_role: AsRole, world: "World"
) -> None:
    owner, demo = await as_role("owner"), await scope_by_code("demo", "test")
    assert "Not used yet" in await owner.get("/admin/settings/providers")
    await queue_message(
        demo, channel="sms", to="+233240000001", template="staff_reply", params={"text": "Hi"}
    )
    await world.drain()
    shown = await owner.get("/admin/settings/providers")
    assert "Africastalking" in shown and ">Working<" in shown
    for secret in ("sk_test_demo", "atsk_demo", "MK_TEST_demo", "monnify-demo", "vt_secret_demo", "1:demo"):
        assert secret not in shown


@in_a_browser
async def test_the_lists_of_the_settings_have_no_fault(chrome: Chrome) -> None:
    await chrome.sign_in()
    for name in ("Providers", "Delivery", "Promotions", "Purchase options"):
        await chrome.page.get_by_role("link", name=name, exact=True).click()
        await chrome.page.get_by_role("heading", level=1, name=name).wait_for()
        await chrome.faultless()
        await chrome.keep(f"settings-{name.lower().replace(' ', '-')}")
        first = chrome.page.locator("main th a").first
        if name != "Providers":
            await first.click()
            await chrome.faultless()
            await chrome.keep(f"settings-{name.lower().replace(' ', '-')}-one")


@in_a_browser
async def test_an_owner_settles_things_in_a_browser(chrome: Chrome) -> None:
    await chrome.sign_in()
    page = chrome.page
    async with receiving() as receiver:
        await page.get_by_role("link", name="Webhooks").click()
        await page.get_by_role("textbox", name="URL").fill(receiver.url)
        await page.get_by_label("Everything").check()
        await page.get_by_role("button", name="Create endpoint").click()
        await page.get_by_text("whsec_").wait_for()
        await chrome.faultless()
        await chrome.keep("webhooks")
        await page.get_by_role("link", name=receiver.url).click()
        await page.get_by_role("button", name="Send a test").click()
        await chrome.world.drain()
        await page.reload()
        await page.locator("summary", has_text="attempts of").first.click()
        await chrome.faultless()
        await chrome.keep("webhook")
    await page.get_by_role("link", name="API keys").click()
    await page.get_by_label("Name", exact=True).fill("Till")
    await page.get_by_role("button", name="Create key").click()
    await page.get_by_text("It is not shown again").wait_for()
    await chrome.faultless()
    await chrome.keep("api-keys")
    await page.get_by_role("link", name="Shop", exact=True).click()
    await chrome.faultless()
    await chrome.keep("shop-settings")
    await page.get_by_role("link", name="Message texts").click()
    await chrome.faultless()
    await page.get_by_role("link", name="Receipt", exact=True).click()
    await page.get_by_label("Text", exact=True).fill("{shop}: {order}, {colour}")
    await page.get_by_role("button", name="Save wording").click()
    await page.get_by_text("is no value of this message").wait_for()
    # The browser itself complains of the refusal.
    assert all("400" in each for each in chrome.troubles)
    chrome.troubles.clear()
    await chrome.faultless()
    await chrome.keep("texts")
