"""The customers of a platform, as staff find, see and correct them."""

from typing import Any

from core.clock import now
from core.db import transaction
from core.errors import AlreadyRegistered, IllegalTransition
from core.phones import parse_phone
from models import Customer
from services.accounts.customers import checked_text, get_customer
from services.accounts.emails import checked_email, is_guarded, note_change
from services.accounts.names import full_name_of, split_name
from services.listing import Column, Columns, Listing, list_rows
from services.staff import Desk, changes, check_may, record
from services.tenants import Scope

LISTED: Columns = {
    "id": Column("c.id", "id"),
    "created_at": Column("c.created_at", "time"),
    "updated_at": Column("c.updated_at", "time"),
    "title": Column("c.title", "text"),
    "first_name": Column("c.full_name", "text"),
    "last_name": Column("c.full_name", "text"),
    "phone": Column("COALESCE(c.phone, c.stated_phone)", "text", nullable=True),
    "email": Column("c.email", "text", nullable=True),
}


async def list_customers(desk: Desk, listing: Listing) -> tuple[list[Customer], int]:
    """A page of the platform's customers, newest first, and how many there are. Raises `Forbidden`, `InvalidInput`."""
    check_may(desk, "ReadCustomer")
    rows, total = await list_rows(
        "c.id",
        "customer c",
        "c.platform_id = $1 AND c.environment = $2",
        [desk.scope.platform_id, desk.scope.environment],
        listing,
        LISTED,
        usual="c.id DESC",
    )
    ids = [row["id"] for row in rows]
    found = {customer.id: customer for customer in await Customer.filter(id__in=ids)} if ids else {}
    return [found[id_] for id_ in ids], total


async def customers_by_id(scope: Scope, ids: list[int]) -> dict[int, Customer]:
    """These customers of the platform. One statement."""
    found = await Customer.filter(platform_id=scope.platform_id, environment=scope.environment, id__in=ids)
    return {customer.id: customer for customer in found}


async def show_customer(desk: Desk, customer_id: int) -> Customer:
    """Raises `Forbidden`, `NotFound`."""
    check_may(desk, "ReadCustomer")
    return await get_customer(desk.scope, customer_id)


async def create_customer(
    desk: Desk,
    *,
    first_name: str,
    last_name: str,
    email: str,
    phone: str | None = None,
    title: str | None = None,
) -> Customer:
    """Somebody who came by another way. They prove address and number when they first sign in.

    Raises `Forbidden`, `InvalidInput`, and `AlreadyRegistered` for an address or number that a customer has.
    """
    check_may(desk, "CreateCustomer")
    async with transaction():
        written = await _checked(desk.scope, 0, email=email, phone=phone, title=title)
        customer = await Customer.create(
            platform_id=desk.scope.platform_id,
            environment=desk.scope.environment,
            **_name(first_name, last_name),
            **written,
        )
        await record(desk, "created", "customer", customer.id)
    return customer


async def correct_customer(desk: Desk, customer_id: int, said: dict[str, Any]) -> Customer:
    """Write what was said of a customer: title, first_name, last_name, email, phone; None stays as it is.

    A new number or address isn't proven by that, and a new address opens nothing for a day. Raises as `create_customer`, `NotFound`,
    and `IllegalTransition` for a closed account.
    """
    check_may(desk, "UpdateCustomer")
    async with transaction():
        customer = await get_customer(desk.scope, customer_id)
        if customer.closed_at is not None:
            raise IllegalTransition("Closed", "Open", ())
        given = {name: value for name, value in said.items() if value is not None}
        written = await _checked(
            desk.scope, customer_id, **{k: v for k, v in given.items() if k in ("email", "phone", "title")}
        )
        if {"first_name", "last_name"} & set(given):
            first, last = split_name(customer.full_name, customer.last_name)
            written |= _name(given.get("first_name", first), given.get("last_name", last))
        if "email" in written and is_guarded(customer):
            await note_change(desk.scope, customer, written["email"])
        different = changes({name: getattr(customer, name) for name in written}, written)
        if different:
            await Customer.filter(id=customer_id).update(**written, updated_at=now())
            # Who they are is not written into the log a second time; what was changed is.
            await record(desk, "updated", "customer", customer_id, fields=sorted(different))
    return await get_customer(desk.scope, customer_id)


async def _checked(scope: Scope, customer_id: int, **said: str | None) -> dict[str, Any]:
    written: dict[str, Any] = {}
    mine = {"platform_id": scope.platform_id, "environment": scope.environment}
    if said.get("title") is not None:
        written["title"] = checked_text(str(said["title"]), "title", 40) if said["title"] else ""
    if said.get("email"):
        email = checked_email(str(said["email"]))
        if await Customer.filter(**mine, email=email).exclude(id=customer_id).exists():
            raise AlreadyRegistered("A customer has that address.", field="emailAddress")
        if not await Customer.exists(id=customer_id, email=email):
            written |= {"email": email, "email_verified_at": None}
    if said.get("phone"):
        phone = parse_phone(str(said["phone"]), scope.country)
        if await Customer.filter(**mine, phone=phone).exclude(id=customer_id).exists():
            raise AlreadyRegistered("A customer has that number.", field="phoneNumber")
        if not await Customer.exists(id=customer_id, phone=phone):
            written["stated_phone"] = phone
    return written


def _name(first_name: str, last_name: str) -> dict[str, Any]:
    first = checked_text(first_name, "firstName", 100)
    last = checked_text(last_name, "lastName", 100) if last_name else ""
    return {"full_name": full_name_of(first, last), "last_name": last}
