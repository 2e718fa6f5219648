"""One product: its words, variants, pictures, cars and facets. What variants differ in is `product_options`."""

from collections.abc import Mapping
from typing import Any, Literal

from api.desk.forms import Confirmed, Form, refuse
from api.desk.pages import Done, Outcome, Pages
from api.desk.people import sellers_to_choose
from api.desk.product_options import ACTS as OPTION_ACTS
from api.desk.product_options import FIELDS as OPTION_FIELDS
from api.desk.product_options import difference, groups_of, options_shown
from api.desk.products import CONDITIONS, DELETE, READ, UPDATE, shelves_to_choose
from api.desk.visits import Visit
from core.errors import NotFound
from core.languages import LANGUAGES, SOURCE
from core.money import precision, to_decimal
from services.catalogue.asset_changes import create_asset, update_asset
from services.catalogue.facets import list_facets, values_had, values_of_facets
from services.catalogue.products import get_product
from services.catalogue.views import Behind, ProductView
from services.listing import Listing
from services.merchandise.cars import add_car, cars_of, take_car
from services.merchandise.drafts import ProductDraft, VariantDraft, read_draft
from services.merchandise.products import delete_product, update_product
from services.merchandise.variants import create_variant, delete_variant, update_variant

pages = Pages()

PATH = "/products/{id:[0-9]{1,18}}"
PARTS = frozenset({"assets", "variants", "categories", "translations"})
LARGEST_PICTURE = 21 * 1024 * 1024  # bytes, with the form around it
MOST_FACETS = 100
OTHER_LANGUAGES = [(code, name) for code, name in LANGUAGES.items() if code != SOURCE]


class Words(Form):
    name: str
    slug: str
    description: str = ""
    category_id: int | None = None
    condition: str
    country_of_origin: str = ""
    seller_id: int | None = None


class OtherWords(Form):
    language: str
    name: str
    description: str = ""


class Published(Form):
    enabled: bool = False


class OfVariant(Form):
    """`choice` are options, one of each group; `option` is said of a product without groups."""

    option: str = ""
    choice: list[int] = []
    sku: str = ""
    price: str
    compare_at: str = ""
    pieces: int
    enabled: bool = False


class ChangedVariant(OfVariant):
    variant_id: int


class WhichVariant(Form):
    variant_id: int


class Picture(Form):
    name: str = ""


class Alt(Form):
    asset_id: int
    name: str


class Moved(Form):
    asset_id: int
    to: Literal["first", "away"]


class NewCar(Form):
    make: str
    model: str
    year_from: int
    year_to: int | None = None


class WhichCar(Form):
    car_id: int


class Values(Form):
    value: list[int] = []


@pages.page(PATH, "Product", "product.html", needs=READ)
async def product(visit: Visit) -> Mapping[str, Any]:
    found = await _found(visit)
    facets, _ = await list_facets(visit.scope, Listing(take=MOST_FACETS), private=True)
    values = await values_of_facets(visit.scope, [each.id for each in facets]) if facets else {}
    had = await values_had(visit.scope, "product", [found.id], private=True)
    return {
        "product": found,
        **await options_shown(visit, found.variants),
        "shelf": found.categories[0].id if found.categories else "",
        "shelves": [("", "None"), *await shelves_to_choose(visit)],
        "conditions": CONDITIONS,
        "sellers": await _sellers(visit, found),
        "languages": OTHER_LANGUAGES,
        "cars": await cars_of(visit.desk, found.id),
        "facets": [(each, values.get(each.id, [])) for each in facets],
        "had": {each.id for each in had.get(found.id, [])},
        "major": lambda minor: "" if minor is None else _major(visit, minor),
        "changing": visit.may(*UPDATE),
    }


@product.act("words", needs=UPDATE, form=Words, fields={"collectionId": "category_id"})
async def words(visit: Visit, form: Words) -> Outcome:
    said = form.model_dump(exclude_none=True)
    await update_product(visit.desk, visit.id, read_draft(ProductDraft, said))
    return Done("Saved.")


@product.act("translate", needs=UPDATE, form=OtherWords)
async def translate(visit: Visit, form: OtherWords) -> Outcome:
    if form.language not in dict(OTHER_LANGUAGES):
        raise refuse(language="This language is not supported.")
    await update_product(
        visit.desk, visit.id, read_draft(ProductDraft, {"translations": [form.model_dump()]})
    )
    return Done(f"Saved in {dict(OTHER_LANGUAGES)[form.language]}.")


@product.act("publish", needs=UPDATE, form=Published)
async def publish(visit: Visit, form: Published) -> Outcome:
    await update_product(visit.desk, visit.id, ProductDraft(enabled=form.enabled))
    return Done("Published." if form.enabled else "Unpublished: it is hidden from the shop.")


@product.act("delete", needs=DELETE, form=Confirmed)
async def delete(visit: Visit, _: Confirmed) -> Outcome:
    await delete_product(visit.desk, visit.id)
    return Done("Product deleted. Orders that contain it keep it.", to="/admin/products")


_VARIANT_FIELDS = {
    "price_minor": "price",
    "compare_at_minor": "compare_at",
    "stockOnHand": "pieces",
    "optionIds": "choice",
    "option_ids": "choice",
}


