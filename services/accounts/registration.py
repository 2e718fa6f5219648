"""Registering with an e-mail address, which proves itself by a code; the phone number is only stated."""

from datetime import timedelta

from tortoise.expressions import F

from core.clock import now
from core.db import fetch_one, transaction
from core.errors import AlreadyRegistered
from core.phones import parse_phone
from models import Customer
from services.accounts.customers import checked_text, customer_by_email
from services.accounts.emails import TAKEN, checked_email, send_verification
from services.accounts.names import full_name_of
from services.accounts.pins import checked_pin, hash_pin
from services.accounts.signup import checked_password, insert_customer
from services.secrets import hash_secret
from services.tenants import Scope

# A registration that nobody confirmed holds its address no longer than this.
UNCONFIRMED = timedelta(hours=24)


async def register(
    scope: Scope, *, first_name: str, last_name: str, email: str, phone: str, password: str, pin: str
) -> Customer:
    """A customer with a shopping card, to whose address a code is sent.

    The number serves for messages only, until a code or the network proves it. Raises `AlreadyRegistered`,
    `InvalidInput`.
    """
    address = checked_email(email)
    number = parse_phone(phone, scope.country, "phoneNumber")
    first, last = checked_text(first_name, "firstName", 100), checked_text(last_name, "lastName", 100)
    hashed = await hash_secret(checked_password(password))
    checked_pin(pin)
    async with transaction():
        await _make_way(scope, address, number)
        given = {
            "email": address,
            "stated_phone": number,
            "full_name": full_name_of(first, last),
            "last_name": last,
            "password_hash": hashed,
        }
        customer = await insert_customer(scope, **given)
        if customer is None:
            raise AlreadyRegistered(TAKEN)
        customer.pin_hash = hash_pin(customer.id, pin)
        await customer.save(update_fields=["pin_hash"])
        await send_verification(scope, customer)
    return customer


async def _make_way(scope: Scope, email: str, phone: str) -> None:
    """Raises `AlreadyRegistered` where the address or the number is somebody's who has proven it."""
    await check_number_is_free(scope, phone)
    holder = await customer_by_email(scope, email)
    if holder is None:
        return
    if not await _left_behind(holder):
        raise AlreadyRegistered(TAKEN)
    await Customer.filter(id=holder.id).update(email=None, secret_epoch=F("secret_epoch") + 1)


async def check_number_is_free(scope: Scope, phone: str, but: int = 0) -> None:
    """Raises `AlreadyRegistered` where another customer than `but` has proven the number. Anybody may state one."""
    others = Customer.filter(platform_id=scope.platform_id, environment=scope.environment).exclude(id=but)
    if await others.filter(phone=phone).exists():
        raise AlreadyRegistered("Phone number already exists")


async def _left_behind(customer: Customer) -> bool:
    """Whether an address was given by somebody who never confirmed it and has nothing here."""
    if customer.email_verified_at or customer.phone or customer.created_at > now() - UNCONFIRMED:
        return False
    used = await fetch_one(
        "SELECT EXISTS (SELECT 1 FROM payment WHERE customer_id = $1) AS paid, "
        "EXISTS (SELECT 1 FROM posting p JOIN ledger_account a ON a.id = p.account_id WHERE a.customer_id = $1) AS moved",
        customer.id,
    )
    return not (used and (used["paid"] or used["moved"]))
