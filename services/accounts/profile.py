"""Changing what a customer says of themselves. Secrets change only with the old one, or with a proof by code."""

from dataclasses import dataclass
from typing import Any

from core.clock import now
from core.errors import InvalidInput
from core.limits import count_try
from core.phones import parse_phone
from models import Customer
from services.accounts.customers import checked_text, get_customer
from services.accounts.emails import checked_email, is_guarded, new_address, start_email_change
from services.accounts.login import TRIES, WITHIN_S
from services.accounts.names import full_name_of, split_name
from services.accounts.passwords import change_password, check_password, set_password
from services.accounts.pins import change_pin, check_pin, set_first_pin, set_pin
from services.accounts.registration import check_number_is_free
from services.accounts.signup import checked_password
from services.accounts.tokens import Purpose, customer_of_token
from services.tenants import Scope

# Where somebody lives, and how long each may be.
PLACES = {"city": 120, "street": 255, "gps": 120}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileChanges:
    """What is to change; None stays as it is. A token is one of `verify_recovery`, for its own purpose.

    `places` are those of `PLACES`, where a null or an empty text empties one.
    """

    title: str | None = None
    places: Any = None
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    phone: str | None = None
    password: str | None = None
    current_password: str | None = None
    pin: str | None = None
    current_pin: str | None = None
    reset_token: str | None = None


async def update_profile(scope: Scope, customer_id: int, changes: ProfileChanges) -> Customer:
    """Write the changes; a new address replaces the old one once the code sent to it came back.

    Everything is checked before anything is written. Raises `InvalidInput`, `AlreadyRegistered`, `PinWrong`,
    `PinLocked`, `InvalidCredentials`, `TooManyTries`, `NotSignedIn` for a token that isn't good.
    """
    customer = await get_customer(scope, customer_id)
    written = await _plain_changes(scope, customer, changes)
    if changes.password is not None:
        checked_password(changes.password)
    _check_proofs(customer, changes)
    address = await _proven_change(scope, customer, changes)
    if changes.pin is not None:
        await _change_pin(scope, customer, changes)
    if changes.password is not None:
        await _change_password(scope, customer, changes)
    if address is not None:
        # As they are now: a change of address is off where the password changes after it.
        await start_email_change(scope, await get_customer(scope, customer_id), address)
    if written:
        await Customer.filter(id=customer.id).update(**written, updated_at=now())
    return await get_customer(scope, customer_id)


async def _plain_changes(scope: Scope, customer: Customer, changes: ProfileChanges) -> dict[str, Any]:
    written = _places(changes.places)
    if changes.title is not None:
        written["title"] = checked_text(changes.title, "title", 40) if changes.title else ""
    if changes.first_name is not None or changes.last_name is not None:
        first, last = split_name(customer.full_name, customer.last_name)
        if changes.first_name is not None:
            first = checked_text(changes.first_name, "firstName", 100)
        if changes.last_name is not None:
            last = checked_text(changes.last_name, "lastName", 100)
        written |= {"full_name": full_name_of(first, last), "last_name": last}
    if changes.phone is not None:
        number = parse_phone(changes.phone, scope.country, "phoneNumber")
        # The answer tells whether a number is somebody's: nobody asks for many.
        await count_try(f"stated:{customer.id}", most=TRIES, within_s=WITHIN_S)
        await check_number_is_free(scope, number, but=customer.id)
        # A proven number stays the one that opens the account by phone; another is for messages.
        written["stated_phone"] = None if number == customer.phone else number
    return written


def _places(given: Any) -> dict[str, Any]:
    """Where somebody lives, as columns."""
    if given is None:
        return {}
    if not isinstance(given, dict) or not given.keys() <= PLACES.keys():
        raise InvalidInput(f"There are the fields {', '.join(PLACES)}.", field="customFields")
    if not all(value is None or isinstance(value, str) for value in given.values()):
        raise InvalidInput("Each of the fields is a text.", field="customFields")
    return {name: checked_text(value, name, PLACES[name]) if value else None for name, value in given.items()}


def _check_proofs(customer: Customer, changes: ProfileChanges) -> None:
    if changes.pin is not None and customer.pin_hash and not (changes.current_pin or changes.reset_token):
        raise InvalidInput(
            "currentTransactionPin is required to change the PIN", field="currentTransactionPin"
        )
    if changes.password is not None and not (changes.current_password or changes.reset_token):
        raise InvalidInput("currentPassword is required to change the password", field="currentPassword")


async def _proven_change(scope: Scope, customer: Customer, changes: ProfileChanges) -> str | None:
    """The new address, if there is one. A session alone doesn't move an account to it: whoever reads it may set new secrets."""
    if changes.email is None or checked_email(changes.email) == customer.email:
        return None
    if is_guarded(customer):
        await _prove(scope, customer, changes)
    return await new_address(scope, changes.email)


async def _prove(scope: Scope, customer: Customer, changes: ProfileChanges) -> None:
    if changes.current_password:
        await check_password(customer, changes.current_password)
    elif changes.current_pin:
        await check_pin(scope, customer.id, changes.current_pin)
    elif changes.reset_token:
        await _check_token(scope, customer, changes.reset_token, "reset", "pin")
    else:
        raise InvalidInput(
            "currentPassword (or currentTransactionPin) is required to change the e-mail address",
            field="currentPassword",
        )


async def _change_pin(scope: Scope, customer: Customer, changes: ProfileChanges) -> None:
    assert changes.pin is not None
    if customer.pin_hash is None:
        await set_first_pin(scope, customer.id, changes.pin)
    elif changes.current_pin:
        await change_pin(scope, customer.id, changes.current_pin, changes.pin)
    else:
        await set_pin(await _check_token(scope, customer, changes.reset_token or "", "pin"), changes.pin)


async def _change_password(scope: Scope, customer: Customer, changes: ProfileChanges) -> None:
    assert changes.password is not None
    if changes.current_password:
        await change_password(scope, customer.id, changes.current_password, changes.password)
    else:
        proven = await _check_token(scope, customer, changes.reset_token or "", "reset")
        await set_password(scope, customer.id, changes.password, epoch=proven.secret_epoch)


async def _check_token(scope: Scope, customer: Customer, token: str, *purposes: Purpose) -> Customer:
    """The customer as they are with the token."""
    found = await customer_of_token(scope, token, *purposes)
    if found.id != customer.id:
        raise InvalidInput("That token is another customer's.", field="resetToken")
    return found
