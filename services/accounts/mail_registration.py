"""Registering with an e-mail address, which proves itself by a token; nobody else learns whether there is an account."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tortoise.expressions import F

from core.clock import now
from core.db import lock_name, transaction
from core.errors import MissingPassword, PasswordAlreadySet, TokenInvalid
from core.phones import parse_phone
from models import Customer, OtpChallenge
from services.accounts.customers import checked_text, customer_by_email, get_customer
from services.accounts.emails import checked_email, is_settling
from services.accounts.mail_tokens import read_mail_token, use_mail_token
from services.accounts.names import full_name_of
from services.accounts.native import check_passwords_open
from services.accounts.otp import issue_code
from services.accounts.signup import checked_password, insert_customer
from services.accounts.standing import check_open
from services.secrets import hash_secret
from services.tenants import Scope

LASTS = timedelta(hours=24)
KEPT = "kept"  # of a payload: the password stays that the account has already


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """What somebody says of themselves; a password may also be chosen when the address is verified."""

    email: str
    password: str | None = None
    title: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    phone: str | None = None


async def register_by_mail(scope: Scope, given: Registration) -> None:
    """Send a token to the address; for one that has an account, its owner is told so instead.

    What is given holds once the token comes back: whoever else has registered the address meanwhile, and never proved
    to read it, has no part in the account. Raises `MissingPassword` for an empty one, `PasswordInvalid`,
    `InvalidInput`, `TooManyTries`, `PasswordsClosed`.
    """
    check_passwords_open()
    address = checked_email(given.email)
    person = _person(scope, given)
    if given.password == "":
        raise MissingPassword(field="password")
    hashed = await hash_secret(checked_password(given.password)) if given.password else None
    async with transaction():
        # Of two at the same moment one makes the account, and the other finds it.
        await lock_name(f"register:{scope.platform_id}:{scope.environment}:{address}")
        holder = await customer_by_email(scope, address)
        if holder is None:
            stated = {name: value for name, value in person.items() if name != "title"}
            holder = await insert_customer(scope, email=address, password_hash=hashed, **stated)
        if holder is None or not await _waits(holder):
            await issue_code(scope, address, "verify", payload={"taken": True}, template="account_known")
            return
        await _send(scope, holder, {"password_hash": hashed, **person})


async def send_verification_again(scope: Scope, email: str) -> None:
    """Send another token, to an address that waits for one; nothing to any other.

    Raises `InvalidInput`, `TooManyTries`, `PasswordsClosed`.
    """
    check_passwords_open()
    address = checked_email(email)
    holder = await customer_by_email(scope, address)
    if holder is None or not await _waits(holder):
        await issue_code(scope, address, "verify", payload={"taken": True}, template=None)
        return
    last = (
        await OtpChallenge.filter(
            platform_id=scope.platform_id,
            environment=scope.environment,
            contact=address,
            purpose="verify",
            customer_id=holder.id,
        )
        .order_by("-id")
        .first()
    )
    await _send(scope, holder, last.payload if last else {KEPT: True})


async def verify_account(scope: Scope, token: str, password: str | None) -> Customer:
    """The address is the customer's now, and so is the account, with the password given here or at registration.

    Raises `TokenInvalid`, `TokenExpired`, `MissingPassword`, `PasswordAlreadySet`, `PasswordInvalid`, `PasswordsClosed`.
    """
    check_passwords_open()
    challenge = await read_mail_token(scope, token, "verify")
    customer = await get_customer(scope, challenge.customer_id or 0)
    check_open(customer)
    given = dict(challenge.payload)
    kept = bool(given.pop(KEPT, False))
    had = customer.password_hash if kept else given.pop("password_hash", None)
    if had and password:
        raise PasswordAlreadySet(field="password")
    if not had and not password:
        raise MissingPassword(field="password")
    chosen = had or await hash_secret(checked_password(password or ""))
    # A PIN that somebody set before anybody had proven the address isn't its owner's.
    pin = {} if kept else {"pin_hash": None, "pin_tries": 0}
    written = {**given, **pin, "password_hash": chosen, "email_verified_at": now(), "updated_at": now()}
    async with transaction():
        await use_mail_token(challenge)
        unproven = Customer.filter(id=customer.id, email=challenge.contact, email_verified_at__isnull=True)
        if not await unproven.update(**written, secret_epoch=F("secret_epoch") + 1):
            raise TokenInvalid(field="token")
    return await get_customer(scope, customer.id)


async def _waits(holder: Customer) -> bool:
    """Whether an account has nothing but this address to prove itself by, and nobody wrote it there just now."""
    return not (holder.email_verified_at or holder.phone or await is_settling(holder))


async def _send(scope: Scope, customer: Customer, payload: dict[str, Any]) -> None:
    await issue_code(
        scope,
        str(customer.email),
        "verify",
        customer_id=customer.id,
        payload=payload,
        template="account_verification",
        page="verify",
        lasts=LASTS,
    )


def _person(scope: Scope, given: Registration) -> dict[str, Any]:
    """What is said of a person, as columns. Anybody may state any number: it serves for messages only."""
    written: dict[str, Any] = {}
    first = checked_text(given.first_name, "firstName", 100) if given.first_name else ""
    last = checked_text(given.last_name, "lastName", 100) if given.last_name else ""
    if first or last:
        written |= {"full_name": full_name_of(first, last), "last_name": last}
    if given.title:
        written["title"] = checked_text(given.title, "title", 40)
    if given.phone:
        written["stated_phone"] = parse_phone(given.phone, scope.country, "phoneNumber")
    return written
