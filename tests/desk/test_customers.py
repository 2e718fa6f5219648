"""Customers at the desk in the browser: found, read, doubted, locked and let go; whatever they wrote is shown as words."""

import io
import zipfile
from collections.abc import Awaitable, Callable
from html.parser import HTMLParser

from core.clock import now
from models import AccountClosing, Address, AuditEntry, ChannelIdentity, Conversation, Customer, SupportThread
from services.buyers import Buyer
from services.carts import add_to_cart
from services.support.threads import tell_staff
from services.tenants import Scope
from tests.catalogue.helpers import counted
from tests.conftest import World
from tests.customers.hands import somebody
from tests.desk.conftest import Visitor
from tests.services.helpers import a_customer, a_variant

AsRole = Callable[..., Awaitable[Visitor]]
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'{{ 7 * 7 }}"


async def test_support_finds_a_caller_locks_the_account_and_opens_it_again(
    as_role: AsRole, demo: Scope
) -> None:
    customer, order = await somebody(demo)
    visitor = await as_role("support")
    home = "0" + customer.phone.removeprefix("+233")
    for words in (f"{home[:3]} {home[3:]}", "zuleikha", order.code, "@zuleikha_m"):
        found = await visitor.get(f"/admin/customers?q={words.replace('@', '%40').replace(' ', '+')}")
        assert f'href="/admin/customers/{customer.id}"' in found and "Zuleikha Mensah" in found
    assert "No customers found." in await visitor.get("/admin/customers?q=nobody+at+all")

    page = f"/admin/customers/{customer.id}"
    assert "Please fill this in." in await visitor.act(page, "lock", reason=" ")
    shown = await visitor.act(page, "lock", reason="The telephone was stolen")
    assert "Account locked" in shown and "The telephone was stolen" in shown
    assert (await Customer.get(id=customer.id)).locked_at is not None
    assert "Locked" in await visitor.get("/admin/customers?q=zuleikha")
    assert "Account unlocked." in await visitor.act(page, "unlock")
    assert (await Customer.get(id=customer.id)).locked_at is None
    # Closing is not theirs to do.
    assert "Close permanently" not in await visitor.get(page)


async def test_each_tab_shows_its_part_to_who_may_see_it_at_the_same_cost(
    as_role: AsRole, demo: Scope
) -> None:
    customer, order = await somebody(demo)
    visitor, page = await as_role("support"), f"/admin/customers/{customer.id}"
    wanted = {
        "": "1 Quarcoo Lane",
        "?tab=orders": order.code,
        "?tab=card": "Paid out",
        "?tab=bills": "No bills yet",
        "?tab=words": "To Quarcoo Lane please",
    }
    for query, words in wanted.items():
        with counted() as seen:
            shown = await visitor.get(f"{page}{query}")
        assert visitor.status == 200 and words in shown, query
        assert seen.statements <= 15, (query, seen.statements)
    finance = await as_role("finance")
    assert "?tab=words" not in await finance.get(page)
    # What isn't theirs to see is the first tab.
    assert "To Quarcoo Lane please" not in await finance.get(f"{page}?tab=words")
    for nonsense in ("?tab=nothing", "?tab=words&before=yesterday", "?tab=card&page=999999999999", "?q=x"):
        await visitor.get(f"{page}{nonsense}")
        assert visitor.status == 200, nonsense


async def test_a_number_is_doubted_and_believed_and_only_one_of_theirs(as_role: AsRole, demo: Scope) -> None:
    customer, other = (await somebody(demo))[0], await a_customer(demo)
    channel = await ChannelIdentity.get(customer_id=customer.id, channel="sms")
    visitor, page = await as_role("support"), f"/admin/customers/{customer.id}"
    assert "Flagged as doubtful" in await visitor.act(page, "flag", channel_id=channel.id)
    assert (await ChannelIdentity.get(id=channel.id)).doubt == "flagged"
    assert "There is no such channel." in await visitor.act(
        f"/admin/customers/{other.id}", "believe", channel_id=channel.id
    )
    assert "marked as trusted" in await visitor.act(page, "believe", channel_id=channel.id)
    assert (await ChannelIdentity.get(id=channel.id)).doubt == ""
    noted = await AuditEntry.filter(noun="channel", noun_id=channel.id).order_by("id")
    assert [each.act for each in noted] == ["flagged", "believed"]


