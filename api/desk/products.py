"""The products of the market: looking through them, and making one."""

from collections.abc import Mapping
from typing import Any

from api.desk.forms import Form
from api.desk.pages import Done, Outcome, Pages
from api.desk.people import sellers_to_choose
from api.desk.visits import PER_PAGE, Visit
from services.catalogue.shelves import list_shelves
from services.merchandise.drafts import ProductDraft, read_draft
from services.merchandise.finding import SORTS, Wanted, find_products
from services.merchandise.products import create_product

pages = Pages()

READ = ("ReadProduct", "ReadCatalog")
CREATE = ("CreateProduct", "CreateCatalog")
UPDATE = ("UpdateProduct", "UpdateCatalog")
DELETE = ("DeleteProduct", "DeleteCatalog")
CONDITIONS = [("NEW", "New"), ("USED", "Used"), ("REFURBISHED", "Refurbished")]
SHOWN = [("yes", "Published"), ("no", "Hidden")]


class NewProduct(Form):
    name: str
    description: str = ""
    category_id: int | None = None
    condition: str = "NEW"
    country_of_origin: str = ""
    seller_id: int | None = None
    price: str
    pieces: int = 0
    make: str = ""
    model: str = ""
    year: int | None = None
    published: bool = False


@pages.page("/products", "Products", "products.html", needs=READ, nav=("Catalogue", "Products"))
async def products(visit: Visit) -> Mapping[str, Any]:
    shown = visit.asked_choice("shown", ("yes", "no"))
    wanted = Wanted(
        visit.asked("q"),
        visit.asked_number("shelf"),
        None if not shown else shown == "yes",
        visit.asked_number("seller"),
    )
    listing = visit.listing(sorts=SORTS)
    found, total = await find_products(
        visit.desk, wanted, sort=listing.sort, skip=listing.skip, take=PER_PAGE
    )
    return {
        "products": found,
        "total": total,
        "shelves": await shelves_to_choose(visit),
        "shown": SHOWN,
        "sellers": []
        if visit.desk.seller_id
        else [(str(i), n) for i, n in await sellers_to_choose(visit) if i],
    }


@pages.page("/products/new", "New product", "product_new.html", needs=CREATE)
async def new_product(visit: Visit) -> Mapping[str, Any]:
    return {
        "shelves": [("", "None"), *await shelves_to_choose(visit)],
        "conditions": CONDITIONS,
        "sellers": [] if visit.desk.seller_id else await sellers_to_choose(visit),
    }


@new_product.act(
    "create",
    needs=CREATE,
    form=NewProduct,
    fields={"Price": "price", "Make": "make", "collectionId": "category_id"},
)
async def create(visit: Visit, form: NewProduct) -> Outcome:
    visit.amount(form.price, "price")
    said = form.model_dump(exclude={"published", "price"}, exclude_none=True)
    given = {name: value for name, value in said.items() if value != ""}
    draft = read_draft(ProductDraft, given | {"price": _plain(visit, form.price), "enabled": form.published})
    made = await create_product(visit.desk, draft)
    return Done("Product created.", to=f"/admin/products/{made}")


def _plain(visit: Visit, text: str) -> str:
    """An amount without its currency and the commas of its thousands."""
    return text.replace(",", "").removeprefix(visit.scope.currency).strip()


async def shelves_to_choose(visit: Visit) -> list[tuple[str, str]]:
    """The shelves in their order, those below one with its name before theirs."""
    found: list[tuple[str, str]] = []
    for top in await list_shelves(visit.scope):
        found.append((str(top.category.id), top.category.name))
        found += (
            (str(each.category.id), f"{top.category.name} › {each.category.name}") for each in top.children
        )
    return found
