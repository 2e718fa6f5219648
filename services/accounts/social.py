"""Signing in with an identity at a provider: known by its subject there, and joined to an account by a verified address only."""

from dataclasses import dataclass

from tortoise.expressions import F

from core.clock import now
from core.db import lock_name, transaction
from core.errors import InvalidCredentials, Unavailable
from core.limits import count_try
from models import Customer, SocialIdentity
from providers.errors import ProviderRefused, ProviderUnknown
from providers.identities import Identity, ProviderName
from providers.registry import registry
from services.accounts.customers import checked_text, customer_by_email, get_customer
from services.accounts.emails import checked_email, is_settling
from services.accounts.names import full_name_of
from services.accounts.signup import insert_customer
from services.accounts.standing import check_open
from services.tenants import Scope, hash_key

# Of one token: whoever repeats it gets the same answer, and nobody hammers.
TRIES, WITHIN_S = 20, 900
REFUSED = "That sign-in is not valid, or has expired. Please sign in there again."


@dataclass(frozen=True, slots=True, kw_only=True)
class SocialLogin:
    """An ID token, the nonce that the app made for it, and a name that only the app was told."""

    provider: ProviderName
    token: str
    nonce: str | None = None
    first_name: str | None = None
    last_name: str | None = None


async def enter_by_identity(scope: Scope, given: SocialLogin) -> Customer:
    """The customer whose identity it is; a new one where nobody is known by it.

    Raises `InvalidCredentials` for a token that isn't good, `Unavailable` where the provider can't be asked, or the
    shop has no app there, `InvalidInput` for a name, `TooManyTries`, `AccountLocked`.
    """
    await count_try(f"identity:{scope.platform_id}:{hash_key(given.token)}", most=TRIES, within_s=WITHIN_S)
    identity = await _identify(scope, given)
    name = _name(identity, given)
    async with transaction():
        # Of two first sign-ins at the same moment one makes the account.
        await lock_name(
            f"identity:{scope.platform_id}:{scope.environment}:{identity.provider}:{identity.subject}"
        )
        customer = await _known(scope, identity) or await _joined(scope, identity, name)
        check_open(customer)
        await Customer.filter(id=customer.id).update(last_login_at=now())
    return await get_customer(scope, customer.id)


async def _identify(scope: Scope, given: SocialLogin) -> Identity:
    try:
        provider = registry().identities(given.provider, scope.environment)
        return await provider.identify(given.token, given.nonce)
    except LookupError as missing:
        raise Unavailable(f"Signing in with {given.provider.title()} is not open here.") from missing
    except ProviderRefused as refusal:
        if refusal.retryable or refusal.code != "invalid_token":
            raise Unavailable from refusal
        raise InvalidCredentials(REFUSED, field="token") from refusal
    except ProviderUnknown as trouble:
        raise Unavailable from trouble


async def _known(scope: Scope, identity: Identity) -> Customer | None:
    row = await SocialIdentity.get_or_none(
        platform_id=scope.platform_id,
        environment=scope.environment,
        provider=identity.provider,
        subject=identity.subject,
    )
    return await get_customer(scope, row.customer_id) if row else None


async def _joined(scope: Scope, identity: Identity, name: dict[str, str]) -> Customer:
    """Whom the identity is from now on: the account with its address, or a new one."""
    email = checked_email(identity.email, "token") if identity.verified else None
    customer = await _owner(scope, email) if email else None
    if customer is None:
        proven = {"email": email, "email_verified_at": now()} if email else {}
        customer = await insert_customer(scope, **proven, **name)
    if customer is None:
        raise Unavailable("Somebody signs up with that address just now. Please try again.")
    await SocialIdentity.create(
        platform_id=scope.platform_id,
        environment=scope.environment,
        provider=identity.provider,
        subject=identity.subject,
        customer_id=customer.id,
        created_at=now(),
    )
    return customer


async def _owner(scope: Scope, email: str) -> Customer | None:
    """The account that has the address. What somebody set there before anybody had proven it isn't its owner's: it goes."""
    customer = await customer_by_email(scope, email)
    if customer is None:
        return None
    if await is_settling(customer):
        raise InvalidCredentials(
            "The e-mail address of that account was changed less than 24 hours ago. Please sign in another way.",
            field="token",
        )
    if customer.email_verified_at is None and customer.phone:
        # They are proven by their number, and only said that the address is theirs.
        await Customer.filter(id=customer.id, email_verified_at__isnull=True).update(email=None)
        return None
    if customer.email_verified_at is None:
        await Customer.filter(id=customer.id, email_verified_at__isnull=True).update(
            email_verified_at=now(),
            password_hash=None,
            pin_hash=None,
            secret_epoch=F("secret_epoch") + 1,
            updated_at=now(),
        )
    return customer


def _name(identity: Identity, given: SocialLogin) -> dict[str, str]:
    """What a new account is called: as the provider says, else as the app was told."""
    told = (identity.first_name or given.first_name, identity.last_name or given.last_name)
    first, last = (
        checked_text(each[:100], field, 100) if each and each.strip() else ""
        for each, field in zip(told, ("firstName", "lastName"), strict=True)
    )
    return {"full_name": full_name_of(first, last), "last_name": last} if first or last else {}
