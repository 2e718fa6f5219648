"""The desk in a real browser: who uses a keyboard or a screen reader finds their way, on a desk and on a phone."""

from pathlib import Path

import pytest

from tests.browsers import CHROMIUM
from tests.desk.conftest import Chrome

pytestmark = pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="no Chromium on this machine")


async def test_the_pages_of_the_house_have_no_fault(chrome: Chrome) -> None:
    await chrome.open("/admin/sign-in")
    await chrome.faultless()
    await chrome.keep("sign-in")
    await chrome.sign_in()
    for name, path in {"today": "", "people": "/people", "audit": "/audit", "account": "/account"}.items():
        await chrome.open(f"/admin{path}")
        await chrome.faultless()
        await chrome.keep(name)
