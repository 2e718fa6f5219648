"""The desk in a real browser: who uses a keyboard or a screen reader finds their way, on a desk and on a phone."""

from tests.browsers import in_a_browser
from tests.desk.conftest import Chrome

pytestmark = in_a_browser


async def test_the_pages_of_the_house_have_no_fault(chrome: Chrome) -> None:
    await chrome.open("/admin/sign-in")
    await chrome.faultless()
    await chrome.keep("sign-in")
    await chrome.sign_in()
    for name, path in {"today": "", "people": "/people", "audit": "/audit", "account": "/account"}.items():
        await chrome.open(f"/admin{path}")
        await chrome.faultless()
        await chrome.keep(name)
