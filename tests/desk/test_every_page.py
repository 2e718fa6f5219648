"""Every page of the desk and everything that can be done on it: who may, and that nobody reaches what is another's.

The tables below say who; a page or an act that they don't know fails.
"""

from collections.abc import Awaitable, Callable
from typing import Any, get_args, get_origin

import pytest

from api.desk.book import PAGES as BOOK
from api.desk.pages import Act, Page
from core.db import fetch
from services.staff.permissions import ROLES
from services.tenants import scope_by_code
from tests.admin.test_every_root import what_there_is
from tests.desk.conftest import Visitor

AsRole = Callable[..., Awaitable[Visitor]]
ANYBODY = set(ROLES)
OWNER = {"owner"}
TALKING = {"owner", "desk", "support"}
KNOWING = TALKING | {"finance"}
READING = {"owner", "desk", "finance", "support", "seller"}
SALES = {"owner", "desk", "finance", "seller"}
ORDER = "/orders/{id:[0-9]{1,18}}"
MONEY = {"owner", "finance"}
GOODS = {"owner", "catalogue"}
SELLING = GOODS | {"seller"}
SEEING_GOODS = SELLING | {"desk", "support"}

# A page: the table of the row that its path names, and the roles that may see it.
PAGES: dict[str, tuple[str, set[str]]] = {
    "": ("", ANYBODY),
    "/orders": ("", READING),
    ORDER: ("customer_order", READING),
    f"{ORDER}/receipt.pdf": ("customer_order", READING),
    "/financing": ("", KNOWING),
    "/financing/{id:[0-9]{1,18}}": ("financing_application", KNOWING),
    "/products": ("", SEEING_GOODS),
    "/products/new": ("", SELLING),
    "/products/{id:[0-9]{1,18}}": ("product", SEEING_GOODS),
    "/shelves": ("", SEEING_GOODS),
    "/shelves/{id:[0-9]{1,18}}": ("category", SEEING_GOODS),
    "/facets": ("", SEEING_GOODS),
    "/facets/{id:[0-9]{1,18}}": ("facet", SEEING_GOODS),
    "/stock": ("", SEEING_GOODS),
    "/imports": ("", SELLING),
    "/imports/{id:[0-9]{1,18}}": ("import_run", SELLING),
    "/imports/{id:[0-9]{1,18}}/problems": ("import_run", SELLING),
    "/export": ("", SEEING_GOODS),
    "/sellers": ("", {"owner", "catalogue", "desk", "finance", "seller"}),
    "/sellers/{id:[0-9]{1,18}}": ("seller", {"owner", "catalogue", "desk", "finance", "seller"}),
    "/registrations": ("", OWNER),
    "/registrations/{id:[0-9]{1,18}}": ("seller_application", OWNER),
    "/registrations/{id:[0-9]{1,18}}/paper": ("seller_application", OWNER),
    "/registrations/{id:[0-9]{1,18}}/picture": ("seller_application", OWNER),
    "/payouts": ("", MONEY | {"seller"}),
    "/payouts/{id:[0-9]{1,18}}": ("payout", MONEY | {"seller"}),
    "/payouts/{id:[0-9]{1,18}}/statement": ("payout", MONEY | {"seller"}),
    "/people": ("", OWNER),
    "/people/{id:[0-9]{1,18}}": ("staff_user", OWNER),
    "/audit": ("", {"owner", "finance"}),
    "/account": ("", ANYBODY),
    "/settings": ("", OWNER),
    "/settings/keys": ("", OWNER),
    "/settings/webhooks": ("", OWNER),
    "/settings/webhooks/{id:[0-9]{1,18}}": ("webhook_endpoint", OWNER),
    "/settings/texts": ("", OWNER),
    "/settings/providers": ("", OWNER),
    "/settings/delivery": ("", {"owner", "seller"}),
    "/settings/delivery/{id:[0-9]{1,18}}": ("shipping_method", {"owner", "seller"}),
    "/settings/promotions": ("", {"owner", "catalogue"}),
    "/settings/promotions/{id:[0-9]{1,18}}": ("promotion", {"owner", "catalogue"}),
    "/settings/terms": ("", OWNER),
    "/settings/terms/{id:[0-9]{1,18}}": ("purchase_option_group", OWNER),
    "/customers": ("", KNOWING),
    "/customers/{id:[0-9]{1,18}}": ("customer", KNOWING),
    "/inbox": ("", TALKING),
    "/inbox/{id:[0-9]{1,18}}": ("support_thread", TALKING),
    "/finance": ("", MONEY),
    "/finance/accounts": ("", MONEY),
    "/finance/accounts/{id:[0-9]{1,18}}": ("ledger_account", MONEY),
    "/finance/suspense": ("", MONEY),
    "/finance/reconciliations": ("", MONEY),
    "/finance/reconciliations/{id:[0-9]{1,18}}": ("reconciliation", MONEY),
}
# What is done on it, and the roles that may.
ACTS: dict[tuple[str, str], set[str]] = {
    (ORDER, "call_off"): SALES,
    (ORDER, "note"): SALES,
    (ORDER, "fulfil"): SALES,
    (ORDER, "move"): SALES,
    (ORDER, "ask_carriers"): SALES,
    (ORDER, "book_at"): SALES,
    (ORDER, "carry"): SALES,
    (ORDER, "refund"): SALES,
    (ORDER, "settle_refund"): SALES,
    (ORDER, "move_due"): SALES,
    (ORDER, "collect"): SALES,
    ("/financing/{id:[0-9]{1,18}}", "call_off"): MONEY | {"desk"},
    ("/products/new", "create"): SELLING,
    **{
        ("/products/{id:[0-9]{1,18}}", act): SELLING
        for act in (
            "words",
            "translate",
            "publish",
            "delete",
            "add_variant",
            "variant",
            "take_variant",
            "picture",
            "alt",
            "move",
            "add_car",
            "take_car",
            "facets",
            "add_group",
            "group",
            "take_group",
            "add_option",
            "option",
            "take_option",
        )
    },
    ("/shelves", "create"): GOODS,
    ("/shelves/{id:[0-9]{1,18}}", "words"): GOODS,
    ("/shelves/{id:[0-9]{1,18}}", "delete"): GOODS,
    ("/facets", "create"): GOODS,
    **{
        ("/facets/{id:[0-9]{1,18}}", act): GOODS
        for act in ("words", "delete", "add_value", "value", "take_value")
    },
    ("/stock", "count"): SELLING,
    ("/imports", "upload"): SELLING,
    ("/imports/{id:[0-9]{1,18}}", "cancel"): SELLING,
    ("/imports/{id:[0-9]{1,18}}", "take"): SELLING,
    ("/sellers", "create"): OWNER,
    ("/sellers/{id:[0-9]{1,18}}", "change"): OWNER,
    ("/sellers/{id:[0-9]{1,18}}", "close"): OWNER,
    ("/registrations/{id:[0-9]{1,18}}", "approve"): OWNER,
    ("/registrations/{id:[0-9]{1,18}}", "reject"): OWNER,
    ("/payouts", "batch"): MONEY,
    ("/payouts/{id:[0-9]{1,18}}", "paid"): MONEY,
    ("/people", "invite"): OWNER,
    ("/people", "require"): OWNER,
    ("/people/{id:[0-9]{1,18}}", "role"): OWNER,
    ("/people/{id:[0-9]{1,18}}", "password"): OWNER,
    ("/people/{id:[0-9]{1,18}}", "factor"): OWNER,
    ("/people/{id:[0-9]{1,18}}", "leave"): OWNER,
    ("/finance/reconciliations", "look"): MONEY,
    ("/finance/reconciliations", "begin"): MONEY,
    ("/finance/reconciliations", "upload"): MONEY,
    ("/finance/reconciliations/{id:[0-9]{1,18}}", "again"): MONEY,
    ("/account", "name"): ANYBODY,
    ("/account", "password"): ANYBODY,
    ("/account", "confirm"): ANYBODY,
    ("/account", "renew"): ANYBODY,
    ("/account", "turn_off"): ANYBODY,
    ("/account", "end"): ANYBODY,
    ("/account", "end_others"): ANYBODY,
    ("/settings", "shop"): OWNER,
    ("/settings", "deposits"): OWNER,
    ("/settings/keys", "create"): OWNER,
    ("/settings/keys", "rotate"): OWNER,
    ("/settings/keys", "revoke"): OWNER,
    ("/settings/webhooks", "create"): OWNER,
    ("/settings/webhooks/{id:[0-9]{1,18}}", "write"): OWNER,
    ("/settings/webhooks/{id:[0-9]{1,18}}", "secret"): OWNER,
    ("/settings/webhooks/{id:[0-9]{1,18}}", "test"): OWNER,
    ("/settings/webhooks/{id:[0-9]{1,18}}", "replay"): OWNER,
    ("/settings/webhooks/{id:[0-9]{1,18}}", "replay_failed"): OWNER,
    ("/settings/webhooks/{id:[0-9]{1,18}}", "delete"): OWNER,
    ("/settings/texts", "write"): OWNER,
    ("/settings/texts", "reset"): OWNER,
    ("/settings/delivery", "create"): {"owner", "seller"},
    ("/settings/delivery/{id:[0-9]{1,18}}", "write"): {"owner", "seller"},
    ("/settings/delivery/{id:[0-9]{1,18}}", "delete"): {"owner", "seller"},
    ("/settings/promotions", "create"): OWNER,
    ("/settings/promotions/{id:[0-9]{1,18}}", "write"): OWNER,
    ("/settings/promotions/{id:[0-9]{1,18}}", "end"): OWNER,
    ("/settings/terms", "create"): OWNER,
    ("/settings/terms/{id:[0-9]{1,18}}", "write"): OWNER,
    ("/settings/terms/{id:[0-9]{1,18}}", "add"): OWNER,
    ("/settings/terms/{id:[0-9]{1,18}}", "retire"): OWNER,
    ("/settings/terms/{id:[0-9]{1,18}}", "delete"): OWNER,
    ("/customers/{id:[0-9]{1,18}}", "lock"): TALKING,
    ("/customers/{id:[0-9]{1,18}}", "unlock"): TALKING,
    ("/customers/{id:[0-9]{1,18}}", "correct"): TALKING,
    ("/customers/{id:[0-9]{1,18}}", "close"): {"owner", "desk"},
    ("/customers/{id:[0-9]{1,18}}", "export"): {"owner", "desk"},
    ("/customers/{id:[0-9]{1,18}}", "flag"): {"owner", "support"},
    ("/customers/{id:[0-9]{1,18}}", "believe"): {"owner", "support"},
    ("/inbox/{id:[0-9]{1,18}}", "take"): TALKING,
    ("/inbox/{id:[0-9]{1,18}}", "take_over"): TALKING,
    ("/inbox/{id:[0-9]{1,18}}", "hand_back"): TALKING,
    ("/inbox/{id:[0-9]{1,18}}", "answer"): TALKING,
    ("/inbox/{id:[0-9]{1,18}}", "close"): TALKING,
}
# Pages that all sellers of a platform may look at, whoever's the row is.
SHARED: set[str] = {"/shelves/{id:[0-9]{1,18}}", "/facets/{id:[0-9]{1,18}}"}
# What a field of a form names, where it isn't the page's own row.
NAMED = {
    "seller_id": "seller",
    "payment_id": "payment",
    "refund_id": "refund",
    "fulfillment_id": "fulfillment",
    "key_id": "api_key",
    "delivery_id": "webhook_delivery",
    "option_id": "purchase_option",
    "channel_id": "channel_identity",
    "variant_id": "variant",
    "asset_id": "asset",
    "category_id": "category",
    "parent_id": "category",
    "car_id": "fitment",
    "facet_value_id": "facet_value",
    "group_id": "option_group",
    "product_option_id": "option",
    "choice": "option",
}
NOBODYS = 10**17
REFUSED = {400, 402, 403, 404, 409}


