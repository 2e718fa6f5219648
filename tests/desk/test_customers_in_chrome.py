"""Support and desk in a real browser: a customer is found, locked and answered, with a keyboard, on a desk and on a phone."""

from services.support.threads import tell_staff
from services.tenants import Scope
from tests.browsers import in_a_browser
from tests.conftest import World
from tests.customers.hands import somebody
from tests.desk.conftest import Chrome
from tests.desk.test_customers import HOSTILE, a_question

pytestmark = in_a_browser


async def test_support_answers_and_reads_the_reply_without_touching_the_page(
    chrome: Chrome, world: World, demo: Scope
) -> None:
    thread = await a_question(demo, text="It never came, order MK1")
    page = chrome.page
    await chrome.sign_in_as("support")
    await page.get_by_role("link", name="Inbox").click()
    await page.wait_for_url("**/inbox")
    await chrome.faultless()
    await chrome.keep("inbox")
    await page.get_by_role("link", name="Ama Mensah").click()
    await page.get_by_role("button", name="Assign to me").click()
    await page.get_by_text("Assigned to you.").wait_for()
    await chrome.faultless()
    await chrome.keep("conversation")

    words = page.get_by_label("Your message")
    await words.focus()
    await page.keyboard.type("It comes tomorrow.")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await page.get_by_text("Your reply is on its way.").wait_for()
    await world.drain()
    assert (await world.outbox(thread.address))[0]["text"] == "Makola Demo: It comes tomorrow."

    # What is being typed stays while the customer's words come in by themselves.
    await page.get_by_label("Your message").fill("And also")
    await tell_staff(
        demo,
        thread.conversation_id,
        about="delivery",
        channel="sms",
        address=thread.address,
        text="Thank you!",
    )
    await page.get_by_text("Thank you!").wait_for()
    assert await page.get_by_label("Your message").input_value() == "And also"
    await page.get_by_role("button", name="Close conversation").click()
    await page.get_by_text("Conversation closed.").wait_for()
    assert chrome.troubles == []


async def test_the_desk_finds_reads_locks_and_closes(chrome: Chrome, world: World, demo: Scope) -> None:
    customer, _ = await somebody(demo)
    page = chrome.page
    await chrome.sign_in_as("desk")
    await page.get_by_role("link", name="Customers").click()
    await page.get_by_label("Search").fill("0" + customer.phone.removeprefix("+233"))
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/customers?q=*")
    await chrome.faultless()
    await chrome.keep("customers")
    await page.get_by_role("link", name="Zuleikha Mensah").click()
    await page.wait_for_url("**/customers/*")
    await chrome.faultless()
    await chrome.keep("customer")
    for tab in ("Orders", "Card", "Bills", "Conversation"):
        await page.get_by_role("navigation", name="Customer sections").get_by_role("link", name=tab).click()
        await page.wait_for_url("**?tab=*")
        await page.wait_for_load_state()
        await chrome.faultless()
        await chrome.keep(f"customer-{tab.lower()}")
    await page.get_by_role("navigation", name="Customer sections").get_by_role("link", name="Profile").click()

    await page.get_by_label("Reason for locking").fill("The telephone was stolen")
    await page.get_by_role("button", name="Lock account", exact=True).click()
    await page.get_by_text("Account locked").wait_for()
    await page.get_by_text("Close permanently").click()
    await page.get_by_label("Reason for closing").fill("They asked for it")
    await page.get_by_label("The customer asked for it, or it is required").check()
    page.on("dialog", lambda dialog: dialog.accept())
    await page.get_by_role("button", name="Close account").click()
    await page.get_by_text("Account closed.").wait_for()
    for _ in range(4):
        await world.drain()
    # The page tells by itself that it is done.
    await page.get_by_role("button", name="Download export").wait_for()
    async with page.expect_download() as saved:
        await page.get_by_role("button", name="Download export").click()
    assert (await saved.value).suggested_filename == f"customer-{customer.id}.zip"
    await page.reload()
    await chrome.faultless()
    await chrome.keep("customer-closed")


async def test_nothing_that_was_written_runs(chrome: Chrome, demo: Scope) -> None:
    thread = await a_question(demo, name=HOSTILE, text=HOSTILE)
    alerts: list[str] = []
    chrome.page.on("dialog", lambda dialog: alerts.append(dialog.message))
    await chrome.sign_in_as("support")
    for path in ("/admin/inbox", f"/admin/inbox/{thread.id}", "/admin/customers"):
        await chrome.open(path)
        assert await chrome.page.get_by_text("alert(1)").count() > 0
        await chrome.faultless()
    assert alerts == []
