"""Dynamic properties: staff define them, and what is written to an order and its parts fits what was defined."""

from typing import Any

import pytest

from core.db import transaction
from core.errors import DomainError
from models import AuditEntry, OrderEvent, Platform, PropertyValue
from services.demo_properties import DEMO_PROPERTIES, add_demo_properties
from services.orders import OrderView
from services.properties import Given, label_of, read_properties, set_properties
from services.tenants import Scope, scope_by_code
from tests.admin.conftest import DeskHands
from tests.sellers.hands import buy_of
from tests.services.helpers import a_buyer, a_variant
from tests.stories.test_statements import statements  # noqa: F401 - a fixture

CREATE = """mutation($i: CreateDynamicPropertyInput!) { createDynamicProperty(input: $i) {
  id name objectType valueType isArray isMultilingual isDictionary isRequired displayOrder labels { locale label } items { id } } }"""
UPDATE = """mutation($i: UpdateDynamicPropertyInput!) { updateDynamicProperty(input: $i) {
  name isRequired displayOrder labels { locale label } } }"""
DELETE = "mutation($id: ID!, $f: Boolean) { deleteDynamicProperty(id: $id, force: $f) { result message } }"
ITEM = "mutation($i: CreateDictionaryItemInput!) { createDictionaryItem(input: $i) { id name labels { locale label } } }"
CHANGE_ITEM = "mutation($i: UpdateDictionaryItemInput!) { updateDictionaryItem(input: $i) { id name labels { locale label } } }"
DROP_ITEM = "mutation($p: ID!, $id: ID!, $f: Boolean) { deleteDictionaryItem(propertyId: $p, id: $id, force: $f) { result } }"
LIST = """query($o: DynamicPropertyListOptions) { dynamicProperties(options: $o) {
  totalItems items { id name objectType items { id name } } } }"""
RED = "578fadeb1d2a40b3b08b1daf8db09463"


@pytest.fixture
async def order(demo: Scope) -> OrderView:
    buyer = await a_buyer(demo, balance_minor=10**9, pin=True)
    return await buy_of(buyer, await a_variant(demo, pieces=9))


async def defined(desk: DeskHands, name: str, kind: str = "ShortText", **more: Any) -> str:
    await desk.log_in()
    given = {"name": name, "objectType": "CustomerOrder", "valueType": kind} | more
    return str((await desk.ask(CREATE, i=given))["createDynamicProperty"]["id"])


async def write(scope: Scope, order: OrderView, *given: Given) -> None:
    async with transaction():
        await set_properties(scope, "CustomerOrder", order.id, given, order_id=order.id)


async def refusal(scope: Scope, order: OrderView, *given: Given) -> tuple[str, str]:
    with pytest.raises(DomainError) as refused:
        await write(scope, order, *given)
    return refused.value.field, refused.value.message


async def has(
    scope: Scope, order: OrderView, culture: str | None = None
) -> list[tuple[str, Any, str | None]]:
    found = await read_properties(scope, "CustomerOrder", [order.id], culture)
    return [(each.definition.name, each.value, each.locale) for each in found.get(order.id, [])]


async def test_a_property_is_defined_changed_and_taken_away(
    desk: DeskHands, demo: Scope, order: OrderView
) -> None:
    await desk.log_in()
    given = {
        "name": "Fleet number",
        "objectType": "CustomerOrder",
        "valueType": "Integer",
        "isArray": True,
        "displayOrder": 7,
        "labels": [{"locale": "fr", "label": "Numéro"}, {"locale": "de-DE", "label": "Nummer"}],
    }
    made = (await desk.ask(CREATE, i=given))["createDynamicProperty"]
    labels = sorted(given["labels"], key=lambda each: each["locale"])  # type: ignore[attr-defined]
    expected = given | {
        "isMultilingual": False,
        "isDictionary": False,
        "isRequired": False,
        "labels": labels,
        "items": [],
    }
    assert made == expected | {"id": made["id"]}
    assert await desk.refused(CREATE, i=given) == "INVALID_INPUT"
    # Another type of thing may have one of the same name.
    await desk.ask(CREATE, i=given | {"objectType": "LineItem"})
    changed = await desk.ask(UPDATE, i={"id": made["id"], "name": "Fleet", "displayOrder": 0, "labels": []})
    assert changed["updateDynamicProperty"] == {
        "name": "Fleet",
        "isRequired": False,
        "displayOrder": 0,
        "labels": [],
    }
    await write(demo, order, Given("Fleet", [4, "5"]))
    gone = (await desk.ask(DELETE, id=made["id"]))["deleteDynamicProperty"]
    assert gone == {"result": "NOT_DELETED", "message": "There are values of it: 2."}
    assert (await desk.ask(DELETE, id=made["id"], f=True))["deleteDynamicProperty"]["result"] == "DELETED"
    assert not await PropertyValue.filter(property_id=made["id"]).exists()
    acts = (
        await AuditEntry.filter(noun="dynamicProperty", noun_id=made["id"])
        .order_by("id")
        .values_list("act", flat=True)
    )
    assert acts == ["created", "updated", "deleted"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "x" * 121},
        {"displayOrder": 10**9},
        {"labels": [{"locale": "German", "label": "x"}]},
        {"labels": [{"locale": "de", "label": ""}]},
        {"valueType": "Integer", "isDictionary": True},
        {"isDictionary": True, "isMultilingual": True},
    ],
)
async def test_a_definition_that_makes_no_sense_is_refused(desk: DeskHands, wrong: dict[str, Any]) -> None:
    await desk.log_in()
    given = {"name": "Fleet", "objectType": "CustomerOrder", "valueType": "ShortText"} | wrong
    assert await desk.refused(CREATE, i=given) == "INVALID_INPUT"


