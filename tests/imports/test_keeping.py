"""What is kept of an import, and how much the database is asked."""

from datetime import timedelta

from core import clock
from core.settings import Settings
from models import ImportProblem, ImportRun, Product
from services.imports.ending import KEPT
from services.imports.exporting import export
from services.imports.listing import list_imports
from services.listing import Listing
from services.merchandise.finding import Wanted, find_products
from services.tenants import Scope
from tests.catalogue.helpers import counted
from tests.imports.hands import a_desk, hand_in, lines, products, taken_in
from workers.jobs import drain


def files(market: Settings) -> int:
    return len(list((market.data / "assets").rglob("*.csv")))


async def test_a_file_is_thrown_away_once_it_is_in_or_after_a_week(market: Settings, demo: Scope) -> None:
    desk = await a_desk(demo)
    await taken_in(market, desk, products(3))
    assert files(market) == 0, "what is in is not kept"
    tried = await taken_in(market, desk, products(3), trying=True)
    assert files(market) == 1
    clock.travel(KEPT + timedelta(minutes=1))
    await drain(market)
    assert files(market) == 0
    assert (await ImportRun.get(id=tried.id)).file_key == ""


async def test_a_thousand_problems_are_kept_and_all_are_counted(market: Settings, demo: Scope) -> None:
    desk = await a_desk(demo)
    view = await taken_in(market, desk, lines(*(f"p-{n},P,S-{n},free,1" for n in range(1_300))))
    assert view.refused == 1_300 and await ImportProblem.all().count() == 1_000


async def test_lists_and_files_cost_the_same_however_long_they_are(market: Settings, demo: Scope) -> None:
    desk = await a_desk(demo)
    for _ in range(3):
        await hand_in(desk, lines("p,P,S,1,1"))
    assert await Product.filter(platform_id=demo.platform_id, environment="test").count() > 500

    async def asked_for_products(take: int) -> int:
        with counted() as counter:
            found, _ = await find_products(desk, Wanted(words="brake"), take=take)
        assert len(found) == take
        return counter.statements

    assert await asked_for_products(2) == await asked_for_products(25) == 3
    with counted() as counter:
        found, total = await list_imports(desk, Listing())
    assert (len(found), total, counter.statements) == (3, 3, 2)
    with counted() as counter:
        pieces = [piece async for piece in export(desk, "products")]
    pages = len(pieces) - 1
    assert pages >= 2 and counter.statements == pages * 4 + 1, "four statements for five hundred products"
