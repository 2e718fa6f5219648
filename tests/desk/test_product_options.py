"""What variants differ in is kept on the product's page: groups of options, and which of these each variant is."""

from models import AuditEntry, Option, OptionGroup, Product, Seller, Variant
from services.catalogue.options import chosen_of_variants
from services.search import search
from services.tenants import scope_by_code
from tests.catalogue.helpers import counted
from tests.desk.conftest import Visitor
from tests.desk.test_catalogue import id_of, made, only_variant
from tests.desk.test_every_page import AsRole


async def options_of(product: int) -> dict[str, int]:
    """The ids of a product's options by their names."""
    return {
        each.name: each.id
        for each in await Option.filter(group__product_id=product).order_by("group_id", "position")
    }


async def variant_saved(visitor: Visitor, path: str, variant: Variant, **fields: object) -> str:
    given = {"sku": variant.sku, "price": "20", "pieces": 1, "enabled": "yes", **fields}
    return await visitor.act(path, "variant", key=f"-{variant.id}", variant_id=variant.id, **given)


async def test_a_product_of_two_sizes_is_made_wholly_in_the_portal(as_role: AsRole) -> None:
    visitor = await as_role("seller")
    mine = await Seller.filter(platform_id=1, environment="test", deleted_at=None).order_by("-id").first()
    path = await made(visitor, name="Tema Apron")
    product, scope = id_of(path), await scope_by_code("demo", "test")
    assert mine and (await Product.get(id=product)).seller_id == mine.id
    first = await only_variant(product)
    text = await visitor.act(path, "add_group", name="Size", options="Small, , Large")
    assert "Now choose one for each variant." in text and "Choose one</option>" in text
    size = await options_of(product)
    assert list(size) == ["Small", "Large"]
    await variant_saved(visitor, path, first, choice=size["Small"])
    assert visitor.status == 200
    text = await visitor.act(
        path, "add_variant", choice=size["Large"], sku="TA-L", price="25", pieces=2, enabled="yes"
    )
    large = await Variant.get(sku="TA-L")
    await first.refresh_from_db()
    assert [(each.name, each.option) for each in (first, large)] == [
        ("Tema Apron Small", "Small"),
        ("Tema Apron Large", "Large"),
    ]
    assert await chosen_of_variants([first.id, large.id]) == {
        first.id: {size["Small"]},
        large.id: {size["Large"]},
    }
    assert text.count(f'<option value="{size["Small"]}" selected>') == 1

    # Another name is what chats and the search say from then on.
    await visitor.act(path, "publish", enabled="yes")
    await visitor.act(
        path, "option", key=f"-{size['Large']}", product_option_id=size["Large"], name="Gargantuan"
    )
    await large.refresh_from_db()
    assert (large.name, large.option) == ("Tema Apron Gargantuan", "Gargantuan")
    assert (await search(scope, "apron gargantuan")).total == 1
    group = await OptionGroup.get(product_id=product)
    await visitor.act(path, "add_option", group_id=group.id, name="Tiny")
    text = await visitor.act(path, "group", key=f"-{group.id}", group_id=group.id, name="Cut")
    assert ">Tiny</option>" in text and "<h3>Cut</h3>" in text
    tiny = (await options_of(product))["Tiny"]
    await visitor.act(path, "take_option", product_option_id=tiny)
    assert "Tiny" not in await options_of(product)
    acts = (
        await AuditEntry.filter(noun__in=["option", "optionGroup"]).order_by("id").values_list("noun", "act")
    )
    assert acts == [
        ("optionGroup", "created"),
        ("option", "created"),
        ("option", "created"),
        ("option", "updated"),
        ("option", "created"),
        ("optionGroup", "updated"),
        ("option", "deleted"),
    ]
    looking = await as_role("support")
    text = await looking.get(path)
    assert "<dt>Cut</dt><dd>Small</dd>" in text and "<dt>Cut</dt><dd>Small, Gargantuan</dd>" in text
    assert 'name="act" value="add_group"' not in text