def addressed(page: Page, row: int) -> str:
    """The page's address with a row's number in it."""
    start, brace, rest = page.address.partition("{id:[0-9]{1,18}}")
    return f"{start}{row}{rest}" if brace else start


def filled(act: Act, noun: str, ids: dict[str, int]) -> dict[str, str]:
    """A form with something in every field."""
    found: dict[str, str] = {}
    for name, about in act.form.model_fields.items():
        kind: Any = about.annotation
        options = get_args(kind)
        if str(get_origin(kind)) == "typing.Literal":
            found[name] = str(options[0])
        elif kind is int or int in options:
            found[name] = str(ids.get(NAMED.get(name, noun), 1))
        elif kind is bool:
            found[name] = "yes"
        else:
            found[name] = "x"
    return found


async def send(visitor: Visitor, page: Page, act: str, row: int, **fields: str) -> int:
    token = await visitor.csrf("/admin/account")
    await visitor.post(addressed(page, row), {"csrf": token, "act": act, **fields}, follow=False)
    return visitor.status


def test_the_tables_know_every_page_and_every_act() -> None:
    assert {page.path for page in BOOK} == set(PAGES)
    assert {(page.path, act) for page in BOOK for act in page.acts} == set(ACTS)
    assert all(("{id" in page.path) == bool(PAGES[page.path][0]) for page in BOOK)


