"""Stock: what runs low, and counting what lies on the shelf."""

from collections.abc import Mapping
from typing import Any

from api.desk.forms import Form
from api.desk.pages import Done, Outcome, Pages
from api.desk.products import READ, UPDATE
from api.desk.visits import PER_PAGE, Visit
from services.listing import Clause, Group
from services.merchandise.drafts import VariantDraft, read_draft
from services.merchandise.variants import list_variants, update_variant
from services.today.waiting import LOW

pages = Pages()

SORTS = ("available", "name", "sku")
MOST_ASKED = 1_000_000


class Counted(Form):
    variant_id: int
    pieces: int


@pages.page("/stock", "Stock", "stock.html", needs=READ, nav=("Catalogue", "Stock"))
async def stock(visit: Visit) -> Mapping[str, Any]:
    most = visit.asked_number("most")
    most = min(LOW if most is None else most, MOST_ASKED)
    words = visit.asked("q")
    named = (Clause("name", "contains", words), Clause("sku", "contains", words))
    # Whoever looks for something wants it however much of it there is.
    listing = visit.listing(
        where=Group(named, any_of=True) if words else None, sorts=SORTS, usual="available"
    )
    found, total = await list_variants(visit.desk, listing, left=None if words else most)
    return {"variants": found, "total": total, "most": most, "per": PER_PAGE, "changing": visit.may(*UPDATE)}


@stock.act("count", needs=UPDATE, form=Counted, fields={"stockOnHand": "pieces"})
async def count(visit: Visit, form: Counted) -> Outcome:
    await update_variant(visit.desk, form.variant_id, read_draft(VariantDraft, {"pieces": form.pieces}))
    return Done("Stock saved.")