async def test_a_dictionary_has_items_with_labels(desk: DeskHands, demo: Scope, order: OrderView) -> None:
    colour = await defined(desk, "Colour", isDictionary=True)
    red = {"propertyId": colour, "id": RED, "name": "Red", "labels": [{"locale": "de", "label": "Rot"}]}
    made = (await desk.ask(ITEM, i=red))["createDictionaryItem"]
    assert made == {"id": RED, "name": "Red", "labels": [{"locale": "de", "label": "Rot"}]}
    blue = (await desk.ask(ITEM, i={"propertyId": colour, "name": "Blue"}))["createDictionaryItem"]
    assert len(blue["id"]) == 32
    for wrong in ({"id": RED}, {"name": "Red"}, {"id": "no-id"}):
        assert await desk.refused(ITEM, i={"propertyId": colour, "name": "Green"} | wrong) == "INVALID_INPUT"
    await write(demo, order, Given("Colour", RED))
    ((value,),) = (await read_properties(demo, "CustomerOrder", [order.id])).values()
    assert value.item is not None
    assert (value.value, value.item.uid.hex, label_of(value.item.labels, "de-AT")) == ("Red", RED, "Rot")
    assert label_of(value.item.labels, "fr") is None
    dark = await desk.ask(CHANGE_ITEM, i={"propertyId": colour, "id": RED, "name": "Dark red"})
    assert dark["updateDictionaryItem"] == made | {"name": "Dark red"}
    assert (await has(demo, order)) == [("Colour", "Dark red", None)]
    assert (await desk.ask(DROP_ITEM, p=colour, id=RED))["deleteDictionaryItem"]["result"] == "NOT_DELETED"
    assert (await desk.ask(DROP_ITEM, p=colour, id=RED, f=True))["deleteDictionaryItem"][
        "result"
    ] == "DELETED"
    assert await has(demo, order) == []
    field, said = await refusal(demo, order, Given("Colour", RED))
    assert (field, said) == ("Colour", 'The property "Colour" must be the id of one of its items.')
    plain = await defined(desk, "Plain")
    assert await desk.refused(ITEM, i={"propertyId": plain, "name": "Green"}) == "INVALID_INPUT"


async def test_what_is_not_named_stays_and_none_takes_away(
    desk: DeskHands, demo: Scope, order: OrderView
) -> None:
    await defined(desk, "Note")
    await defined(desk, "Tags", isArray=True)
    await defined(desk, "Greeting", isMultilingual=True)
    await write(
        demo,
        order,
        Given("Note", "careful"),
        Given("Tags", "a"),
        Given("Tags", "b"),
        Given("Greeting", "hallo welt", "de-DE"),
        Given("Greeting", "hello", "en"),
    )
    assert await has(demo, order) == [
        ("Greeting", "hallo welt", "de-DE"),
        ("Greeting", "hello", "en"),
        ("Note", "careful", None),
        ("Tags", "a", None),
        ("Tags", "b", None),
    ]
    await write(demo, order, Given("Tags", ["c"]), Given("Greeting", None, "de-DE"))
    assert await has(demo, order) == [
        ("Greeting", "hello", "en"),
        ("Note", "careful", None),
        ("Tags", "c", None),
    ]
    await write(demo, order, Given("Tags", []), Given("Note", None), Given("Greeting", None))
    assert await has(demo, order) == []
    events = await OrderEvent.filter(order_id=order.id, kind="properties").order_by("id")
    assert [each.data["names"] for each in events] == [
        ["Note", "Tags", "Greeting"],
        ["Tags", "Greeting"],
        ["Tags", "Note", "Greeting"],
    ]


