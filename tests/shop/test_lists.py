"""Lists: every filter and sort that the dialect knows answers what plain reckoning over all rows answers."""

import re
from datetime import datetime
from typing import Any

import pytest

from core.patterns import check_pattern, matches
from tests.shop.conftest import Phone

PRODUCTS = """query($options: ProductListOptions) { products(options: $options) { totalItems items {
    id name slug description createdAt customFields { Make Year Condition CountryOfOrigin averageRating } } } }"""

Row = dict[str, Any]


async def everything(phone: Phone) -> list[Row]:
    rows: list[Row] = []
    while page := (await phone.ask(PRODUCTS, options={"skip": len(rows), "take": 100}))["products"]["items"]:
        rows += page
    return rows


async def found(phone: Phone, **options: Any) -> set[str]:
    """The ids of all that a filter finds."""
    ids: set[str] = set()
    while True:
        page = (await phone.ask(PRODUCTS, options={**options, "skip": len(ids), "take": 100}))["products"]
        ids |= {row["id"] for row in page["items"]}
        if len(ids) >= page["totalItems"] or not page["items"]:
            assert len(ids) == page["totalItems"]
            return ids


def moment(written: str) -> datetime:
    """What was written: on a whole second without a fraction, so that the texts have another order."""
    return datetime.fromisoformat(written)


