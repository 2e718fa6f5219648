"""What searching promises, on either database."""

import string
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.db import execute, fetch
from core.errors import InvalidInput
from services.catalogue import list_categories
from services.search import SORTS, reindex_products, search
from services.tenants import Scope, scope_by_code
from tests.catalogue.helpers import counted, imported, row


async def names(scope: Scope, term: str, **options: object) -> list[str]:
    return [hit.name for hit in (await search(scope, term, take=100, **options)).hits]  # type: ignore[arg-type]


async def test_every_word_must_match(demo: Scope) -> None:
    found = await search(demo, "toyota corolla brake pads", take=100)
    assert found.hits
    assert all("Brake Pads" in hit.name for hit in found.hits[:3])
    everything = await search(demo, "brake pads")
    assert everything.total > found.total
    assert (await search(demo, "corolla zimmermann tyre")).total == 0


async def test_a_hit_tells_what_a_list_shows(demo: Scope) -> None:
    hit = (await search(demo, "BRK-HON-CIV-004-R")).hits[0]
    assert hit.name == "Honda Civic Front Brake Caliper"
    assert hit.slug == "honda-civic-front-brake-caliper"
    assert hit.sku == "BRK-HON-CIV-004-L"
    assert (hit.price_min_minor, hit.price_max_minor) == (65500, 65500)
    assert hit.in_stock and hit.score > 0
    assert hit.asset and hit.asset.path == "brake-caliper.png"


async def test_the_beginning_of_a_word_is_enough(demo: Scope) -> None:
    assert await names(demo, "brak pads") == await names(demo, "brake pads")
    assert (await search(demo, "cor bra pa")).total > 0


async def test_a_single_letter_is_a_whole_word(demo: Scope) -> None:
    assert (await search(demo, "q")).total == 0


@pytest.mark.parametrize("typed", ["BRK-AUD-A4X-001", "brk-aud-a4x-001", "BRKAUDA4X001", "brk aud a4x 001"])
async def test_a_sku_is_found_however_it_is_typed(demo: Scope, typed: str) -> None:
    assert await names(demo, typed) == ["Audi A4 Front Brake Pads"]


async def test_a_model_is_found_with_and_without_its_hyphen(demo: Scope) -> None:
    found = await names(demo, "honda crv headlamp")
    assert "Honda CR-V Headlamp" in found
    assert sorted(await names(demo, "honda cr-v headlamp")) == sorted(found)


async def test_a_part_is_found_by_any_year_that_it_fits(demo: Scope) -> None:
    for year in ("2008", "2010", "2013"):
        assert "Toyota Corolla Front Brake Pads 2008-2013" in await names(
            demo, f"corolla {year} front brake pads"
        )
    assert "Toyota Corolla Front Brake Pads 2008-2013" not in await names(
        demo, "corolla 2005 front brake pads"
    )


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("toyta corola", "toyota corolla"),
        ("brakk paads", "brake pads"),
        ("mercedez bens", "mercedes benz"),
        ("altenator", "alternator"),
        ("sparkplug", "spark plug"),
    ],
)
async def test_misspelt_words_are_corrected(demo: Scope, typed: str, meant: str) -> None:
    asked, found = await names(demo, meant), await names(demo, typed)
    assert asked and set(asked) <= set(found)


async def test_what_nobody_sells_is_not_found(demo: Scope) -> None:
    assert (await search(demo, "xylophone qqqqqqq")).hits == []


async def test_the_name_counts_more_than_the_rest_and_the_word_more_than_its_beginning(
    demo: Scope, tmp_path: Path
) -> None:
    await imported(
        demo,
        tmp_path,
        row(handle="d", sku="D-1", name="Fourth", description="A quuxite thing."),
        row(handle="c", sku="C-1", name="Third", description="A quux thing."),
        row(handle="b", sku="B-1", name="Quuxite second"),
        row(handle="a", sku="A-1", name="Quux first"),
        row(handle="e", sku="E-1", name="Quux sold", description="Sold more."),
    )
    await execute("UPDATE product SET sold = 5 WHERE slug = $1", "e")
    rows = await fetch("SELECT id FROM product WHERE slug = $1", "e")
    await reindex_products(demo, [rows[0]["id"]])
    assert await names(demo, "quux") == ["Quux sold", "Quux first", "Quuxite second", "Third", "Fourth"]


async def test_an_empty_term_lists_everything(demo: Scope) -> None:
    count = (await fetch("SELECT COUNT(*) AS n FROM product WHERE platform_id = $1", demo.platform_id))[0][
        "n"
    ]
    assert (await search(demo, "")).total == (await search(demo, " \t ")).total == count > 500


async def test_pages_follow_each_other_without_gaps_and_each_knows_the_total(demo: Scope) -> None:
    whole = [hit.product_id for hit in (await search(demo, "toyota filter", take=100)).hits]
    pages = [await search(demo, "toyota filter", skip=skip, take=7) for skip in range(0, len(whole) + 7, 7)]
    assert [hit.product_id for page in pages for hit in page.hits] == whole
    assert {page.total for page in pages} == {len(whole)}


