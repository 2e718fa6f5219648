"""Many at once in one session: one offer is accepted, one order made, and an end is an end."""

import asyncio
from collections.abc import Awaitable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from core import clock
from core.db import execute, fetch, fetch_one
from core.errors import DomainError
from core.ids import new_uid
from models import FinancingApplication, FinancingOffer, FinancingRequest
from services.financing.accepting import accept_offer
from services.financing.applying import Wish, apply_for
from services.financing.checking_out import check_out
from services.financing.details import Applicant, Cart, Item
from services.financing.ending import cancel_session, expire_sessions
from services.financing.sessions import LIFETIME, begin_session
from services.tenants import Scope
from tests.deposits.hands import the_book_explains_what_is_owed
from tests.services.helpers import a_variant

WISH = Wish("loan", True, 200_000)


async def a_session(scope: Scope) -> UUID:
    """A session of somebody who wants two seats of the catalogue."""
    variant = await a_variant(scope, pieces=100)
    await execute("UPDATE shipping_method SET price_minor = 0")
    row = await fetch_one("SELECT sku, price_minor FROM variant WHERE id = $1", variant)
    assert row
    item = Item(display_name="Seat", sku=row["sku"], quantity=2, price_minor=row["price_minor"])
    who = Applicant("Ama", "Mensah", phone="0241234567")
    return (await begin_session(scope, applicant=who, cart=Cart((item,)))).uid


async def an_approval(scope: Scope, uid: UUID) -> list[UUID]:
    """What the lender would have approved: three offers."""
    await apply_for(scope, uid, WISH)
    request = await FinancingRequest.get(application__uid=uid)
    await FinancingRequest.filter(id=request.id).update(
        state="Approved",
        approved_minor=10**9,
        next_attempt_at=None,
        approved_until=clock.now() + 2 * LIFETIME,
    )
    return [
        (
            await FinancingOffer.create(
                uid=new_uid(),
                application_id=request.application_id,
                request_id=request.id,
                product=months,
                approved_minor=10**9,
                months=months,
            )
        ).uid
        for months in (3, 6, 12)
    ]


async def tried(work: Awaitable[Any]) -> Any:
    """What came of it, or the refusal."""
    try:
        return await work
    except DomainError as refusal:
        return refusal


async def test_of_many_acceptances_at_once_one_counts(demo: Scope) -> None:
    uid = await a_session(demo)
    offers = await an_approval(demo, uid)
    done = await asyncio.gather(*(tried(accept_offer(demo, uid, offer)) for offer in offers * 5))
    taken = await FinancingOffer.filter(accepted=True)
    assert len(taken) == 1
    for answer, offer in zip(done, offers * 5, strict=True):
        assert isinstance(answer, DomainError) != (offer == taken[0].uid)
    assert (await FinancingApplication.get(uid=uid)).state == "Accepting"
    assert len(await fetch("SELECT id FROM financing_event WHERE kind = 'accepting'")) == 1


async def test_of_many_applications_at_once_one_is_sent(demo: Scope) -> None:
    uid = await a_session(demo)
    done = await asyncio.gather(*(tried(apply_for(demo, uid, WISH)) for _ in range(10)))
    assert sum(not isinstance(each, DomainError) for each in done) == 1
    assert await FinancingRequest.all().count() == 1


@pytest.mark.parametrize("turn", range(6))
async def test_accepted_and_passed_by_at_the_same_moment_is_one_of_them(demo: Scope, turn: int) -> None:
    uid = await a_session(demo)
    offers = await an_approval(demo, uid)
    accept, pass_by = accept_offer(demo, uid, offers[0]), expire_sessions()
    # Its last moment: what is asked for comes in time or not, by whoever holds the row first.
    await FinancingApplication.filter(uid=uid).update(
        expires_at=clock.now() + timedelta(milliseconds=3 * turn)
    )
    works = [tried(accept), _until_over(), tried(pass_by)]
    await asyncio.gather(*(works if turn % 2 else reversed(works)))
    await asyncio.sleep(0.05)
    await expire_sessions()
    session = await FinancingApplication.get(uid=uid)
    request = await FinancingRequest.get(application_id=session.id)
    assert (session.state, request.state) == ("Expired", "Expired")
    assert request.next_attempt_at is not None, "the lender is still to be told"
    kinds = [row["kind"] for row in await fetch("SELECT kind FROM financing_event ORDER BY id")]
    assert kinds[-1] == "expired" and kinds.count("expired") == 1


async def _until_over() -> None:
    await asyncio.sleep(0.01)


async def test_checked_out_ten_times_at_once_is_one_order(demo: Scope) -> None:
    uid = await a_session(demo)
    await _accepted(demo, uid)
    done = await asyncio.gather(*(tried(check_out(demo, uid)) for _ in range(10)))
    assert len({each.order_code for each in done}) == 1
    assert len(await fetch("SELECT id FROM customer_order WHERE channel = 'financing'")) == 1
    assert len(await fetch("SELECT id FROM scheduled_charge")) == 3
    await the_book_explains_what_is_owed()


@pytest.mark.parametrize("turn", range(3))
async def test_checked_out_called_off_and_passed_by_at_once_comes_to_one_end(demo: Scope, turn: int) -> None:
    uid = await a_session(demo)
    await _accepted(demo, uid)
    works = [tried(check_out(demo, uid)), tried(cancel_session(demo, uid)), tried(expire_sessions())]
    await asyncio.gather(*(works[turn:] + works[:turn]))
    session = await FinancingApplication.get(uid=uid)
    # Called off last or first: never an order that nobody knows of.
    assert session.state == "Cancelled"
    orders = await fetch("SELECT id, state FROM customer_order WHERE channel = 'financing'")
    assert [order["state"] for order in orders] in ([], ["Cancelled"])
    await the_book_explains_what_is_owed()


async def _accepted(scope: Scope, uid: UUID) -> None:
    """An offer is taken and its lender stands by it."""
    await accept_offer(scope, uid, (await an_approval(scope, uid))[0])
    await FinancingRequest.all().update(state="Accepted", next_attempt_at=None)
    await FinancingApplication.filter(uid=uid).update(state="Accepted")