def questions(rows: list[Row]) -> list[tuple[Row, Any]]:
    """A filter, and the same as a function of a row."""
    some, other = rows[3], rows[40]
    ids = [some["id"], other["id"], "nobody", "99999999999999999999"]
    times = sorted((row["createdAt"] for row in rows), key=moment)
    early, late = times[len(times) // 4], times[-len(times) // 4]
    return [
        ({"id": {"eq": some["id"]}}, lambda r: r["id"] == some["id"]),
        ({"id": {"notEq": some["id"]}}, lambda r: r["id"] != some["id"]),
        ({"id": {"in": ids}}, lambda r: r["id"] in ids),
        ({"id": {"notIn": ids}}, lambda r: r["id"] not in ids),
        ({"id": {"in": []}}, lambda r: False),
        ({"id": {"isNull": True}}, lambda r: False),
        ({"name": {"eq": some["name"]}}, lambda r: r["name"] == some["name"]),
        ({"name": {"notEq": some["name"]}}, lambda r: r["name"] != some["name"]),
        ({"name": {"contains": "BRAKE"}}, lambda r: "brake" in r["name"].lower()),
        ({"name": {"notContains": "brake"}}, lambda r: "brake" not in r["name"].lower()),
        ({"name": {"contains": "%"}}, lambda r: "%" in r["name"]),
        ({"slug": {"in": [some["slug"]]}}, lambda r: r["slug"] == some["slug"]),
        ({"slug": {"notIn": [some["slug"]]}}, lambda r: r["slug"] != some["slug"]),
        (
            {"name": {"regex": "^(audi|bmw).*pads?$"}},
            lambda r: re.search("^(audi|bmw).*pads?$", r["name"], re.I),
        ),
        ({"enabled": {"eq": True}}, lambda r: True),
        ({"languageCode": {"eq": "en"}}, lambda r: True),
        ({"Make": {"eq": "Toyota"}}, lambda r: r["customFields"]["Make"] == "Toyota"),
        ({"Make": {"isNull": True}}, lambda r: r["customFields"]["Make"] is None),
        ({"Year": {"gte": 2010, "lt": 2012.5}}, lambda r: 2010 <= (r["customFields"]["Year"] or 0) < 2012.5),
        (
            {"Year": {"between": {"start": 2008, "end": 2009}}},
            lambda r: r["customFields"]["Year"] in (2008, 2009),
        ),
        ({"Year": {"gt": 10**30}}, lambda r: False),
        ({"averageRating": {"gte": 4.5}}, lambda r: (r["customFields"]["averageRating"] or 0) >= 4.5),
        ({"createdAt": {"before": late}}, lambda r: moment(r["createdAt"]) < moment(late)),
        ({"createdAt": {"after": early}}, lambda r: moment(r["createdAt"]) > moment(early)),
        ({"createdAt": {"eq": early}}, lambda r: r["createdAt"] == early),
        (
            {"createdAt": {"between": {"start": early, "end": late}}},
            lambda r: moment(early) <= moment(r["createdAt"]) <= moment(late),
        ),
        ({"name": None, "slug": {"eq": None}}, lambda r: True),
        (
            {
                "_or": [
                    {"name": {"contains": "audi"}},
                    {"_and": [{"Make": {"eq": "BMW"}}, {"Year": {"lt": 2006}}]},
                ]
            },
            lambda r: (
                "audi" in r["name"].lower()
                or (r["customFields"]["Make"] == "BMW" and r["customFields"]["Year"] < 2006)
            ),
        ),
    ]


async def test_every_filter_finds_what_counting_by_hand_finds(phone: Phone) -> None:
    rows = await everything(phone)
    for asked, holds in questions(rows):
        assert await found(phone, filter=asked) == {row["id"] for row in rows if holds(row)}, asked


async def test_the_first_level_is_taken_together_as_it_is_asked(phone: Phone) -> None:
    asked = {"name": {"contains": "audi"}, "Make": {"eq": "BMW"}}
    assert await found(phone, filter=asked) == set()
    both = await found(phone, filter=asked, filterOperator="OR")
    assert (
        both
        == await found(phone, filter={"_or": [{"name": asked["name"]}, {"Make": asked["Make"]}]})
        != set()
    )


async def test_a_list_is_sorted_by_several_fields_and_those_without_a_value_come_last(phone: Phone) -> None:
    asked = {"sort": {"Year": "ASC", "Make": "DESC"}, "take": 100}
    rows: list[Row] = []
    while page := (await phone.ask(PRODUCTS, options={**asked, "skip": len(rows)}))["products"]["items"]:
        rows += page
    # The fields count in the order of the schema: Make before Year.
    makes = [row["customFields"]["Make"] for row in rows]
    named = [make for make in makes if make]
    assert makes == [None] * (len(makes) - len(named)) + sorted(named, reverse=True)
    for make in set(named):
        years = [row["customFields"]["Year"] for row in rows if row["customFields"]["Make"] == make]
        assert years == sorted(years)


@pytest.mark.parametrize(
    "pattern",
    [
        "((a{1,50}){1,50})+$",
        "(.)\\1",
        "(?=a)a",
        "(?i)a",
        "[[.a.]]",
        "\\yword",
        "a{1,500}",
        "a{2000}",
        "(",
        "a**",
        "x" * 101,
        "a\\",
        "^*",
    ],
)
async def test_a_pattern_that_could_keep_the_database_busy_is_refused_or_answered(
    phone: Phone, pattern: str
) -> None:
    _, body = await phone.send(
        {"query": PRODUCTS, "variables": {"options": {"filter": {"description": {"regex": pattern}}}}}
    )
    for error in body.get("errors", ()):
        assert error["extensions"] == {"code": "INVALID_INPUT", "field": "regex"}
    assert bool(body.get("errors")) or pattern == "^*"  # which only SQLite can make sense of


def test_a_pattern_that_is_slow_elsewhere_is_read_once_through() -> None:
    text = "a" * 5000 + "!"
    assert matches(check_pattern("(a+)+(a*)*$"), text) is False
    assert matches(check_pattern("A!$"), text) is True
    assert matches("a", None) is None


async def test_filters_have_bounds(phone: Phone) -> None:
    deep: Row = {"name": {"contains": "a"}}
    for _ in range(8):
        deep = {"_and": [deep]}
    many = {"_or": [{"name": {"contains": str(i)}} for i in range(60)]}
    for asked in (deep, many, {"id": {"in": ["1"] * 101}}):
        assert (await phone.refused(PRODUCTS, options={"filter": asked}))["extensions"][
            "code"
        ] == "INVALID_INPUT"


async def test_variants_of_a_product_and_of_a_shelf_are_filtered_and_sorted(phone: Phone) -> None:
    whole = """query($options: ProductVariantListOptions) {
        collections(options: {topLevelOnly: true, take: 5}) { items { id productVariants(options: $options) {
            totalItems items { id price stockLevel sku product { name } } } } }
        products(options: {take: 20}) { items { id variants { id price sku }
            variantList(options: $options) { totalItems items { id price createdAt productId } } } } }"""
    asked = {"filter": {"price": {"lt": 20000}, "stockLevel": {"eq": "IN_STOCK"}}, "sort": {"price": "DESC"}}
    shown = await phone.ask(whole, options={**asked, "take": 100})
    for shelf in shown["collections"]["items"]:
        items = shelf["productVariants"]["items"]
        prices = [item["price"] for item in items]
        assert items and prices == sorted(prices, reverse=True)
        assert max(prices) < 20000 and {item["stockLevel"] for item in items} == {"IN_STOCK"}
    for product in shown["products"]["items"]:
        listed = product["variantList"]
        cheap = {v["id"] for v in product["variants"] if v["price"] < 20000}
        assert {item["id"] for item in listed["items"]} <= cheap
        assert all(item["productId"] == product["id"] for item in listed["items"])
    none = await phone.ask(whole, options={"take": 0})
    assert all(product["variantList"]["items"] == [] for product in none["products"]["items"])
    assert all(product["variantList"]["totalItems"] > 0 for product in none["products"]["items"])


async def test_shelves_are_filtered_and_sorted(phone: Phone) -> None:
    asked = """query($options: CollectionListOptions) { collections(options: $options) { totalItems items {
        id slug parentId position productVariants(options: {take: 0}) { totalItems } } } }"""
    every = (await phone.ask(asked))["collections"]["items"]
    brakes = next(shelf for shelf in every if shelf["slug"] == "brakes")
    top = (await phone.ask(asked, options={"filter": {"parentId": {"eq": "0"}}}))["collections"]["items"]
    assert {shelf["id"] for shelf in top} == {shelf["id"] for shelf in every if shelf["parentId"] == "0"}
    inside = (await phone.ask(asked, options={"filter": {"parentId": {"in": [brakes["id"]]}}}))["collections"]
    assert inside["totalItems"] == len([shelf for shelf in every if shelf["parentId"] == brakes["id"]]) > 0
    full = await phone.ask(
        asked, options={"filter": {"productVariantCount": {"gte": 20}}, "sort": {"slug": "DESC"}}
    )
    slugs = [shelf["slug"] for shelf in full["collections"]["items"]]
    assert slugs == sorted(slugs, reverse=True)
    counted = {s["slug"] for s in every if s["productVariants"]["totalItems"] >= 20}
    assert set(slugs) == counted != set()
