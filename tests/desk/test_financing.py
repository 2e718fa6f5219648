"""Financing at the desk: sessions are found, read with all that was decided and told, and called off before they are orders."""

from collections.abc import Awaitable, Callable

from models import AuditEntry, FinancingApplication
from tests.conftest import World
from tests.desk.conftest import Chrome, Visitor
from tests.financing.conftest import Dealer, dealer
from tests.financing.hands import AMA, accepted, approved, at_the_lender, checked_out

__all__ = ["dealer"]

AsRole = Callable[..., Awaitable[Visitor]]
HOSTILE = "<script>alert(1)</script>"


async def path_of(order_id: str) -> str:
    return f"/admin/financing/{(await FinancingApplication.get(uid=order_id)).id}"


async def test_a_session_is_found_and_read_from_its_beginning_to_its_order(
    as_role: AsRole, world: World, dealer: Dealer
) -> None:
    session, other = await checked_out(dealer), await dealer.create(customer={**AMA, "lastName": HOSTILE})
    await world.drain()
    desk = await as_role("desk")
    for words in ("241234567", session["orderCode"], session["id"]):
        text = await desk.get(f"/admin/financing?q={words}")
        assert desk.status == 200 and session["orderCode"] in text and "GHS 600.02" in text, words
    assert session["orderCode"] not in await desk.get("/admin/financing?state=Open")
    text = await desk.get(await path_of(session["id"]))
    for words in (
        "Ama Mensah",
        "Seat",
        "Fulfilled",
        "3 months",
        "GHS 200.01",
        "Checked out",
        session["orderCode"],
    ):
        assert words in text, words
    async with desk.session.get(f"{world.settings.base_url}{await path_of(other['id'])}") as answer:
        assert HOSTILE not in await answer.text()


async def test_the_desk_sees_which_webhooks_told_of_it(as_role: AsRole, world: World, dealer: Dealer) -> None:
    owner = await as_role("owner")
    await owner.act(
        "/admin/settings/webhooks",
        "create",
        url="https://example.com/hook",
        topics="financing.*",
        description="",
    )
    session = await dealer.create(customer=AMA)
    text = await owner.get(await path_of(session["id"]))
    assert "Webhook to https://example.com/hook" in text


async def test_a_session_is_called_off_until_it_is_an_order(
    as_role: AsRole, world: World, dealer: Dealer
) -> None:
    support, desk = await as_role("support"), await as_role("desk")
    for make in (approved, accepted):
        session = await make(dealer)
        path = await path_of(session["id"])
        assert "Cancel session" not in await support.get(path) and support.status == 200
        await support.act(path, "call_off", sure="yes")
        assert support.status == 403
        text = await desk.act(path, "call_off", sure="yes", reason="Changed their mind")
        assert "Session cancelled." in text and "Changed their mind" in text
        await world.drain()
        assert (await dealer.order(session["id"]))["status"] == "Cancelled"
        assert (await at_the_lender(world, session))["status"] == "withdrawn"
    assert await AuditEntry.filter(noun="financing_application", act="cancelled").count() == 2
    session = await checked_out(dealer)
    path = await path_of(session["id"])
    assert "Cancel session" not in await desk.get(path)
    await desk.act(path, "call_off", sure="yes")
    assert desk.status == 409
    assert (await dealer.order(session["id"]))["status"] == "CheckedOut"


async def test_the_pages_are_faultless_in_a_browser(chrome: Chrome, dealer: Dealer) -> None:
    session = await checked_out(dealer)
    await chrome.sign_in_as("desk")
    for path in ("/admin/financing", await path_of(session["id"])):
        await chrome.open(path)
        await chrome.faultless()