@product.act("add_variant", needs=UPDATE, form=OfVariant, fields=_VARIANT_FIELDS)
async def add_variant(visit: Visit, form: OfVariant) -> Outcome:
    await create_variant(visit.desk, visit.id, await _variant_draft(visit, form))
    return Done("Variant added.")


@product.act("variant", needs=UPDATE, form=ChangedVariant, fields=_VARIANT_FIELDS)
async def variant(visit: Visit, form: ChangedVariant) -> Outcome:
    await _own_variant(visit, form.variant_id)
    await update_variant(visit.desk, form.variant_id, await _variant_draft(visit, form))
    return Done("Variant saved.")


@product.act("take_variant", needs=DELETE, form=WhichVariant)
async def take_variant(visit: Visit, form: WhichVariant) -> Outcome:
    await _own_variant(visit, form.variant_id)
    await delete_variant(visit.desk, form.variant_id)
    return Done("Variant deleted. Orders that contain it keep it.")


async def _variant_draft(visit: Visit, form: OfVariant) -> VariantDraft:
    price = visit.amount(form.price, "price")
    before = visit.amount(form.compare_at, "compare_at") if form.compare_at else None
    if before is not None and before <= price:
        raise refuse(compare_at="Must be more than the price, or empty.")
    said: dict[str, Any] = {
        **difference(await groups_of(visit), form.option, form.choice),
        "price_minor": price,
        "compare_at_minor": before,
        "pieces": form.pieces,
        "enabled": form.enabled,
    }
    return read_draft(VariantDraft, said | ({"sku": form.sku} if form.sku else {}), _VARIANT_FIELDS)


for _name, (_needs, _form, _run) in OPTION_ACTS.items():
    product.act(_name, needs=_needs, form=_form, fields=OPTION_FIELDS)(_run)


@product.act("picture", needs=UPDATE, form=Picture, most_bytes=LARGEST_PICTURE)
async def picture(visit: Visit, form: Picture) -> Outcome:
    """One more, behind the others. It is checked and drawn anew as any that is uploaded."""
    given = visit.files.get("file")
    if given is None:
        raise refuse(name="Please choose an image.")
    shown = await _found(visit)
    asset = await create_asset(visit.desk, given.filename, given.file.read())
    if form.name:
        await update_asset(visit.desk, asset.id, name=form.name)
    ids = [each.id for each in shown.assets if each.id != asset.id]
    await update_product(visit.desk, visit.id, read_draft(ProductDraft, {"asset_ids": [*ids, asset.id]}))
    return Done("Image uploaded.")


@product.act("alt", needs=UPDATE, form=Alt)
async def alt(visit: Visit, form: Alt) -> Outcome:
    if form.asset_id not in {each.id for each in (await _found(visit)).assets}:
        raise NotFound("The product has no such image.")
    await update_asset(visit.desk, form.asset_id, name=form.name)
    return Done("Saved.")


@product.act("move", needs=UPDATE, form=Moved)
async def move(visit: Visit, form: Moved) -> Outcome:
    ids = [each.id for each in (await _found(visit)).assets]
    if form.asset_id not in ids:
        raise NotFound("The product has no such image.")
    ids.remove(form.asset_id)
    wanted = [form.asset_id, *ids] if form.to == "first" else ids
    await update_product(visit.desk, visit.id, ProductDraft(asset_ids=wanted))
    return Done("It is the main image now." if form.to == "first" else "Image removed.")


@product.act("add_car", needs=UPDATE, form=NewCar)
async def new_car(visit: Visit, form: NewCar) -> Outcome:
    await add_car(visit.desk, visit.id, form.make, form.model, form.year_from, form.year_to or form.year_from)
    return Done("Fitment added.")


@product.act("take_car", needs=UPDATE, form=WhichCar)
async def no_car(visit: Visit, form: WhichCar) -> Outcome:
    await take_car(visit.desk, visit.id, form.car_id)
    return Done("Fitment removed.")


@product.act("facets", needs=UPDATE, form=Values)
async def facets(visit: Visit, form: Values) -> Outcome:
    await update_product(visit.desk, visit.id, read_draft(ProductDraft, {"facet_value_ids": form.value}))
    return Done("Saved.")


async def _found(visit: Visit) -> ProductView:
    """The product of the page, with what isn't for sale. Raises `NotFound`, also for another seller's."""
    found = await get_product(
        visit.scope, product_id=visit.id, include=PARTS, behind=Behind(visit.desk.seller_id)
    )
    if found is None:
        raise NotFound("There is no such product.")
    return found


async def _sellers(visit: Visit, shown: ProductView) -> list[tuple[int | str, str]]:
    """Whose it may be, to whoever may say so; whose it is among them, however many there are."""
    if visit.desk.seller_id is not None or not visit.may(*UPDATE):
        return []
    others = [each for each in (await sellers_to_choose(visit))[1:] if each[0] != shown.seller_id]
    return [(shown.seller_id, shown.seller), *others]


async def _own_variant(visit: Visit, variant_id: int) -> None:
    if variant_id not in {each.id for each in (await _found(visit)).variants}:
        raise NotFound("The product has no such variant.")


def _major(visit: Visit, minor: int) -> str:
    currency = visit.scope.currency
    return f"{to_decimal(minor, currency):.{precision(currency)}f}"
