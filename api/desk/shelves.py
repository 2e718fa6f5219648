"""The shelves of the market, in two levels, and the facets that products are sorted out by."""

from collections.abc import Mapping
from typing import Any

from api.desk.forms import Confirmed, Form
from api.desk.pages import Done, Outcome, Pages
from api.desk.visits import Visit
from core.errors import NotFound
from services.catalogue.categories import categories_with_parents
from services.catalogue.facets import FacetView, list_facets, values_of_facets
from services.catalogue.shelves import list_shelves
from services.listing import Clause, Listing
from services.merchandise.categories import create_category, delete_category, own_category, update_category
from services.merchandise.drafts import CategoryDraft, read_draft
from services.merchandise.facets import (
    create_facet,
    create_value,
    delete_facet,
    delete_value,
    update_facet,
    update_value,
)

pages = Pages()

READ_SHELF = ("ReadCollection", "ReadCatalog")
READ_FACET = ("ReadFacet", "ReadCatalog")
MOST = 100
_SHELF_FIELDS = {"parentId": "parent_id", "parent_id": "parent_id"}


class NewShelf(Form):
    name: str
    description: str = ""
    parent_id: int | None = None


class ShelfWords(NewShelf):
    slug: str
    position: int = 0


@pages.page("/shelves", "Categories", "shelves.html", needs=READ_SHELF, nav=("Catalogue", "Categories"))
async def shelves(visit: Visit) -> Mapping[str, Any]:
    tops = await list_shelves(visit.scope)
    return {"tops": tops, "parents": _parents(tops)}


@shelves.act("create", needs=("CreateCollection", "CreateCatalog"), form=NewShelf, fields=_SHELF_FIELDS)
async def create(visit: Visit, form: NewShelf) -> Outcome:
    await create_category(visit.desk, read_draft(CategoryDraft, form.model_dump()))
    return Done("Category created.")


@pages.page("/shelves/{id:[0-9]{1,18}}", "Category", "shelf.html", needs=READ_SHELF)
async def shelf(visit: Visit) -> Mapping[str, Any]:
    await own_category(visit.scope, visit.id)
    found = (await categories_with_parents([visit.id]))[visit.id]
    return {
        "shelf": found,
        "parents": [p for p in _parents(await list_shelves(visit.scope)) if p[0] != str(found.id)],
    }


@shelf.act("words", needs=("UpdateCollection", "UpdateCatalog"), form=ShelfWords, fields=_SHELF_FIELDS)
async def words(visit: Visit, form: ShelfWords) -> Outcome:
    await update_category(visit.desk, visit.id, read_draft(CategoryDraft, form.model_dump()))
    return Done("Saved.")


@shelf.act("delete", needs=("DeleteCollection", "DeleteCatalog"), form=Confirmed)
async def delete(visit: Visit, _: Confirmed) -> Outcome:
    await delete_category(visit.desk, visit.id)
    return Done("Category deleted. Its products moved one level up.", to="/admin/shelves")


def _parents(tops: list[Any]) -> list[tuple[str, str]]:
    return [("", "None (top level)"), *((str(t.category.id), t.category.name) for t in tops)]


class FacetWords(Form):
    name: str
    code: str = ""
    private: bool = False


class ValueWords(Form):
    name: str


class ChangedValue(ValueWords):
    facet_value_id: int


class WhichValue(Form):
    facet_value_id: int


@pages.page("/facets", "Facets", "facets.html", needs=READ_FACET, nav=("Catalogue", "Facets"))
async def facets(visit: Visit) -> Mapping[str, Any]:
    found, total = await list_facets(visit.scope, Listing(take=MOST), private=True)
    values = await values_of_facets(visit.scope, [each.id for each in found]) if found else {}
    return {"facets": [(each, len(values.get(each.id, []))) for each in found], "total": total}


@facets.act("create", needs=("CreateFacet", "CreateCatalog"), form=FacetWords)
async def new_facet(visit: Visit, form: FacetWords) -> Outcome:
    made = await create_facet(visit.desk, form.model_dump())
    return Done("Facet created. Now add its values.", to=f"/admin/facets/{made}")


@pages.page("/facets/{id:[0-9]{1,18}}", "Facet", "facet.html", needs=READ_FACET)
async def facet(visit: Visit) -> Mapping[str, Any]:
    found = await _facet(visit)
    return {"facet": found, "values": (await values_of_facets(visit.scope, [found.id])).get(found.id, [])}


@facet.act("words", needs=("UpdateFacet", "UpdateCatalog"), form=FacetWords)
async def facet_words(visit: Visit, form: FacetWords) -> Outcome:
    await update_facet(visit.desk, visit.id, form.model_dump())
    return Done("Saved.")


@facet.act("delete", needs=("DeleteFacet", "DeleteCatalog"), form=Confirmed)
async def no_facet(visit: Visit, _: Confirmed) -> Outcome:
    await delete_facet(visit.desk, visit.id, force=True)
    return Done("Facet deleted, and removed from all products.", to="/admin/facets")


@facet.act("add_value", needs=("CreateFacet", "CreateCatalog"), form=ValueWords)
async def new_value(visit: Visit, form: ValueWords) -> Outcome:
    await create_value(visit.desk, visit.id, form.model_dump())
    return Done("Value added.")


@facet.act("value", needs=("UpdateFacet", "UpdateCatalog"), form=ChangedValue)
async def value(visit: Visit, form: ChangedValue) -> Outcome:
    await _own_value(visit, form.facet_value_id)
    await update_value(visit.desk, form.facet_value_id, {"name": form.name})
    return Done("Saved.")


@facet.act("take_value", needs=("DeleteFacet", "DeleteCatalog"), form=WhichValue)
async def no_value(visit: Visit, form: WhichValue) -> Outcome:
    await _own_value(visit, form.facet_value_id)
    await delete_value(visit.desk, form.facet_value_id, force=True)
    return Done("Value deleted, and removed from all products.")


async def _facet(visit: Visit) -> FacetView:
    found, _ = await list_facets(visit.scope, Listing(Clause("id", "eq", visit.id)), private=True)
    if not found:
        raise NotFound("There is no such facet.")
    return found[0]


async def _own_value(visit: Visit, value_id: int) -> None:
    values = (await values_of_facets(visit.scope, [visit.id])).get(visit.id, [])
    if value_id not in {each.id for each in values}:
        raise NotFound("The facet has no such value.")
