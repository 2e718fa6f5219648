"""Sellers at the desk: who wants a shop is looked at, let in or turned down; what they are owed is paid."""

import pytest

from core.db import execute
from models import Payout, Seller, SellerApplication, StaffUser
from services.sellers.files import keep_picture, keep_registration
from services.shipping import methods_of
from services.tenants import Scope, scope_by_code
from tests.admin.test_sellers import PDF
from tests.conftest import World
from tests.desk.test_every_page import AsRole
from tests.hostile_pictures import picture
from tests.sellers.hands import buy_of, variants_of_sellers
from tests.services.helpers import a_buyer


@pytest.fixture
async def demo(world: World) -> Scope:
    return await scope_by_code("demo", "test")


async def applied(scope: Scope, shop: str = "Ama <b>Parts</b>") -> SellerApplication:
    return await SellerApplication.create(
        platform_id=scope.platform_id,
        environment="test",
        shop_name=shop,
        full_name="Ama Owusu",
        phone="+233241234567",
        email="ama@shop.example",
        tin="P0001234567",
        registration_path=await keep_registration("papers.pdf", PDF),
        picture_path=await keep_picture("me.png", picture()),
    )


async def test_who_wants_a_shop_is_looked_at_and_let_in(world: World, as_role: AsRole, demo: Scope) -> None:
    one = await applied(demo)
    visitor = await as_role("owner")
    assert "1 waiting to be reviewed" in await visitor.get("/admin/sellers")
    assert "Ama Owusu" in await visitor.get("/admin/registrations")
    path = f"/admin/registrations/{one.id}"
    text = await visitor.get(path)
    assert "Ama <b>Parts</b>" in text and f"{path}/picture" in text
    async with visitor.session.get(f"{world.settings.base_url}{path}/paper") as answer:
        assert await answer.read() == PDF and answer.content_type == "application/pdf"
        assert answer.headers["Content-Disposition"].startswith("attachment")
    async with visitor.session.get(f"{world.settings.base_url}{path}/picture") as answer:
        assert answer.status == 200 and answer.content_type.startswith("image/")
    text = await visitor.act(path, "approve")
    assert "is sent a user name" in text and 'value="approve"' not in text
    sent = await world.until(lambda: world.outbox("+233241234567"))
    staff = await StaffUser.get(email="ama@shop.example")
    assert staff.role == "seller" and staff.must_change_password and staff.email in sent[0]["text"]


async def test_who_is_turned_down_is_told_why(world: World, as_role: AsRole, demo: Scope) -> None:
    one = await applied(demo)
    visitor = await as_role("owner")
    path = f"/admin/registrations/{one.id}"
    await visitor.act(path, "reject", reason=" ")
    assert visitor.status == 400
    assert "Rejected. The applicant is told why." in await visitor.act(
        path, "reject", reason="The papers are another's."
    )
    sent = await world.until(lambda: world.outbox("+233241234567"))
    assert "The papers are another's." in sent[0]["text"]
    assert "No registrations found." in await visitor.get("/admin/registrations")
    assert "Ama Owusu" in await visitor.get("/admin/registrations?q=ama@shop")


async def test_shops_are_opened_changed_and_closed(as_role: AsRole, demo: Scope) -> None:
    visitor = await as_role("owner")
    await visitor.act("/admin/sellers", "create", name="Night Shop", commission="7.5")
    path = visitor.at
    shop = await Seller.get(name="Night Shop")
    assert path == f"/admin/sellers/{shop.id}" and shop.commission_ppm == 75_000
    text = await visitor.act(path, "change", name="Day Shop", commission="a lot")
    assert visitor.status == 400 and "Write a percentage like 7.5." in text
    await visitor.act(path, "change", name="Day Shop")
    await shop.refresh_from_db()
    assert (shop.name, shop.commission_ppm) == ("Day Shop", None)
    await visitor.act(path, "close", sure="yes")
    assert visitor.at == "/admin/sellers" and "Day Shop" not in await visitor.get("/admin/sellers")


async def test_what_is_due_is_put_into_payouts_and_paid(as_role: AsRole, demo: Scope) -> None:
    await execute("UPDATE platform SET payout_hold_days = 0")
    mine = (
        await Seller.filter(platform_id=demo.platform_id, environment="test", deleted_at=None)
        .order_by("-id")
        .first()
    )
    shop, variant = (await variants_of_sellers(demo, 3))[0]
    buyer = await a_buyer(demo, balance_minor=10**9, pin=True)
    await buy_of(buyer, variant, ways=[(await methods_of(demo))[0].id])
    visitor = await as_role("finance")
    page = await visitor.get("/admin/payouts")
    key = page.partition('name="key" value="')[2].partition('"')[0]
    assert "Payouts created: 1." in await visitor.act("/admin/payouts", "batch", key=key)
    await visitor.act("/admin/payouts", "batch", key=key)
    payout = await Payout.get()
    assert payout.seller_id == shop, "the same form twice is one batch"
    path = f"/admin/payouts/{payout.id}"
    assert "To be paid" in await visitor.get(path)
    assert "payout,seller,date" in await visitor.get(f"{path}/statement")
    assert "Marked as paid." in await visitor.act(path, "paid", reference="BANK-77")
    assert "BANK-77" in await visitor.get("/admin/payouts?state=Paid")
    seller = await as_role("seller")
    await seller.get(path)
    assert seller.status == (200 if mine.id == shop else 404), "a seller sees their own alone"
    assert "Create payouts" not in await seller.get("/admin/payouts")