async def test_nobody_sees_or_does_anything_without_signing_in(visitor: Visitor) -> None:
    token = await visitor.csrf("/admin/sign-in")
    for page in BOOK:
        await visitor.get(addressed(page, 1))
        assert visitor.at.startswith("/admin/sign-in"), page.path
        for act in page.acts:
            await visitor.post(addressed(page, 1), {"csrf": token, "act": act})
            assert visitor.at.startswith("/admin/sign-in"), (page.path, act)


@pytest.mark.parametrize("shop", ["demo", "kasuwa"])
@pytest.mark.parametrize("role", ROLES)
async def test_a_role_sees_and_does_what_it_may_and_is_refused_the_rest(
    as_role: AsRole, role: str, shop: str
) -> None:
    visitor = await as_role(role, shop)
    menu = await visitor.get("/admin/account")
    for page in BOOK:
        noun, roles = PAGES[page.path]
        text = await visitor.get(addressed(page, NOBODYS))
        expected = 403 if role not in roles else 404 if noun else 200
        assert visitor.status == expected, (page.path, visitor.status, text[:3000])
        if page.nav:
            assert (f'href="{page.address}"' in menu) == (role in roles), page.path
        for act in page.acts:
            if (page.path, act) == ("/account", "end_others"):
                continue  # it does what it says
            status = await send(visitor, page, act, NOBODYS)
            assert (status == 403) == (role not in ACTS[page.path, act] or role not in roles), (
                page.path,
                act,
                status,
            )