async def test_what_the_services_refuse_is_said_in_their_words_and_changes_nothing(as_role: AsRole) -> None:
    visitor = await as_role("catalogue")
    path = await made(visitor)
    product = id_of(path)
    first = await only_variant(product)
    for options, said in {
        " , ": "Please name at least one option.",
        "Left, left": 'The group has an option "left".',
        f"Left, {'x' * 121}": "At most 120 characters fit here.",
    }.items():
        text = await visitor.act(path, "add_group", name="Side", options=options)
        assert visitor.status == 400 and f'id="add_group-options-wrong">{said}' in text, options
    assert not await OptionGroup.filter(code="side", product_id=None).exists(), "all or nothing"
    await visitor.act(path, "add_group", name="Side", options="Left, Right")
    text = await visitor.act(path, "add_group", name="side", options="Up")
    assert visitor.status == 400 and 'id="add_group-name-wrong">The product has a group "side".' in text
    await visitor.act(path, "add_group", name="Colour", options="Red")
    group = await OptionGroup.get(product_id=product, code="side")
    known = await options_of(product)

    text = await variant_saved(visitor, path, first)
    assert visitor.status == 400 and text.count('-wrong">Please choose one of: Side, Colour.') == 1
    # A browser sends one input of that name for each group.
    fields = [("sku", first.sku), ("price", "20"), ("pieces", "1"), ("enabled", "yes")]

    async def saved(act: str, *names: str, **more: object) -> str:
        token = await visitor.csrf(path)
        sent = [("csrf", token), ("act", act), *fields, *((n, str(v)) for n, v in more.items())]
        return await visitor.post(path, [*sent, *(("choice", str(known[name])) for name in names)])

    await saved("variant", "Left", "Red", variant_id=first.id)
    await first.refresh_from_db()
    assert visitor.status == 200 and first.option == "Left, Red"
    fields[0] = ("sku", "")
    text = await saved("add_variant", "Left", "Red")
    assert visitor.status == 400 and 'id="add_variant-choice-wrong">Another variant is the same.' in text
    assert f'<option value="{known["Red"]}" selected>' in text.partition('id="add_variant-choice"')[2]
    text = await saved("add_variant", "Left", "Right", "Red")
    assert visitor.status == 400 and "A variant is one option of each group." in text
    await only_variant(product)

    text = await visitor.act(path, "take_group", group_id=group.id)
    assert visitor.status == 400 and "1 variant is an option of side." in text
    await visitor.act(path, "take_option", product_option_id=known["Left"])
    assert visitor.status == 400
    await visitor.act(path, "take_variant", variant_id=first.id)
    text = await visitor.act(path, "take_group", group_id=group.id)
    assert visitor.status == 200 and [each.code for each in await OptionGroup.filter(product_id=product)] == [
        "colour"
    ]


async def test_the_options_of_another_product_or_seller_are_not_there(as_role: AsRole) -> None:
    keeper, visitor = await as_role("catalogue"), await as_role("seller")
    theirs, mine = await made(keeper), await made(visitor)
    await keeper.act(theirs, "add_group", name="Side", options="Left")
    await visitor.act(mine, "add_group", name="Side", options="Left")
    group = await OptionGroup.get(product_id=id_of(theirs))
    left = (await options_of(id_of(theirs)))["Left"]
    before = await OptionGroup.all().order_by("id").values()
    # Also whoever may change both does it on the page of the product that has it.
    own = await made(keeper)
    for who, path in ((visitor, mine), (visitor, theirs), (keeper, own)):
        for act, fields in {
            "group": {"group_id": group.id, "name": "X"},
            "take_group": {"group_id": group.id},
            "add_option": {"group_id": group.id, "name": "X"},
            "option": {"product_option_id": left, "name": "X"},
            "take_option": {"product_option_id": left},
            "add_variant": {"choice": left, "price": "1", "pieces": 1},
        }.items():
            token = await who.csrf("/admin/account")
            await who.post(path, {"csrf": token, "act": act, **{n: str(v) for n, v in fields.items()}})
            # A choice that isn't among one's own is a choice that is missing.
            assert who.status == (400 if (act, path) == ("add_variant", mine) else 404), (act, path)
    assert await options_of(id_of(theirs)) == {"Left": left}
    assert await OptionGroup.all().order_by("id").values() == before


async def test_the_page_asks_as_often_of_many_variants_as_of_one(as_role: AsRole) -> None:
    visitor = await as_role("catalogue")
    path = await made(visitor)

    async def statements() -> int:
        await visitor.get(path)
        with counted() as seen:
            await visitor.get(path)
        return seen.statements

    without = await statements()
    await visitor.act(path, "add_group", name="Size", options=",".join(map(str, range(9))))
    few = await statements()
    for option in (await options_of(id_of(path))).values():
        await visitor.act(path, "add_variant", choice=option, price="3", pieces=1, enabled="yes")
    assert few == await statements() == without + 1
