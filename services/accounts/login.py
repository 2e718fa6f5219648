"""Signing in with a phone number or an e-mail address and a password."""

from core.clock import now
from core.errors import InvalidCredentials, InvalidInput, TooManyTries
from core.limits import count_try, forget_tries
from core.phones import parse_phone
from models import Customer
from services.accounts.customers import customer_by_email, customer_by_phone
from services.accounts.standing import check_open
from services.secrets import verify_secret
from services.tenants import Scope, hash_key

TRIES = 10
WITHIN_S = 900
MOST_STATED = 5
LONGEST_PHONE = 20


async def login(scope: Scope, identifier: str, password: str) -> Customer:
    """The customer whose password it is.

    Raises `InvalidCredentials`, the same and after the same time whether there is such a customer or not,
    `TooManyTries` after ten tries in fifteen minutes, of the identifier or of a customer under any of theirs, and
    `AccountLocked`, only to who knows the password.
    """
    what = f"login:{scope.platform_id}:{scope.environment}:{hash_key(_as_known(scope, identifier))}"
    await count_try(what, most=TRIES, within_s=WITHIN_S)
    candidates = await _candidates(scope, identifier)
    customer = await _whose_password(candidates, password)
    if customer is None:
        raise InvalidCredentials
    check_open(customer)
    # A number that several state stays counted, or each of them could go on guessing at the others'.
    if len(candidates) == 1:
        await forget_tries(what)
    customer.last_login_at = now()
    await customer.save(update_fields=["last_login_at"])
    return customer


async def _candidates(scope: Scope, identifier: str) -> list[Customer]:
    """Whose identifier it may be: a number that nobody has proven yet may be stated by several."""
    found = await find_customer(scope, identifier)
    if found is not None or "@" in identifier:
        return [found] if found else []
    stated = Customer.filter(
        platform_id=scope.platform_id,
        environment=scope.environment,
        stated_phone=_as_known(scope, identifier),
        password_hash__isnull=False,
    )
    # Anybody may state any number: who has proven an address is not crowded out by those who haven't.
    first, then = (stated.filter(email_verified_at__isnull=unproven) for unproven in (False, True))
    proven = await first.order_by("email_verified_at", "id").limit(MOST_STATED)
    return (proven + await then.order_by("id").limit(MOST_STATED))[:MOST_STATED]


async def _whose_password(customers: list[Customer], password: str) -> Customer | None:
    if len(password) > 128:
        return None
    closed = False
    for customer in customers:
        what = f"login-of:{customer.id}"
        try:
            await count_try(what, most=TRIES, within_s=WITHIN_S)
        except TooManyTries:
            # Who is guessed at keeps nobody else out who states the same number.
            closed = True
            continue
        if await verify_secret(customer.password_hash, password):
            await forget_tries(what)
            return customer
    if closed:
        raise TooManyTries
    if not customers:
        await verify_secret(None, password)
    return None


async def find_customer(scope: Scope, identifier: str) -> Customer | None:
    """The customer with that phone number, as typed at home, or e-mail address."""
    known = _as_known(scope, identifier)
    return await (customer_by_email if "@" in known else customer_by_phone)(scope, known)


def _as_known(scope: Scope, identifier: str) -> str:
    """A number in E.164, an address in lower case: however it is spelt, it is the same one."""
    if "@" in identifier:
        return identifier[:255].strip().lower()
    try:
        return parse_phone(identifier, scope.country)
    except InvalidInput:
        return identifier[:LONGEST_PHONE]
