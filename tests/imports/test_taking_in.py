"""A file of the catalogue is tried out, taken in, written out and taken in again."""

from dataclasses import replace

import pytest

from core.db import execute
from core.errors import Forbidden, IllegalTransition, NotFound
from core.settings import Settings
from models import ImportKey, ImportRun, Product, Seller, Variant
from services.imports.filing import forget
from services.imports.listing import list_imports, problems_as_csv, show_import
from services.imports.starting import cancel_import, take_in
from services.imports.working import work_import
from services.listing import Listing
from services.search import search
from services.seeding import DEMO
from services.tenants import Scope, scope_by_code
from tests.imports.hands import (
    a_desk,
    contents,
    exported,
    hand_in,
    lines,
    problems,
    products,
    taken_in,
    told,
    variant,
)
from workers.jobs import drain


async def test_what_is_tried_out_is_counted_and_not_written(market: Settings, demo: Scope) -> None:
    desk = await a_desk(demo, "catalogue")
    before = await contents(demo)
    file = products(600) + b"Bad Handle,Bad,BAD-1,1.00,2,Brakes,,,\r\n"
    tried = await taken_in(market, desk, file, trying=True)
    assert told(tried) == ("Done", 600, 0, 0, 1) and tried.rows == tried.done == 601
    assert [(p.line, p.column) for p in await problems(desk, tried)] == [(602, "handle")]
    assert await contents(demo) == before
    run = await take_in(desk, tried.id)
    await drain(market)
    assert told(await show_import(desk, run.id)) == ("Done", 600, 0, 0, 1)
    assert await Product.filter(slug__startswith="part-").count() == 600
    part = await variant(demo, "PRT-000007")
    assert (part["price_minor"], part["on_hand"], part["name"]) == (850, 7, "Part 7")
    assert await ImportKey.all().count() == 0, "what was remembered of a file goes with its end"


async def test_the_same_file_again_changes_nothing(market: Settings, demo: Scope) -> None:
    desk = await a_desk(demo)
    assert told(await taken_in(market, desk, products(30))) == ("Done", 30, 0, 0, 0)
    before = await contents(demo)
    assert told(await taken_in(market, desk, products(30))) == ("Done", 0, 0, 30, 0)
    assert await contents(demo) == before


@pytest.mark.parametrize("kind", ["products", "variants", "stock", "prices"])
async def test_what_was_written_out_is_taken_in_and_changes_nothing(
    market: Settings, demo: Scope, kind: str
) -> None:
    desk = await a_desk(demo)
    await execute(
        "UPDATE product SET name = '=cmd()|''/c calc''!A0', description = '''-1+1' WHERE id = (SELECT MIN(id) FROM product)"
    )
    await execute("UPDATE variant SET name = 'Called otherwise' WHERE id = (SELECT MAX(id) FROM variant)")
    before = await contents(demo)
    file = await exported(desk, kind)
    assert b"\n=cmd" not in file and b",=cmd" not in file
    view = await taken_in(market, desk, file, kind)
    assert (view.state, view.created, view.changed, view.refused) == ("Done", 0, 0, 0), await problems(
        desk, view
    )
    assert view.unchanged == await Variant.filter(platform_id=demo.platform_id, environment="test").count()
    assert await contents(demo) == before


async def test_the_demo_s_own_file_is_taken_in(market: Settings, demo: Scope) -> None:
    desk = await a_desk(demo)
    view = await taken_in(market, desk, (DEMO / "products.csv").read_bytes())
    assert told(view)[:3] == ("Done", 0, 0) and view.refused == 0


async def test_what_a_file_does_not_say_stays(market: Settings, demo: Scope) -> None:
    desk = await a_desk(demo)
    await taken_in(market, desk, products(2))
    full = await variant(demo, "PRT-000001")
    view = await taken_in(
        market, desk, lines("part-1,Part One,PRT-000001,3.00", header="handle,name,sku,price")
    )
    assert told(view) == ("Done", 0, 1, 0, 0)
    now = await variant(demo, "PRT-000001")
    assert (now["product"], now["name"], now["price_minor"]) == ("Part One", "Part One", 300)
    assert (now["on_hand"], now["category_id"]) == (full["on_hand"], full["category_id"])
    found = await search(demo, "part one corolla prt-000001")
    assert [hit.variant_name for hit in found.hits] == ["Part One"], (
        "the car stays, and search knows the new name"
    )