async def test_what_is_corrected_is_checked_and_said_beside_its_field(as_role: AsRole, demo: Scope) -> None:
    customer, other = await a_customer(demo), await a_customer(demo)
    visitor, page = await as_role("desk"), f"/admin/customers/{customer.id}"
    assert "Saved." in await visitor.act(page, "correct", first_name="Efua", last_name="Sutherland")
    assert (await Customer.get(id=customer.id)).full_name == "Efua Sutherland"
    shown = await visitor.act(page, "correct", email="no address")
    assert visitor.status == 400 and "That is not an e-mail address." in shown and "no address" in shown
    assert "A customer has that number." in await visitor.act(page, "correct", phone=other.phone)


async def test_the_desk_closes_an_account_and_saves_what_was_held(
    as_role: AsRole, world: World, demo: Scope
) -> None:
    customer, _ = await somebody(demo)
    visitor, page = await as_role("desk"), f"/admin/customers/{customer.id}"
    # Not without the box.
    await visitor.act(page, "close", reason="They asked for it")
    assert visitor.status == 400 and await AccountClosing.all().count() == 0
    shown = await visitor.act(page, "close", reason="They asked for it", sure="yes")
    assert "Account closed." in shown and 'data-refresh="5"' in shown

    async def erased() -> bool:
        return (await AccountClosing.get(customer_id=customer.id)).state == "Erased"

    await world.until(erased)
    shown = await visitor.get(page)
    assert "Zuleikha" not in shown and "data-refresh" not in shown and "Download export" in shown
    assert await Address.filter(customer_id=customer.id).count() == 0
    token = await visitor.csrf(page)
    url = f"{world.settings.base_url}{page}"
    async with visitor.session.post(url, data={"csrf": token, "act": "export"}) as answer:
        assert answer.headers["Content-Type"] == "application/zip"
        assert f"customer-{customer.id}.zip" in answer.headers["Content-Disposition"]
        files = zipfile.ZipFile(io.BytesIO(await answer.read()))
    assert "Zuleikha" in files.read("customer.json").decode()
    support = await as_role("support")
    assert "Download export" not in await support.get(page)


async def test_what_is_in_the_way_of_closing_is_said_before_and_refused_after(
    as_role: AsRole, demo: Scope
) -> None:
    customer = await a_customer(demo, balance_minor=1500)
    visitor, page = await as_role("owner"), f"/admin/customers/{customer.id}"
    assert "There is GHS 15.00 on the card" in await visitor.get(page)
    shown = await visitor.act(page, "close", reason="x", sure="yes")
    assert visitor.status == 409 and "There is GHS 15.00 on the card" in shown


async def a_question(scope: Scope, *, name: str = "Ama Mensah", text: str = "It never came") -> SupportThread:
    """A customer with a cart who wants a person."""
    customer = await a_customer(scope)
    await Customer.filter(id=customer.id).update(full_name=name)
    await add_to_cart(Buyer(scope, "sms", customer.id), await a_variant(scope, pieces=5), 2)
    mine = {"platform_id": scope.platform_id, "environment": scope.environment, "customer_id": customer.id}
    trouble = {"at": now().isoformat(), "screen": "orders.code", "words": f"You have no order {name}"}
    talk = await Conversation.create(**mine, session={"trouble": trouble}, updated_at=now())
    await ChannelIdentity.create(
        **mine,
        channel="sms",
        external_id=customer.phone,
        name=name[:64],
        conversation_id=talk.id,
        created_at=now(),
    )
    await tell_staff(scope, talk.id, about="delivery", channel="sms", address=str(customer.phone), text=text)
    return await SupportThread.get(conversation_id=talk.id)