@pytest.mark.parametrize(
    ("sort", "key"),
    [
        ("name", lambda hit: hit.name.lower()),
        ("price_asc", lambda hit: (hit.price_min_minor, hit.product_id)),
        ("price_desc", lambda hit: (-hit.price_min_minor, -hit.product_id)),
        (("price", "ASC"), lambda hit: (hit.price_min_minor, hit.product_id)),
        ("recently_added", lambda hit: -hit.product_id),
    ],
)
async def test_hits_come_in_the_order_asked_for(demo: Scope, sort: str, key: object) -> None:
    hits = (await search(demo, "brake", sort=sort, take=100)).hits
    assert len(hits) > 20
    assert hits == sorted(hits, key=key)  # type: ignore[arg-type]


async def test_sales_and_stars_decide_the_top(demo: Scope) -> None:
    sold, starred = [hit.product_id for hit in (await search(demo, "battery", take=2)).hits]
    await execute("UPDATE product SET sold = 40 WHERE id = $1", sold)
    await execute("UPDATE product SET star_sum = 50, star_count = 10 WHERE id = $1", starred)
    await reindex_products(demo, [sold, starred])
    assert (await search(demo, "", sort="top_selling")).hits[0].product_id == sold
    assert [h.product_id for h in (await search(demo, "", sort="recommended")).hits[:2]] == [starred, sold]


@pytest.mark.parametrize("sort", [*SORTS, ("price", "DESC"), ("name", "DESC"), ("top_selling", "ASC")])
@pytest.mark.parametrize("term", ["", "toyota"])
async def test_every_sort_is_the_same_each_time_it_is_asked(demo: Scope, sort: str, term: str) -> None:
    first, again = await search(demo, term, sort=sort), await search(demo, term, sort=sort)
    assert first == again and len(first.hits) == 20


@pytest.mark.parametrize("sort", ["rating", "", ("name", "SIDEWAYS"), ("sold; DROP TABLE product", "ASC")])
async def test_another_sort_is_refused(demo: Scope, sort: str) -> None:
    with pytest.raises(InvalidInput):
        await search(demo, "brake", sort=sort)


async def test_a_category_holds_its_childrens_products(demo: Scope) -> None:
    top, _ = await list_categories(demo, slug="brakes")
    whole = await search(demo, "", category_id=top[0].id, with_counts=True)
    children, _ = await list_categories(demo, parent_id=top[0].id)
    counts = dict(whole.category_counts)
    assert set(counts) == {child.id for child in children}
    assert sum(counts.values()) == whole.total
    for child in children:
        assert (await search(demo, "", category_id=child.id)).total == counts[child.id]
    assert (await search(demo, "alternator", category_id=top[0].id)).total == 0


async def test_counts_are_of_all_hits_and_not_of_the_page(demo: Scope) -> None:
    found = await search(demo, "toyota", take=1, with_counts=True)
    assert sum(count for _, count in found.category_counts) == found.total > 100
    assert (await search(demo, "toyota")).category_counts == []


async def test_another_platforms_products_are_not_found(demo: Scope) -> None:
    kasuwa = await scope_by_code("kasuwa", "test")
    here = {hit.product_id for hit in (await search(demo, "toyota", take=100)).hits}
    there = {hit.product_id for hit in (await search(kasuwa, "toyota", take=100)).hits}
    assert here and there and not here & there
    assert (await search(kasuwa, "BRK-AUD-A4X-001")).total == 0
    assert (await search(await scope_by_code("demo", "live"), "")).total == 0


@pytest.mark.parametrize(
    "term",
    [
        "'; DROP TABLE product; --", '"', "'", "\\", "%", "_", "toyota & !corolla | (", "toyota:*", "NEAR(a b)", "a AND",
        "-toyota", "name:toyota", "^brake", "*", "x" * 10_000, "brake " * 2_000, "🚗🔧", "тормоз", "刹车片", "\x00", "brake\x00pads",
        "\ud800", "1e5 0x10 1_000", "https://example.com/a?b=c", "a@b.example", "<script>", "-1", "${jndi}", "\u202ebrake",
    ],
)  # fmt: skip
async def test_hostile_terms_get_an_answer(demo: Scope, term: str) -> None:
    found = await search(demo, term, with_counts=True)
    assert len(found.hits) <= min(found.total, 20)


async def test_what_has_no_word_in_it_finds_nothing_rather_than_everything(demo: Scope) -> None:
    for term in ("🚗", "!!!", "тормоз"):
        assert (await search(demo, term)).total == 0


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(term=st.text(alphabet=st.characters() | st.sampled_from(string.punctuation), max_size=80))
async def test_no_text_breaks_a_search(demo: Scope, term: str) -> None:
    await search(demo, term)


async def test_numbers_out_of_range_find_nothing_and_break_nothing(demo: Scope) -> None:
    assert (await search(demo, "brake", category_id=10**30)).total == 0
    assert (await search(demo, "brake", category_id=-1)).total == 0
    assert (await search(demo, "brake", skip=10**30)).hits == []
    assert len((await search(demo, "brake", skip=-5, take=10**9)).hits) == 100


async def test_a_search_is_two_statements(demo: Scope) -> None:
    for term in ("", "toyota", "corolla brake pads"):
        with counted() as counter:
            assert (await search(demo, term, take=50)).hits
        assert counter.statements == 2