async def test_variants_prices_and_stock_have_files_of_their_own(market: Settings, demo: Scope) -> None:
    desk = await a_desk(demo)
    await taken_in(market, desk, products(3))
    made = lines(
        "PRT-000001-L,part-1,Left,9.00,4", "PRT-000001-R,part-1,Right,9.50,", "X-1,nowhere,Left,1.00,1",
        header="sku,handle,variant,price,stock",
    )  # fmt: skip
    view = await taken_in(market, desk, made, "variants")
    assert told(view) == ("Done", 2, 0, 0, 1)
    left = await variant(demo, "PRT-000001-L")
    assert (left["name"], left["on_hand"], left["position"]) == ("Part 1 Left", 4, 1)
    prices = lines("PRT-000001-L;12.00;15.00", "NONE;1.00;", header="sku;price;compare at price")
    view = await taken_in(market, desk, prices, "prices")
    assert told(view) == ("Done", 0, 1, 0, 1)
    left = await variant(demo, "PRT-000001-L")
    assert (left["price_minor"], left["compare_at_minor"]) == (1200, 1500)
    stock = lines("PRT-000001-L,99", "PRT-000001-L,5", "PRT-000002,2", header="sku,stock")
    view = await taken_in(market, desk, stock, "stock")
    assert told(view) == ("Done", 0, 1, 1, 1)
    assert [(p.line, p.why) for p in await problems(desk, view)] == [(3, "It is in line 2 already.")]
    assert (await variant(demo, "PRT-000001-L"))["on_hand"] == 99


async def test_stock_is_never_below_what_is_promised(market: Settings, demo: Scope) -> None:
    desk = await a_desk(demo)
    await taken_in(market, desk, products(2))
    part = await variant(demo, "PRT-000001")
    await execute("UPDATE stock_level SET on_hand = 9, allocated = 5 WHERE variant_id = $1", part["id"])
    await taken_in(market, desk, lines("PRT-000001,0", header="sku,stock"), "stock")
    assert (await variant(demo, "PRT-000001"))["on_hand"] == 5


async def test_every_row_says_what_is_wrong_with_it(market: Settings, demo: Scope) -> None:
    desk = await a_desk(demo)
    rows = (
        "one,One,S-1,1.00,Nobody's shop,,,NEW",  # 2
        "two,Two,S-2,cheap,,,,NEW",  # 3
        "three,Three,S-3,1.00,,no-such.png,,NEW",  # 4
        "four,Four,S-4,1.00,,,Toyota,NEW",  # 5
        "five,Five,S-5,1.00,,,,BROKEN",  # 6
        "six,Six,S-6,1.00,,,,NEW",  # 7
        "six,Not six,S-7,1.00,,,,NEW",  # 8
        "seven,Seven,S-6,1.00,,,,NEW",  # 9
        "six,Six,S-8,1.00,,,,NEW",  # 10
        "eight,Eight\x07,S-9,1.00,,,,NEW",  # 11
        "nine,Nine,S-10,,,,,NEW",  # 12
        "ten,Ten",  # 13
    )
    view = await taken_in(
        market, desk, lines(*rows, header="handle,name,sku,price,seller,picture,fits,condition")
    )
    assert [(p.line, p.column) for p in await problems(desk, view)] == [
        (2, "seller"), (3, "price"), (4, "picture"), (5, "fits"), (6, "condition"), (8, "name"), (9, "sku"),
        (11, "name"), (12, "price"), (13, ""),
    ]  # fmt: skip
    assert told(view) == ("Done", 2, 0, 0, 10)
    assert not await Seller.filter(name="Nobody's shop").exists()
    assert (await problems_as_csv(desk, view.id)).splitlines()[1] == "2,seller,There is no such seller."


async def test_a_product_stands_in_one_place_of_the_file(market: Settings, demo: Scope) -> None:
    desk = await a_desk(demo)
    file = (
        products(600) + b"part-3,Part 3,LATE-1,1.00,1,Brakes,Brake pads,Toyota|Corolla|2008-2013,brakes\r\n"
    )
    view = await taken_in(market, desk, file)
    assert told(view) == ("Done", 600, 0, 0, 1)
    [problem] = await problems(desk, view)
    assert (problem.line, problem.column, problem.why) == (602, "handle", "It is in line 5 already.")


async def test_rows_of_one_product_are_never_parted(market: Settings, demo: Scope) -> None:
    desk = await a_desk(demo)
    rows = [f"p-{n // 7},P {n // 7},SKU-{n},1.00,1,V{n % 7}" for n in range(700)]
    view = await taken_in(market, desk, lines(*rows, header="handle,name,sku,price,stock,variant"))
    assert told(view) == ("Done", 700, 0, 0, 0)
    assert (await variant(demo, "SKU-254"))["position"] == 254 % 7


