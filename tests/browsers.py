"""The real browser of the tests: where it is, how it is started, and where what it shows is kept."""

from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.databases import DATABASE_URL

# What a page has to show comes; a machine that has much else to do is given time (Playwright's own is 5 seconds).
expect.set_options(timeout=60_000)

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# A page is drawn the same whatever database is behind it.
in_a_browser = pytest.mark.skipif(
    bool(DATABASE_URL) or not Path(CHROMIUM).exists(),
    reason="seen on the embedded market" if DATABASE_URL else "no Chromium on this machine",
)
ARTEFACTS = Path(__file__).parents[1] / "artefacts"
WIDE, NARROW = {"width": 1200, "height": 820}, {"width": 390, "height": 844}
