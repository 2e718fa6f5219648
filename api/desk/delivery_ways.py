"""Ways of delivery at a flat price: the market's own, and each seller's."""

from collections.abc import Mapping
from typing import Any

from api.desk.forms import Confirmed, Form
from api.desk.pages import Done, Outcome, Pages
from api.desk.people import sellers_to_choose
from api.desk.visits import Visit
from core.errors import NotFound
from services.shipping.desk import create_way, delete_way, find_way, list_ways, update_way

pages = Pages()
NEEDS = ("ReadShippingMethod",)
WRITES = ("UpdateShippingMethod",)


class Way(Form):
    name: str
    price: str
    description: str = ""


class NewWay(Way):
    code: str
    seller_id: int | None = None


@pages.page(
    "/settings/delivery",
    "Delivery",
    "delivery_ways.html",
    needs=NEEDS,
    nav=("Settings", "Delivery"),
)
async def ways(visit: Visit) -> Mapping[str, Any]:
    found, total = await list_ways(visit.desk, visit.listing())
    own = visit.desk.seller_id is not None
    return {"ways": found, "total": total, "sellers": [] if own else await sellers_to_choose(visit)}


@ways.act("create", needs=("CreateShippingMethod",), form=NewWay, fields={"calculator": "price"})
async def create(visit: Visit, form: NewWay) -> Outcome:
    said = {
        "code": form.code,
        "name": form.name,
        "description": form.description,
        "price_minor": visit.amount(form.price, "price"),
    }
    await create_way(visit.desk, said, form.seller_id)
    return Done("Delivery method created. Buyers can choose it now.")


@pages.page("/settings/delivery/{id:[0-9]{1,18}}", "Delivery method", "delivery_way.html", needs=NEEDS)
async def way(visit: Visit) -> Mapping[str, Any]:
    found = await find_way(visit.desk, visit.id)
    if found is None:
        raise NotFound("There is no such delivery method.")
    return {"way": found}


@way.act("write", needs=WRITES, form=Way, fields={"calculator": "price"})
async def write(visit: Visit, form: Way) -> Outcome:
    said = {
        "name": form.name,
        "description": form.description,
        "price_minor": visit.amount(form.price, "price"),
    }
    await update_way(visit.desk, visit.id, said)
    return Done("Saved. Orders that use it keep its price.")


@way.act("delete", needs=("DeleteShippingMethod",), form=Confirmed)
async def delete(visit: Visit, _: Confirmed) -> Outcome:
    await delete_way(visit.desk, visit.id)
    return Done("Delivery method deleted.", to="/admin/settings/delivery")
