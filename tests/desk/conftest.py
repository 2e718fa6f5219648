"""Hands for the stories of the desk in the browser: one that only reads HTML, and a real one."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest_asyncio
from aiohttp import ClientSession, CookieJar, FormData
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, async_playwright

from models import Seller, StaffUser
from services.secrets import hash_secret
from services.staff.permissions import ROLES
from services.tenants import scope_by_code
from tests.admin.conftest import DeskHands
from tests.browsers import ARTEFACTS, CHROMIUM, FLAGS, NARROW, WIDE

if TYPE_CHECKING:
    from tests.conftest import World

PASSWORD = "a-desk-password"
TOKEN = re.compile(r'name="csrf" value="([0-9a-f]{32})"')
OWNER = ("admin@makola.test", "makola-demo")


class Visitor:
    """A browser without scripts: it keeps its cookies, and sends the forms that it was shown."""

    def __init__(self, world: "World", session: ClientSession) -> None:
        self.world, self.session = world, session
        self.status, self.at, self.headers = 0, "", {}

    async def get(self, path: str) -> str:
        """The text of a page, with what was escaped in it as it was."""
        async with self.session.get(f"{self.world.settings.base_url}{path}") as answer:
            self.status, self.at, self.headers = answer.status, answer.url.path_qs, answer.headers
            return unescape(await answer.text())

    async def post(self, path: str, fields: Any, *, follow: bool = True) -> str:
        url = f"{self.world.settings.base_url}{path}"
        async with self.session.post(url, data=fields, allow_redirects=follow) as answer:
            self.status, self.at, self.headers = answer.status, answer.url.path_qs, answer.headers
            return unescape(await answer.text())

    async def csrf(self, path: str) -> str:
        """The token of the forms of a page."""
        found = TOKEN.search(await self.get(path))
        assert found, f"{path} shows no form to {self.at}: {self.status}"
        return found[1]

    async def act(
        self, path: str, act: str, files: Mapping[str, tuple[str, bytes]] | None = None, **fields: Any
    ) -> str:
        """Send the form `act` of a page, with the token that the page shows; what is shown then."""
        given = {"csrf": await self.csrf(path), "act": act, **fields}
        if not files:
            return await self.post(path, {name: str(value) for name, value in given.items()})
        form = FormData()
        for name, value in given.items():
            form.add_field(name, str(value))
        for name, (file_name, content) in files.items():
            form.add_field(name, content, filename=file_name, content_type="application/octet-stream")
        return await self.post(path, form)

    async def sign_in(self, email: str, password: str = PASSWORD, shop: str = "demo", **more: str) -> str:
        token = await self.csrf("/admin/sign-in")
        fields = {
            "csrf": token,
            "email": email,
            "password": password,
            "shop": shop,
            "environment": "test",
            **more,
        }
        return await self.post("/admin/sign-in", fields)


@pytest_asyncio.fixture
async def visitors(world: "World") -> AsyncIterator[Callable[[], Visitor]]:
    """Makes browsers that know nothing of one another."""
    sessions: list[ClientSession] = []

    def make() -> Visitor:
        sessions.append(ClientSession(cookie_jar=CookieJar(unsafe=True)))
        return Visitor(world, sessions[-1])

    yield make
    for session in sessions:
        await session.close()


@pytest_asyncio.fixture
async def visitor(visitors: Callable[[], Visitor]) -> Visitor:
    return visitors()


async def staff_of(role: str, shop: str = "demo") -> StaffUser:
    """Somebody with that role in a shop; a seller's person is of its last seller. Their password is `PASSWORD`."""
    scope = await scope_by_code(shop, "test")
    mine = {"platform_id": scope.platform_id, "environment": "test"}
    email = f"{role}@{shop}.test"
    if known := await StaffUser.get_or_none(email=email, **mine):
        return known
    seller = (
        await Seller.filter(deleted_at=None, **mine).order_by("-id").first() if role == "seller" else None
    )
    hashed = await hash_secret(PASSWORD)
    return await StaffUser.create(email=email, password_hash=hashed, role=role, seller=seller, **mine)


@pytest_asyncio.fixture
async def as_role(visitors: Callable[[], Visitor]) -> Callable[..., Awaitable[Visitor]]:
    """A browser in which somebody of that role (and shop) is signed in."""

    async def sign_in(role: str, shop: str = "demo") -> Visitor:
        assert role in ROLES
        visitor, staff = visitors(), await staff_of(role, shop)
        await visitor.sign_in(staff.email, shop=shop)
        assert visitor.at.startswith("/admin") and "sign-in" not in visitor.at, visitor.at
        return visitor

    return sign_in


class Chrome:
    """A real browser. What it complains of (a script that was refused, a fault) is kept in `troubles`."""

    def __init__(self, world: "World", page: Page) -> None:
        self.world, self.page = world, page
        self.troubles: list[str] = []
        page.on(
            "console", lambda message: self.troubles.append(message.text) if message.type == "error" else None
        )
        page.on("pageerror", lambda error: self.troubles.append(str(error)))

    async def open(self, path: str) -> None:
        await self.page.goto(f"{self.world.settings.base_url}{path}")

    async def sign_in(self, email: str = OWNER[0], password: str = OWNER[1], shop: str = "demo") -> None:
        await self.open("/admin/sign-in")
        await self.page.get_by_label("E-mail address").fill(email)
        await self.page.get_by_label("Password").fill(password)
        await self.page.get_by_label("Shop").fill(shop)
        await self.page.get_by_role("button", name="Sign in").click()
        await self.page.get_by_role("button", name="Sign out").wait_for(state="attached")

    async def sign_in_as(self, role: str, shop: str = "demo") -> None:
        staff = await staff_of(role, shop)
        await self.sign_in(staff.email, PASSWORD, shop)

    async def keep(self, name: str) -> None:
        """Screenshots of what is shown, on a desk and on a phone, beside the tests' other artefacts."""
        ARTEFACTS.mkdir(exist_ok=True)
        for size, viewport in (("", WIDE), ("-phone", NARROW)):
            await self.page.set_viewport_size(viewport)
            await self.page.screenshot(path=ARTEFACTS / f"desk-{name}{size}.png", full_page=True)
        await self.page.set_viewport_size(WIDE)

    async def faultless(self) -> None:
        """Nothing that keeps somebody from using the page, as axe sees it, in daylight and in the dark; no word of a fault."""
        for scheme in ("light", "dark"):
            await self.page.emulate_media(color_scheme=scheme)
            found = await Axe().run(self.page)
            grave = [
                (each["id"], [node["html"][:200] for node in each["nodes"]])
                for each in found.response["violations"]
                if each["impact"] in ("serious", "critical")
            ]
            assert grave == [], grave
        await self.page.emulate_media(color_scheme="light")
        wide = await self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide <= 0, "the page is wider than its window"
        assert self.troubles == []


@pytest_asyncio.fixture
async def chrome(world: "World") -> AsyncIterator[Chrome]:
    """A real browser, and nobody signed in."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = await browser.new_context(viewport=WIDE, bypass_csp=False)
        context.set_default_timeout(120_000)
        yield Chrome(world, await context.new_page())
        await browser.close()


@pytest_asyncio.fixture
async def desk(world: "World") -> AsyncIterator[DeskHands]:
    """A client of the admin API."""
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:
        yield DeskHands(world, session)