async def test_a_culture_is_answered_in_its_own_words_or_its_language(
    desk: DeskHands, demo: Scope, order: OrderView
) -> None:
    await defined(desk, "Greeting", isMultilingual=True)
    await defined(desk, "Note")
    await write(
        demo,
        order,
        Given("Greeting", "hallo", "de"),
        Given("Greeting", "servus", "de-AT"),
        Given("Greeting", "hello", "en-US"),
        Given("Note", "careful"),
    )
    said = {culture: await has(demo, order, culture) for culture in ("de-AT", "de-DE", "de", "fr")}
    note = ("Note", "careful", None)
    assert said == {
        "de-AT": [("Greeting", "servus", "de-AT"), note],
        "de-DE": [("Greeting", "hallo", "de"), note],
        "de": [("Greeting", "hallo", "de"), note],
        "fr": [note],
    }


async def test_what_does_not_fit_is_refused_by_the_propertys_name_and_nothing_is_written(
    desk: DeskHands, demo: Scope, order: OrderView
) -> None:
    await defined(desk, "Note", isRequired=True)
    await defined(desk, "Greeting", isMultilingual=True)
    for given, name in (
        ([Given("Nothing", "x")], "Nothing"),
        ([Given("Note", ["a", "b"])], "Note"),
        ([Given("Note", 5)], "Note"),
        ([Given("Note", None)], "Note"),
        ([Given("Note", "x", "de")], "Note"),
        ([Given("Greeting", "x")], "Greeting"),
        ([Given("Greeting", "x", "German")], "locale"),
        ([Given("Note", "fits"), Given("Greeting", 5, "de")], "Greeting"),
        ([Given("Note", "x")] * 201, "dynamicProperties"),
    ):
        field, said = await refusal(demo, order, *given)
        assert (field, field in said or field[0].islower()) == (name, True), said
    assert await has(demo, order) == []


async def test_things_of_one_number_and_another_type_have_their_own(
    desk: DeskHands, demo: Scope, order: OrderView
) -> None:
    await defined(desk, "Note")
    await desk.ask(CREATE, i={"name": "Note", "objectType": "LineItem", "valueType": "ShortText"})
    async with transaction():
        await set_properties(demo, "LineItem", order.id, [Given("Note", "a line's")], order_id=order.id)
    assert await has(demo, order) == []
    await write(demo, order, Given("Note", "the order's"))
    assert await has(demo, order) == [("Note", "the order's", None)]


async def test_however_many_are_asked_for_it_is_one_statement(
    desk: DeskHands,
    demo: Scope,
    order: OrderView,
    statements: list[str],  # noqa: F811
) -> None:
    await defined(desk, "Tags", isArray=True)
    for owner in range(1, 40):
        async with transaction():
            await set_properties(demo, "CustomerOrder", owner, [Given("Tags", ["a", "b"])], order_id=order.id)
    statements.clear()
    found = await read_properties(demo, "CustomerOrder", range(1, 40))
    assert (len(found), len(statements)) == (39, 1)


async def test_another_platform_neither_reads_nor_writes_it(
    desk: DeskHands, demo: Scope, order: OrderView
) -> None:
    kasuwa = await scope_by_code("kasuwa", "test")
    await defined(desk, "Note")
    await write(demo, order, Given("Note", "ours"))
    assert await read_properties(kasuwa, "CustomerOrder", [order.id]) == {}
    assert (await refusal(kasuwa, order, Given("Note", "theirs")))[0] == "Note"
    assert await has(demo, order) == [("Note", "ours", None)]


async def test_the_demo_has_the_documents_properties_on_both_platforms(
    desk: DeskHands, demo: Scope, order: OrderView
) -> None:
    await desk.log_in()
    for code in ("demo", "kasuwa"):
        desk.headers = {}
        platform = await Platform.get(code=code)
        for _ in range(2):  # what is there stays
            await add_demo_properties({"platform_id": platform.id, "environment": "test"})
    found = (await desk.ask(LIST, o={"take": 100}))["dynamicProperties"]
    assert found["totalItems"] == 4 * len(DEMO_PROPERTIES)
    (dictionary,) = {tuple(item["id"] for item in each["items"]) for each in found["items"] if each["items"]}
    assert RED in dictionary
    await write(
        demo,
        order,
        Given("Example string property", "12345678"),
        Given("Example multilanguage property", "hallo welt", "de-DE"),
        Given("Example dictionary property", RED),
    )
    assert [value for _, value, _ in await has(demo, order)] == ["12345678", "hallo welt", "Red"]
