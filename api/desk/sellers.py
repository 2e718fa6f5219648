"""The sellers of the market: who wants to be one, what each owes and is owed, and what they are paid."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from api.desk.forms import Confirmed, Form
from api.desk.pages import Answer, Done, Outcome, Pages
from api.desk.rendering import HEADERS
from api.desk.visits import PER_PAGE, Visit
from core.errors import InvalidInput, NotFound
from core.ids import new_token
from models import SellerApplication
from services.files import read
from services.listing import Clause, Condition, Group, Listing
from services.payouts.batches import create_batch, mark_paid
from services.payouts.reading import list_payouts, seller_balances
from services.payouts.statements import as_csv, statement_of
from services.sellers.files import type_of_key
from services.sellers.keeping import create_seller, delete_seller, find_seller, list_sellers, update_seller
from services.sellers.reviewing import approve, find_application, list_applications, reject

pages = Pages()

STATES = ("Pending", "Approved", "Rejected")
PAYOUT_STATES = ("Created", "Paid")
MILLIONTHS_A_PERCENT = 10_000


class NewSeller(Form):
    name: str
    commission: str = ""


class Why(Form):
    reason: str


class Paid(Form):
    reference: str


class Batch(Form):
    key: str


@pages.page("/sellers", "Sellers", "sellers.html", needs=("ReadSeller",), nav=("Administration", "Sellers"))
async def sellers(visit: Visit) -> Mapping[str, Any]:
    words = visit.asked("q")
    where = Clause("name", "contains", words) if words else None
    found, total = await list_sellers(visit.desk, visit.listing(where=where))
    return {"sellers": found, "total": total, "percent": percent, "waiting": await _waiting(visit)}


async def _waiting(visit: Visit) -> int:
    """How many registrations wait, to whoever reviews them."""
    if not visit.may("ReviewSeller"):
        return 0
    return (await list_applications(visit.desk, Listing(Clause("state", "eq", "Pending"), take=1)))[1]


@sellers.act("create", needs=("CreateSeller",), form=NewSeller)
async def create(visit: Visit, form: NewSeller) -> Outcome:
    made = await create_seller(visit.desk, form.name, _percent(form.commission))
    return Done("Seller created. Invite its staff under Staff.", to=f"/admin/sellers/{made}")


@pages.page("/sellers/{id:[0-9]{1,18}}", "Seller", "seller.html", needs=("ReadSeller",))
async def seller(visit: Visit) -> Mapping[str, Any]:
    found = await find_seller(visit.desk, visit.id)
    if found is None:
        raise NotFound("There is no such seller.")
    balances: list[Any] = []
    payouts: list[Any] = []
    if visit.may("ReadPayout"):
        balances, _ = await seller_balances(visit.desk, seller_id=visit.id)
        payouts, _ = await list_payouts(visit.desk, seller_id=visit.id, take=10)
    return {
        "seller": found,
        "balance": balances[0] if balances else None,
        "payouts": payouts,
        "percent": percent,
    }


@seller.act("change", needs=("UpdateSeller",), form=NewSeller)
async def change(visit: Visit, form: NewSeller) -> Outcome:
    await update_seller(visit.desk, visit.id, {"name": form.name, "commission": _percent(form.commission)})
    return Done("Saved. Past sales keep their commission.")


@seller.act("close", needs=("DeleteSeller",), form=Confirmed)
async def close(visit: Visit, _: Confirmed) -> Outcome:
    await delete_seller(visit.desk, visit.id)
    return Done("Seller closed.", to="/admin/sellers")


@pages.page(
    "/registrations",
    "Registrations",
    "registrations.html",
    needs=("ReviewSeller",),
    nav=("Administration", "Registrations"),
)
async def registrations(visit: Visit) -> Mapping[str, Any]:
    """Those that wait, where nothing else is asked."""
    words = visit.asked("q")
    state = visit.asked_choice("state", STATES) or ("" if words else "Pending")
    parts: list[Condition] = [Clause("state", "eq", state)] if state else []
    if words:
        named = (
            Clause(name, "contains", words) for name in ("shop_name", "full_name", "email", "phone", "tin")
        )
        parts.append(Group(tuple(named), any_of=True))
    found, total = await list_applications(visit.desk, visit.listing(where=Group(tuple(parts))))
    return {"applications": found, "total": total, "states": [(each, each) for each in STATES]}


@pages.page("/registrations/{id:[0-9]{1,18}}", "Registration", "registration.html", needs=("ReviewSeller",))
async def registration(visit: Visit) -> Mapping[str, Any]:
    return {"one": await _application(visit)}


@registration.act("approve", needs=("ReviewSeller",))
async def yes(visit: Visit, _: Form) -> Outcome:
    found = await approve(visit.desk, visit.id)
    return Done(
        f"{found.shop_name} is approved. {found.full_name} is sent a user name and a temporary password."
    )


@registration.act("reject", needs=("ReviewSeller",), form=Why)
async def no(visit: Visit, form: Why) -> Outcome:
    await reject(visit.desk, visit.id, form.reason)
    return Done("Rejected. The applicant is told why.")


@pages.page(
    "/registrations/{id:[0-9]{1,18}}/paper",
    "Business registration",
    "registration.html",
    needs=("ReviewSeller",),
)
async def paper(visit: Visit) -> Answer:
    """The business registration as it came."""
    found = await _application(visit)
    return await _file(found.registration_path, f"registration-{found.id}")


@pages.page(
    "/registrations/{id:[0-9]{1,18}}/picture", "Picture", "registration.html", needs=("ReviewSeller",)
)
async def face(visit: Visit) -> Answer:
    """Their picture, drawn anew when it came."""
    found = await _application(visit)
    return await _file(found.picture_path, f"picture-{found.id}")


@pages.page("/payouts", "Payouts", "payouts.html", needs=("ReadPayout",), nav=("Finance", "Payouts"))
async def payouts(visit: Visit) -> Mapping[str, Any]:
    state = visit.asked_choice("state", PAYOUT_STATES)
    listing = visit.listing()
    found, total = await list_payouts(visit.desk, skip=listing.skip, take=PER_PAGE, state=state or None)
    balances, _ = await seller_balances(visit.desk)
    return {
        "payouts": found,
        "total": total,
        "states": [("Created", "To be paid"), ("Paid", "Paid")],
        "balances": [each for each in balances if each.owed_minor or each.seller_id == visit.desk.seller_id],
        # A form that is sent twice makes one batch.
        "key": new_token(),
    }


@payouts.act("batch", needs=("ManagePayouts",), form=Batch)
async def batch(visit: Visit, form: Batch) -> Outcome:
    made = await create_batch(visit.desk, idempotency_key=form.key)
    return Done(
        f"Payouts created: {len(made)}. Pay them at the bank, then mark them as paid."
        if made
        else "Nothing is due."
    )


@pages.page("/payouts/{id:[0-9]{1,18}}", "Payout", "payout.html", needs=("ReadPayout",))
async def payout(visit: Visit) -> Mapping[str, Any]:
    statement = await statement_of(visit.desk, visit.id)
    return {"payout": statement.payout, "lines": statement.lines}


@payout.act("paid", needs=("ManagePayouts",), form=Paid)
async def paid(visit: Visit, form: Paid) -> Outcome:
    await mark_paid(visit.desk, visit.id, form.reference)
    return Done("Marked as paid.")


@pages.page("/payouts/{id:[0-9]{1,18}}/statement", "Statement", "payout.html", needs=("ReadPayout",))
async def statement(visit: Visit) -> Answer:
    """The payout's sales and refunds as a file."""
    text = as_csv(await statement_of(visit.desk, visit.id))
    headers = {**HEADERS, "Content-Disposition": f'attachment; filename="statement-{visit.id}.csv"'}
    return web.Response(text=text, content_type="text/csv", charset="utf-8", headers=headers)


def percent(ppm: int | None) -> str:
    """Millionths in percent, as short as it can be said."""
    return "" if ppm is None else f"{ppm / MILLIONTHS_A_PERCENT:g}"


def _percent(text: str) -> float | None:
    """Percent as typed; nothing is the market's own rate. Raises `InvalidInput`."""
    if not text:
        return None
    try:
        return float(text.removesuffix("%"))
    except ValueError:
        raise InvalidInput("Write a percentage like 7.5.", field="commission") from None


async def _application(visit: Visit) -> SellerApplication:
    found = await find_application(visit.desk, visit.id)
    if found is None:
        raise NotFound("There is no such registration.")
    return found


async def _file(key: str, name: str) -> web.Response:
    """A private file, to be saved and never shown as a page of ours."""
    content = await read(key) if key else None
    if content is None:
        raise NotFound("There is no such file.")
    ending = key.rpartition(".")[2]
    headers = {**HEADERS, "Content-Disposition": f'attachment; filename="{name}.{ending}"'}
    return web.Response(body=content, content_type=type_of_key(key), headers=headers)