async def test_no_form_is_taken_without_its_token(as_role: AsRole) -> None:
    visitor, other = await as_role("owner"), await as_role("owner", "kasuwa")
    theirs = await other.csrf("/admin/account")
    for page in BOOK:
        for act in page.acts:
            for token in ("", "0" * 32, theirs):
                await visitor.post(addressed(page, 1), {"csrf": token, "act": act}, follow=False)
                assert visitor.status == 403, (page.path, act)


async def rows(ids: dict[str, int]) -> dict[str, Any]:
    return {noun: await fetch(f"SELECT * FROM {noun} WHERE id = $1", row) for noun, row in ids.items()}


@pytest.mark.parametrize(("where", "role"), [("kasuwa", "owner"), ("demo", "seller")])
async def test_what_is_anothers_is_as_unknown_as_what_is_not_there(
    as_role: AsRole, where: str, role: str
) -> None:
    """For an owner what another platform has; for a seller what another seller of the same has."""
    scope = await scope_by_code(where, "test")
    visitor = await as_role(role)
    theirs = await what_there_is(scope)
    (order,) = await fetch("SELECT code FROM customer_order WHERE id = $1", theirs["customer_order"])
    before = await rows(theirs)
    for page in BOOK:
        noun, roles = PAGES[page.path]
        if role not in roles or (role == "seller" and page.path in SHARED):
            continue
        text = await visitor.get(addressed(page, theirs.get(noun, NOBODYS)))
        assert visitor.status == (404 if noun else 200), (page.path, visitor.status)
        assert order["code"] not in text, page.path
        for name, act in page.acts.items():
            if noun or any(field in NAMED for field in act.form.model_fields):
                status = await send(
                    visitor, page, name, theirs.get(noun, NOBODYS), **filled(act, noun, theirs)
                )
                assert status in REFUSED, (page.path, name, status)
    assert await rows(theirs) == before