async def test_a_question_is_taken_answered_on_their_channel_handed_back_and_closed(
    as_role: AsRole, world: World, demo: Scope
) -> None:
    thread = await a_question(demo)
    ama, kofi = await as_role("support"), await as_role("desk")
    listed = await ama.get("/admin/inbox")
    assert "It never came" in listed and 'class="unread"' in listed and "Unassigned" in listed
    page = f"/admin/inbox/{thread.id}"
    shown = await ama.get(page)
    assert "You have no order" in shown and "Cart" in shown and "Not assigned yet." in shown
    assert "Assigned to you." in await ama.act(page, "take")

    shown = await kofi.get(page)
    assert "Assigned to support@demo.test" in shown and 'name="text"' not in shown
    shown = await kofi.act(page, "answer", text="Hello?")
    assert kofi.status == 409 and "support@demo.test looks after it: take it over first." in shown
    await kofi.act(page, "take")
    assert kofi.status == 409
    assert "Your reply is on its way." in await ama.act(page, "answer", text="It comes tomorrow.")
    await world.drain()
    assert (await world.outbox(thread.address))[0]["text"] == "Makola Demo: It comes tomorrow."
    assert "It comes tomorrow." in await ama.get("/admin/inbox?taken=by_me")
    assert "No conversations found." in await kofi.get("/admin/inbox?taken=by_me")

    assert "Anybody can take it now." in await ama.act(page, "hand_back")
    assert "Your reply is on its way." in await kofi.act(page, "answer", text="At noon.")
    assert "Assigned to desk@demo.test" in await ama.get(page)
    assert "Assigned to you." in await ama.act(page, "take_over")
    await ama.act(page, "close")
    assert ama.at == "/admin/inbox" and "It never came" not in await ama.get("/admin/inbox")
    assert "At noon." in await ama.get("/admin/inbox?state=Closed")
    shown = await ama.act(page, "take")
    assert ama.status == 409 and "data-refresh" not in await ama.get(page)
    acts = [each.act for each in await AuditEntry.filter(noun="conversation").order_by("id")]
    assert acts == ["taken", "answered", "handed_back", "taken", "answered", "taken", "closed"]


async def test_who_wait_come_first_and_many_cost_no_more_than_few(as_role: AsRole, demo: Scope) -> None:
    visitor = await as_role("support")
    first = await a_question(demo, name="First")
    with counted() as few:
        await visitor.get("/admin/inbox")
    await visitor.act(f"/admin/inbox/{first.id}", "answer", text="Yes")
    for number in range(5):
        await a_question(demo, name=f"Waiting {number}")
    with counted() as many:
        shown = await visitor.get("/admin/inbox")
    assert many.statements == few.statements
    assert shown.index("Waiting 0") < shown.index("Waiting 4") < shown.index("First")


async def test_whatever_they_write_or_are_called_is_never_markup(
    as_role: AsRole, world: World, demo: Scope
) -> None:
    thread = await a_question(demo, name=HOSTILE, text=HOSTILE)
    customer_id = (await Conversation.get(id=thread.conversation_id)).customer_id
    await Customer.filter(id=customer_id).update(lock_reason=HOSTILE, locked_at=now(), title=HOSTILE[:40])
    mine = {"platform_id": demo.platform_id, "environment": "test", "customer_id": customer_id}
    await Address.create(**mine, title=HOSTILE[:80], full_name=HOSTILE, street=HOSTILE, country="GH")
    visitor = await as_role("support")
    paths = [
        "/admin/inbox",
        f"/admin/inbox/{thread.id}",
        "/admin/customers",
        f"/admin/customers/{customer_id}",
        f"/admin/customers/{customer_id}?tab=words",
        f"/admin/customers/{customer_id}?tab=orders",
        "/admin/customers?q=%3Cscript%3Ealert(1)%3C/script%3E",
    ]
    for path in paths:
        async with visitor.session.get(f"{world.settings.base_url}{path}") as answer:
            text = await answer.text()
        assert answer.status == 200
        found = Elements()
        found.feed(text)
        assert found.scripts == 1 and not found.strange, (path, found.strange)
        assert "alert(1)" in "".join(found.words) or path.endswith("orders"), path


class Elements(HTMLParser):
    """What a browser would make of a page: its scripts, what no page of the desk has, and the words."""

    def __init__(self) -> None:
        super().__init__()
        self.scripts, self.strange, self.words = 0, [], []  # type: ignore[var-annotated]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.scripts += tag == "script"
        named = [name for name, _ in attrs if name.startswith("on") or name == "style"]
        if tag in ("img", "style", "iframe", "object") or named:
            self.strange.append((tag, attrs))

    def handle_data(self, data: str) -> None:
        self.words.append(data)
