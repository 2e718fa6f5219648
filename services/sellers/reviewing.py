"""Reviewing who applied: an approval opens the shop and its seller's account, once; a rejection says why."""

from typing import Any

from tortoise.exceptions import IntegrityError

from core.clock import now
from core.db import transaction
from core.errors import AlreadyRegistered, IllegalTransition, NotFound
from core.states import StateTable
from models import Seller, SellerApplication, StaffUser
from services.accounts.customers import checked_text
from services.accounts.names import split_name
from services.codes import credentials_of, temporary_password
from services.listing import Column, Columns, Listing, list_rows
from services.notifications import queue_message
from services.notifications.queue import Channel
from services.outgoing import announce
from services.secrets import hash_secret
from services.staff import Desk, check_may, record

STATES = StateTable.of(
    "seller application", "seller_application", Pending="Approved Rejected", Approved="", Rejected=""
)
ROLE = "seller"
LONGEST_REASON = 300
LISTED: Columns = {
    "id": Column("s.id", "id"),
    "created_at": Column("s.created_at", "time"),
    "updated_at": Column("s.updated_at", "time"),
    "shop_name": Column("s.shop_name", "text"),
    "full_name": Column("s.full_name", "text"),
    "phone": Column("s.phone", "text"),
    "email": Column("s.email", "text"),
    "tin": Column("s.tin", "text"),
    "state": Column("s.state", "text"),
}


async def list_applications(desk: Desk, listing: Listing) -> tuple[list[SellerApplication], int]:
    """A page of the applications, who waited longest first, and how many there are in all.

    Raises `Forbidden`, `InvalidInput`.
    """
    check_may(desk, "ReviewSeller")
    rows, total = await list_rows(
        "s.id",
        "seller_application s",
        "s.platform_id = $1 AND s.environment = $2",
        [desk.scope.platform_id, desk.scope.environment],
        listing,
        LISTED,
        usual="s.id",
    )
    found = await SellerApplication.in_bulk([row["id"] for row in rows], "id")
    return [found[row["id"]] for row in rows], total


async def find_application(desk: Desk, application_id: int) -> SellerApplication | None:
    """None also for another platform's. Raises `Forbidden`."""
    check_may(desk, "ReviewSeller")
    return await SellerApplication.get_or_none(id=application_id, **_tenant(desk))


async def approve(desk: Desk, application_id: int) -> SellerApplication:
    """Open the shop, with an account for its seller, who is sent a user name and a temporary password. Again it does nothing.

    Raises `Forbidden`, `NotFound`, `IllegalTransition`, `AlreadyRegistered` where the shop's name or the e-mail address is taken.
    """
    application = await _get(desk, application_id)
    if application.state == "Approved":
        return application
    STATES.check(application.state, "Approved")
    # Before the transaction: it takes a tenth of a second of processor.
    credentials = credentials_of(str(application.uid))
    hashed = await hash_secret(temporary_password(credentials))
    try:
        async with transaction():
            seller = await Seller.create(name=application.shop_name, **_tenant(desk))
            first, last = split_name(application.full_name)
            await StaffUser.create(
                email=application.email,
                first_name=first[:100],
                last_name=last[:100],
                password_hash=hashed,
                role=ROLE,
                seller_id=seller.id,
                must_change_password=True,
                **_tenant(desk),
            )
            await _decide(desk, application, "Approved", seller_id=seller.id)
            await record(desk, "approved", "sellerApplication", application.id, seller=seller.id)
            shop = {"id": seller.id, "uid": str(seller.uid), "name": seller.name}
            await announce(desk.scope, "seller.approved", seller.id, data={"seller": shop})
            await _tell(
                desk,
                application,
                "seller_approved",
                {"user": application.email, "credentials": credentials},
            )
    except (IntegrityError, _Decided):
        return await _after_another(desk, application, "Approved")
    return await _get(desk, application_id)


async def reject(desk: Desk, application_id: int, reason: str) -> SellerApplication:
    """Turn an application down and tell the applicant why. Again it does nothing.

    Raises `Forbidden`, `NotFound`, `IllegalTransition`, `InvalidInput` without a reason.
    """
    application = await _get(desk, application_id)
    why = checked_text(reason, "reason", LONGEST_REASON)
    if application.state == "Rejected":
        return application
    STATES.check(application.state, "Rejected")
    try:
        async with transaction():
            await _decide(desk, application, "Rejected", reason=why)
            await record(desk, "rejected", "sellerApplication", application.id, reason=why)
            await _tell(desk, application, "seller_rejected", {"reason": why})
    except _Decided:
        return await _after_another(desk, application, "Rejected")
    return await _get(desk, application_id)


class _Decided(Exception):
    """Somebody else decided meanwhile."""


async def _decide(desk: Desk, application: SellerApplication, state: str, **written: Any) -> None:
    moved = await STATES.move(
        application.id, "Pending", state, decided_by_id=desk.staff_id, decided_at=now(), **written
    )
    if not moved:
        raise _Decided


async def _after_another(desk: Desk, before: SellerApplication, wanted: str) -> SellerApplication:
    """What somebody else decided at the same moment, where it is the same; else why it can't be so."""
    application = await _get(desk, before.id)
    if application.state == wanted:
        return application
    if application.state != "Pending":
        raise IllegalTransition(application.state, wanted, ())
    if await Seller.exists(name=before.shop_name, **_tenant(desk)):
        raise AlreadyRegistered("There is a shop with that name already.", field="shopName")
    raise AlreadyRegistered("Somebody signs in with that e-mail address already.", field="emailAddress")


async def _tell(desk: Desk, application: SellerApplication, template: str, params: dict[str, Any]) -> None:
    """By text and by mail: neither was proven, and either may be the one that is read."""
    ways: tuple[tuple[Channel, str], ...] = (("sms", application.phone), ("email", application.email))
    for channel, to in ways:
        await queue_message(
            desk.scope,
            channel=channel,
            to=to,
            template=template,
            params={"name": application.shop_name, **params},
            dedupe_key=f"{template}:{application.id}:{channel}",
        )


async def _get(desk: Desk, application_id: int) -> SellerApplication:
    found = await find_application(desk, application_id)
    if found is None:
        raise NotFound("There is no such application.")
    return found


def _tenant(desk: Desk) -> dict[str, Any]:
    return {"platform_id": desk.scope.platform_id, "environment": desk.scope.environment}