async def test_a_seller_s_file_says_nothing_of_another_s_goods(market: Settings, demo: Scope) -> None:
    staff = await a_desk(demo)
    shop = await Seller.create(name="Small Shop", platform_id=demo.platform_id, environment="test")
    seller = replace(await a_desk(demo, "seller"), seller_id=shop.id)
    await taken_in(market, staff, products(3))
    rows = (
        "mine,Mine,MINE-1,1.00,1,",
        "part-1,Part 1,PRT-000001,0.01,1,",
        "mine-2,Mine 2,PRT-000002,0.01,1,",
        "mine-3,Mine 3,MINE-3,1.00,1,Makola Demo",
        "mine-4,Mine 4,MINE-4,1.00,1,Small Shop",
    )
    view = await taken_in(market, seller, lines(*rows, header="handle,name,sku,price,stock,seller"))
    assert told(view) == ("Done", 2, 0, 0, 3)
    assert (await variant(demo, "MINE-1"))["seller_id"] == shop.id
    assert (await variant(demo, "PRT-000001"))["price_minor"] == 250
    for kind, row in (("prices", "PRT-000001,0.01"), ("stock", "PRT-000001,0")):
        header = "sku,price" if kind == "prices" else "sku,stock"
        assert told(await taken_in(market, seller, lines(row, header=header), kind))[-1] == 1
    assert (await exported(seller, "products")).decode().count("Small Shop") == 2
    assert b"PRT-" not in await exported(seller, "stock")
    others = await hand_in(staff, products(1))
    with pytest.raises(NotFound):
        await show_import(seller, others)
    with pytest.raises(NotFound):
        await cancel_import(seller, others)
    assert all(each.by == seller.email for each in (await list_imports(seller, Listing()))[0])


async def test_another_shop_s_imports_are_not_there(market: Settings, demo: Scope) -> None:
    kasuwa = await a_desk(await scope_by_code("kasuwa", "test"))
    run = await hand_in(await a_desk(demo), products(1))
    for act in (show_import, cancel_import, take_in):
        with pytest.raises(NotFound):
            await act(kasuwa, run)
    assert (await list_imports(kasuwa, Listing()))[1] == 0
    live = replace(demo, environment="live")
    with pytest.raises(NotFound):
        await show_import(replace(kasuwa, scope=live), run)


@pytest.mark.parametrize("role", ["desk", "finance", "support"])
async def test_who_may_not_change_the_catalogue_hands_in_nothing(
    market: Settings, demo: Scope, role: str
) -> None:
    with pytest.raises(Forbidden):
        await hand_in(await a_desk(demo, role), products(1))


async def test_two_files_of_a_shop_are_taken_in_one_after_the_other(market: Settings, demo: Scope) -> None:
    desk = await a_desk(demo)
    first = await hand_in(desk, lines("p,P,S-1,1.00,1"))
    second = await hand_in(desk, lines("p,P,S-1,2.00,1"))
    assert [run.id for run in await ImportRun.claim()] == [first]
    assert await ImportRun.claim() == []
    await execute("UPDATE import_run SET lease = NULL, leased_until = NULL")
    await drain(market)
    assert (await variant(demo, "S-1"))["price_minor"] == 200
    assert (await show_import(desk, second)).state == "Done"


async def test_a_file_that_is_called_off_goes_no_further(market: Settings, demo: Scope) -> None:
    desk = await a_desk(demo)
    run = await hand_in(desk, products(5))
    [held] = await ImportRun.claim()
    await cancel_import(desk, run)
    await work_import(held)
    await drain(market)
    view = await show_import(desk, run)
    assert (view.state, view.done) == ("Cancelled", 0)
    assert not await Product.filter(slug__startswith="part-").exists()
    with pytest.raises(IllegalTransition):
        await cancel_import(desk, run)


async def test_a_lost_lease_undoes_what_was_just_written(market: Settings, demo: Scope) -> None:
    desk = await a_desk(demo)
    run = await hand_in(desk, products(5))
    [late] = await ImportRun.claim()
    await execute("UPDATE import_run SET lease = 'another', leased_until = NULL")
    await work_import(late)
    assert not await Product.filter(slug__startswith="part-").exists()
    await execute("UPDATE import_run SET lease = NULL")
    await drain(market)
    assert told(await show_import(desk, run)) == ("Done", 5, 0, 0, 0)


async def test_a_file_that_was_lost_waits_and_is_given_up_in_the_end(market: Settings, demo: Scope) -> None:
    desk = await a_desk(demo)
    run = await hand_in(desk, products(5))
    kept = await ImportRun.get(id=run)
    await forget(kept.file_key, kept.file_parts)
    for _ in range(20):
        await drain(market)
        await execute("UPDATE import_run SET next_attempt_at = created_at WHERE ended_at IS NULL")
    view = await show_import(desk, run)
    assert view.state == "Failed" and "line 2" in view.reason
