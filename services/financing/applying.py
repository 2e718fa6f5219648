"""Applying: the customer consents, says what they earn, and the lender is asked."""

from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from core.clock import now
from core.db import Row, transaction
from core.errors import IllegalTransition, InvalidInput, OrderRefusal, TooManyTries, Unavailable
from core.jobs import enqueue
from core.limits import count_try
from models import FinancingApplication, FinancingRequest
from providers.registry import registry
from services.financing.cart_rules import check_amount, why_unfinanceable
from services.financing.details import (
    Applicant,
    Cart,
    check_applicant,
    comparable_phone,
    stored_applicant,
)
from services.financing.events import record
from services.financing.reading import (
    applicant_of,
    cart_of,
    lock_session,
    session_by_id,
    session_by_uid,
)
from services.financing.sessions import check_open, check_same_person, together
from services.financing.states import CLOSED, REQUEST_STATES
from services.financing.views import SessionView
from services.tenants import Scope

Kind = Literal["loan", "lease"]
# So often a session asks for the same.
MOST_REQUESTS = 3
# So often a number is applied with within a day, in all sessions.
MOST_A_DAY = 20
LONGEST_FURTHER = 1000


@dataclass(frozen=True, slots=True)
class Wish:
    """What a customer asks for: `amount_minor` where it isn't what the items come to; `income_minor` is a month's."""

    kind: Kind
    consent: bool
    income_minor: int
    amount_minor: int | None = None
    tax_id_last4: str = ""


async def apply_for(scope: Scope, uid: UUID, wish: Wish, applicant: Applicant | None = None) -> SessionView:
    """Ask the lender for a loan or a lease; the decision comes later. `applicant` is said over what was said before.

    Raises `NotFound`, `InvalidInput` with all that is missing, `OrderNotModifiable`, `OrderRefusal` for what isn't financed
    or asked for already, `TooManyTries`, `Unavailable` where the platform has no lender.
    """
    _check_lender(scope)
    await _count(scope, uid, applicant)
    async with transaction():
        row = await lock_session(scope, uid)
        check_open(row)
        who = together(row, applicant) if applicant else applicant_of(row)
        phone = comparable_phone(who.phone, scope.country)
        amount = _amount(row, wish)
        _check(scope, who, phone, wish, amount)
        await check_same_person(scope, row, who)
        _check_cart(row, wish, amount or 0)
        await _check_requests(row, wish.kind)
        await FinancingApplication.filter(id=row["id"]).update(
            applicant=stored_applicant(who), phone=phone, tax_id_last4=wish.tax_id_last4, updated_at=now()
        )
        request = await _ask(scope, row, wish, amount or 0)
        await record(scope, row, "applied", application=wish.kind, amount_minor=amount)
    await enqueue("work_financing", request.id)
    return await session_by_id(scope, row["id"])


async def tell_more(scope: Scope, uid: UUID, kind: Kind, text: str) -> SessionView:
    """Answer what else the lender asked. Raises `NotFound`, `InvalidInput`, `IllegalTransition` where it asked nothing."""
    text = " ".join(text.split())
    if not text or len(text) > LONGEST_FURTHER:
        raise InvalidInput(f"Between 1 and {LONGEST_FURTHER} characters are needed.", field="information")
    async with transaction():
        row = await lock_session(scope, uid)
        check_open(row)
        session = await session_by_id(scope, row["id"])
        request = session.request(kind)
        if request is None or request.state != "MoreInformation":
            state = request.state if request else "Open"
            raise IllegalTransition(state, "Submitted", (), "The lender asked nothing.")
        await REQUEST_STATES.move(request.id, request.state, "Submitted", next_attempt_at=now(), attempts=0)
        await FinancingRequest.filter(id=request.id).update(further={"text": text, "told": False})
        await record(scope, row, "informed", application=kind)
    await enqueue("work_financing", request.id)
    return await session_by_id(scope, row["id"])


def _check_lender(scope: Scope) -> None:
    try:
        registry().lender(scope.environment)
    except LookupError:
        raise Unavailable("There is no lender here.") from None


async def _count(scope: Scope, uid: UUID, applicant: Applicant | None) -> None:
    """Somebody's number isn't asked about at the lender all day long. Raises `NotFound`, `TooManyTries`."""
    session = await session_by_uid(scope, uid)
    given = (applicant and applicant.phone) or session.applicant.phone
    phone = comparable_phone(given, scope.country)
    named = f"financing:{scope.platform_id}:{scope.environment}:{phone}"
    await count_try(named, most=MOST_A_DAY, within_s=86_400)


def _amount(row: Row, wish: Wish) -> int | None:
    cart = cart_of(row) or Cart()
    return wish.amount_minor if wish.amount_minor is not None else cart.total_minor or None


def _check(scope: Scope, who: Applicant, phone: str, wish: Wish, amount: int | None) -> None:
    problems: list[tuple[str, str]] = []
    if not wish.consent:
        problems.append(("consent", "The lender may only be asked with the customer's consent."))
    for field, said in (("firstName", who.first_name), ("lastName", who.last_name)):
        if not said:
            problems.append((field, "A name is needed to apply."))
    if not phone.startswith("+"):
        problems.append(("cellPhone", "A number is needed at which the customer is reached in this country."))
    if amount is None:
        problems.append(("amount", "Say how much is applied for, or what is to be bought."))
    if wish.tax_id_last4 and not (len(wish.tax_id_last4) == 4 and wish.tax_id_last4.isalnum()):
        problems.append(("taxIDLast4", "These are four letters or digits."))
    if problems:
        raise InvalidInput(problems=problems)
    check_applicant(who)
    check_amount(wish.kind, amount or 0, scope.currency)


def _check_cart(row: Row, wish: Wish, amount: int) -> None:
    cart = cart_of(row) or Cart()
    if cart.items and (problem := why_unfinanceable(wish.kind, cart)):
        raise problem
    if amount < cart.total_minor:
        raise InvalidInput("That is less than what the items come to.", field="amount")


async def _check_requests(row: Row, kind: Kind) -> None:
    """Raises where the same is asked for already, or was asked often enough."""
    known = await FinancingRequest.filter(application_id=row["id"], kind=kind)
    states = [str(each.state) for each in known]
    if any(state not in CLOSED for state in states):
        raise OrderRefusal("AlreadyApplied", f"A {kind} is applied for already.", field="type")
    if len(states) >= MOST_REQUESTS:
        raise TooManyTries(f"A {kind} was applied for often enough with this order.", field="type")


async def _ask(scope: Scope, row: Row, wish: Wish, amount: int) -> FinancingRequest:
    given: dict[str, Any] = {
        "platform_id": scope.platform_id,
        "environment": scope.environment,
        "application_id": row["id"],
    }
    return await FinancingRequest.create(
        kind=wish.kind,
        amount_minor=amount,
        income_minor=wish.income_minor,
        consented_at=now(),
        next_attempt_at=now(),
        **given,
    )
