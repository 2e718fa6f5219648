"""Settlements of providers at the desk: looked for, named or uploaded, and held against the book."""

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from api.desk.forms import Form, NoFields, refuse
from api.desk.pages import Done, Outcome, Pages
from api.desk.visits import Visit
from services.finance.matching import RESULTS
from services.finance.reconciliations import (
    LINES_LISTED,
    LISTED,
    list_lines,
    list_reconciliations,
    providers_of,
    show_reconciliation,
)
from services.finance.reconciling import (
    begin_settlement,
    look_for_settlements,
    reconcile_again,
    upload_settlement,
)
from services.finance.uploads import MOST_BYTES
from services.listing import Clause

pages = Pages()
MAY = ("ReconcileSettlement",)
NAMES = {"paystack": "Paystack", "monnify": "Monnify"}
# What each result is, to whoever reads it.
SAID = {
    "Matched": "Matched: in both, with the same amount",
    "Differs": "Different amount: in both",
    "MissingHere": "Missing here: only the provider has it",
    "MissingThere": "Missing at the provider: only our ledger has it",
}
OPEN = ("Stored", "Matching")


class Provider(Form):
    provider: str


class Named(Form):
    provider: str
    name: str


@pages.page(
    "/finance/reconciliations",
    "Reconciliation",
    "reconciliations.html",
    needs=("ReadLedger",),
    nav=("Finance", "Reconciliation"),
)
async def reconciliations(visit: Visit) -> Mapping[str, Any]:
    provider = visit.asked_choice("provider", NAMES)
    where = Clause("provider", "eq", provider) if provider else None
    found, total = await list_reconciliations(visit.desk, visit.listing(where=where, sorts=LISTED))
    used = await providers_of(visit.scope)
    return {
        "reconciliations": found,
        "total": total,
        "names": NAMES,
        "providers": [(each, NAMES.get(each, each)) for each in used],
        "open": OPEN,
    }


@reconciliations.act("look", needs=MAY, form=Provider)
async def look(visit: Visit, form: Provider) -> Outcome:
    begun = await look_for_settlements(visit.desk, form.provider)
    return Done(
        "No new settlements." if not begun else f"New settlements: {begun}. They are being processed."
    )


@reconciliations.act("begin", needs=MAY, form=Named)
async def begin(visit: Visit, form: Named) -> Outcome:
    made = await begin_settlement(visit.desk, form.provider, form.name)
    return Done("The settlement is being fetched.", to=f"/admin/finance/reconciliations/{made}")


@reconciliations.act("upload", needs=MAY, form=Provider, most_bytes=MOST_BYTES + 100_000)
async def upload(visit: Visit, form: Provider) -> Outcome:
    file = visit.files.get("file")
    if file is None or not file.filename:
        raise refuse(file="Please choose a file.")
    name = PurePosixPath(file.filename.replace("\\", "/")).name
    made = await upload_settlement(visit.desk, form.provider, name, file.file.read())
    return Done("The file is being processed.", to=f"/admin/finance/reconciliations/{made}")


@pages.page(
    "/finance/reconciliations/{id:[0-9]{1,18}}",
    "Reconciliation",
    "reconciliation.html",
    needs=("ReadLedger",),
)
async def reconciliation(visit: Visit) -> Mapping[str, Any]:
    found = await show_reconciliation(visit.desk, visit.id)
    result = visit.asked_choice("result", RESULTS)
    lines, total = await list_lines(visit.desk, found.id, result, visit.listing(sorts=LINES_LISTED))
    return {
        "found": found,
        "name": NAMES.get(found.provider, found.provider),
        "open": found.state in OPEN,
        "lines": lines,
        "total": total,
        "results": [(each, SAID[each]) for each in RESULTS],
        "said": SAID,
    }


@reconciliation.act("again", needs=MAY, form=NoFields)
async def again(visit: Visit, _: NoFields) -> Outcome:
    await reconcile_again(visit.desk, visit.id)
    return Done("Reconciliation started again.")
